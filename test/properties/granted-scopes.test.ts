import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Express } from 'express';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import type { TestAppOptions } from '../support/app.ts';
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
import {
  ceilingBy,
  countedBy,
  keptBy,
  lasts,
  ownBy,
  registrableBy,
  type Settings,
  type Wish,
} from './scope-oracle.ts';
import { scopeToken, settingsWith, someOf } from './scopes.ts';

const SUPPORTED = [
  ...['openid', 'offline_access', 'mcp:read', 'mcp:write', 'email', '__proto__', "it's"],
];

/** What an operator decided. */
interface Operator {
  readonly settings: Settings;
  readonly refreshTokens: NonNullable<AuthorizationServerOptions['refreshTokens']>;
}

const operator: fc.Arbitrary<Operator> = fc.record({
  settings: fc
    .record({
      scopesSupported: fc.shuffledSubarray(SUPPORTED, { minLength: 3 }),
      restrictedScopes: fc.constantFrom([], [], ['mcp:*'], ['email'], ['offline_access']),
    })
    .filter((lists) => registrableBy(lists).length > 0)
    .chain(settingsWith),
  refreshTokens: fc.constantFrom('offline_access', 'grant_type'),
});

interface Client {
  /** What was kept of the `scope` that it registered with. */
  readonly requested: Wish;
  readonly grant_types: readonly string[];
}

/** What the client registers with and asks for at its login, by the policy of that day. */
const clientOf = ({ settings }: Operator): fc.Arbitrary<Client & { readonly sent: Wish }> => {
  const within =
    settings.unsupportedScopes === 'drop'
      ? [...settings.scopesSupported, 'no:such', 'none']
      : registrableBy(settings);
  return fc
    .record({
      sent: fc
        .option(someOf(within, 5), { nil: undefined })
        // An empty list asks for nothing.
        .map((scopes) => (scopes?.length === 0 ? undefined : scopes)),
      grant_types: fc.constantFrom(
        ...[
          ['authorization_code', 'refresh_token'],
          ['refresh_token', 'authorization_code'],
        ],
        ['authorization_code'],
      ),
    })
    .map((client) => ({ ...client, requested: keptBy(settings, client.sent) }));
};

/** A client, its login, the person, and the policy before, at and after that. */
const story = fc
  .record({ before: operator, after: operator })
  .chain(({ before, after }) =>
    fc.record({ before: fc.constant(before), after: fc.constant(after), client: clientOf(before) }),
  )
  .chain(({ before, after, client }) => {
    const { settings } = before;
    const ceiling = ceilingBy(settings, client.requested);
    const more = settings.unsupportedScopes === 'drop' ? ['no:such', ...SUPPORTED] : [];
    const asked = someOf([...new Set([...ceiling, ...more])], 7)
      .map((scopes) =>
        // What is registrable and beyond the ceiling is refused, not left out.
        scopes.filter((one) => ceiling.includes(one) || !registrableBy(settings).includes(one)),
      )
      .filter((scopes) => scopes.some((one) => ceiling.includes(one)));
    return fc.record({
      before: fc.constant(before),
      after: fc.constant(after),
      client: fc.constant(client),
      asked: fc.option(asked, { nil: undefined, freq: 3 }),
      beyond: fc.oneof(fc.constantFrom(...SUPPORTED), scopeToken),
      givable: fc.option(fc.oneof(someOf(SUPPORTED, 7), fc.constant([...ceiling, 'none'])), {
        nil: undefined,
        freq: 2,
      }),
    });
  })
  .chain((login) => {
    const asked = login.asked ?? ownBy(login.before.settings, login.client.requested);
    const wanted = fc.oneof(someOf(asked, 7), someOf([...asked, ...SUPPORTED, 'no:such'], 5));
    return fc.record({
      login: fc.constant(login),
      wanted: fc.option(
        wanted.map((scopes) => [...new Set(scopes)]),
        { nil: undefined, freq: 4 },
      ),
    });
  });

/** The error of an authorization request, answered at the client, which is on this machine. */
async function refusedAt(app: Express, id: string, scope: string): Promise<string | undefined> {
  const answer = await new Browser(app, 'alice').authorize(id, createPkce(), { scope });
  return locationOf(answer).startsWith(REDIRECT_URI)
    ? redirectParameters(answer)['error']
    : undefined;
}

