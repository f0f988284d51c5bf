import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Express } from 'express';
import { createScopePolicy, registeredScopes } from '../../lib/policy/scope-policy.ts';
import type { ScopeSettings } from '../../lib/policy/scope-settings.ts';
import { createTwoApps } from '../http/support/watched-app.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  refreshRequest,
  registeredClientId,
  REDIRECT_URI,
  tokenRequest,
} from '../support/flow.ts';
import { runs } from './runs.ts';
import { scopeToken, someOf } from './scopes.ts';

const SUPPORTED = [
  'openid',
  'offline_access',
  'mcp:read',
  'mcp:write',
  'email',
  '__proto__',
  "it's",
];

const settings: fc.Arbitrary<ScopeSettings> = fc
  .shuffledSubarray(SUPPORTED, { minLength: 2 })
  .chain((scopesSupported) =>
    fc.record({
      scopesSupported: fc.constant(scopesSupported),
      baselineClientScopes: someOf(scopesSupported, 4),
      defaultClientScopes: someOf(scopesSupported, 4),
    }),
  );

const ceilingOf = (given: ScopeSettings, requested: string[] | undefined): string[] =>
  registeredScopes(createScopePolicy(given), requested).map(({ scope }) => scope);

/** A client, what it asks for at its login, and the policy before, at and after that. */
const story = fc.record({ before: settings, after: settings }).chain(({ before, after }) => {
  const own = fc.option(someOf(before.scopesSupported ?? [], 5), { nil: undefined });
  return own.chain((sent) => {
    // An empty list asks for nothing.
    const requested = sent?.length === 0 ? undefined : sent;
    const within = someOf(ceilingOf(before, requested), 7).filter((asked) => asked.length > 0);
    return fc.record({
      before: fc.constant(before),
      after: fc.constant(after),
      requested: fc.constant(requested),
      asked: within,
      beyond: scopeToken,
    });
  });
});

/** The error of an authorization request, answered at the client, which is on this machine. */
async function refusedAt(app: Express, id: string, scope: string): Promise<string | undefined> {
  const answer = await new Browser(app, 'alice').authorize(id, createPkce(), { scope });
  return locationOf(answer).startsWith(REDIRECT_URI)
    ? redirectParameters(answer)['error']
    : undefined;
}

describe('the scopes that any client is granted', () => {
  it('are those that it asked for, within the ceiling of the moment: never more, and given back with the policy', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ before, after, requested, asked, beyond }) => {
        const { first, second } = createTwoApps({ options: before }, { options: after });
        const metadata = requested ? { scope: requested.join(' ') } : {};
        const id = await registeredClientId(first.app, metadata);
        const ceiling = ceilingOf(before, requested);
        if (!ceiling.includes(beyond))
          expect(await refusedAt(first.app, id, [...asked, beyond].join(' '))).toBe(
            'invalid_scope',
          );

        const pkce = createPkce();
        const scope = asked.join(' ');
        const decided = await new Browser(first.app, 'alice').decide('allow', id, pkce, { scope });
        const { code = '' } = redirectParameters(decided);
        const left = asked.filter((one) => ceilingOf(after, requested).includes(one));
        // By an instance with the other policy, as in a deployment that rolls.
        const answer = await tokenRequest(second.app, redemption(id, code, pkce));
        if (left.length === 0) {
          expect(answer.body).toHaveProperty('error', 'invalid_grant');
          return;
        }
        expect(answer.body).toMatchObject({ scope: left.join(' ') });
        const { refresh_token } = answer.body as { refresh_token?: string };
        expect(refresh_token !== undefined).toBe(asked.includes('offline_access'));
        if (refresh_token === undefined) return;
        const refreshed = await refreshRequest(first.app, id, refresh_token);
        expect(refreshed.body).toMatchObject({ scope });
      }),
      runs(25),
    );
  });
});