/** What a refresh gives that wants some scopes, or all; `undefined` for a refusal. */
function refreshedBy(
  settings: Settings,
  { granted, left }: { readonly granted: readonly string[]; readonly left: readonly string[] },
  wanted: Wish,
): string[] | undefined {
  if (left.length === 0) return undefined;
  if (!wanted || wanted.length === 0) return [...left];
  const counted = countedBy(settings, wanted, granted);
  const given = counted.filter((scope) => left.includes(scope));
  const isWider = counted.some((scope) => !granted.includes(scope));
  return isWider || given.length === 0 ? undefined : given;
}

/** The same client and the same store, before and after the operator has changed their mind. */
function instances(
  before: Operator,
  after: Operator,
  givable: Wish,
): ReturnType<typeof createTwoApps> {
  const people = { alice: givable === undefined ? {} : { scopes: givable } };
  const as = ({ settings, refreshTokens }: Operator): TestAppOptions => ({
    options: { ...settings, refreshTokens },
    people,
  });
  return createTwoApps(as(before), as(after));
}

describe('the scopes that any client is granted', () => {
  it('are those that it asked for, within the ceiling of the moment: never more, and given back with the policy', async () => {
    let refreshes = 0;
    await fc.assert(
      fc.asyncProperty(story, async ({ login, wanted }) => {
        const { before, after, client, asked, beyond, givable } = login;
        const { requested, sent, grant_types } = client;
        const { first, second } = instances(before, after, givable);
        const metadata = { grant_types, ...(sent && { scope: sent.join(' ') }) };
        const id = await registeredClientId(first.app, metadata);
        const ceiling = ceilingBy(before.settings, requested);
        const more = [...(asked ?? []), beyond];
        const counted = countedBy(before.settings, more, ceiling);
        if (counted.length === 0 || counted.some((one) => !ceiling.includes(one)))
          expect(await refusedAt(first.app, id, more.join(' '))).toBe('invalid_scope');

        const granted = (asked ?? ownBy(before.settings, requested)).filter(
          (scope) => ceiling.includes(scope) && (givable ?? ceiling).includes(scope),
        );
        fc.pre(granted.length > 0);
        const pkce = createPkce();
        const scope = asked?.join(' ');
        const decided = await new Browser(first.app, 'alice').decide('allow', id, pkce, { scope });
        const { code = '' } = redirectParameters(decided);
        const left = granted.filter((one) => ceilingBy(after.settings, requested).includes(one));
        // By an instance with the other policy, as in a deployment that rolls.
        const form = redemption(id, code, pkce);
        const answer = await tokenRequest(second.app, form);
        if (left.length === 0) expect(answer.body).toHaveProperty('error', 'invalid_grant');
        else expect(answer.body).toMatchObject({ scope: left.join(' ') });
        const tokens = left.length > 0 ? answer : await tokenRequest(first.app, form);
        const { refresh_token } = tokens.body as { refresh_token?: string };
        const hasGrantType = grant_types.includes('refresh_token');
        const approval = { settings: before.settings, granted, givable, hasGrantType };
        expect(refresh_token !== undefined).toBe(lasts(approval, before.refreshTokens));
        if (refresh_token === undefined) return;

        const again = { scope: wanted?.join(' ') };
        const refreshed = await refreshRequest(second.app, id, refresh_token, again);
        const given = refreshedBy(after.settings, { granted, left }, wanted);
        if (given) expect(refreshed.body).toMatchObject({ scope: given.join(' ') });
        else {
          const error = left.length === 0 ? 'invalid_grant' : 'invalid_scope';
          expect(refreshed.body).toHaveProperty('error', error);
        }
        const { refresh_token: next } = refreshed.body as { refresh_token?: string };
        const back = await refreshRequest(first.app, id, next ?? refresh_token);
        // A grant that nothing was left of has ended, though the policy comes back.
        if (left.length === 0) expect(back.body).toHaveProperty('error', 'invalid_grant');
        else expect(back.body).toMatchObject({ scope: granted.join(' ') });
        refreshes += 1;
      }),
      runs(200),
    );
    expect(refreshes).toBeGreaterThan(5);
  });
});
