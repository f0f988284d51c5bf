import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRefreshable, isStayingWithheld } from '../../lib/policy/refresh.ts';
import {
  ceilingOf,
  createScopePolicy,
  implicitScopes,
  registeredScopes,
  requestedScopes,
  supportedScopes,
} from '../../lib/policy/scope-policy.ts';
import { refusalOf } from '../protocol/refusal.ts';
import { runs } from './runs.ts';
import { ceilingBy, countedBy, keptBy, lasts, ownBy, type Settings } from './scope-oracle.ts';
import { scopeList, scopeToken, scopeWorld, someOf, wish, type ScopeWorld } from './scopes.ts';
import { asking as askingFor } from '../support/policy-client.ts';

/** A client, and what it asks for later. */
const asking = scopeWorld.chain((world) =>
  fc.record({
    world: fc.constant(world),
    asked: wish(world.settings.scopesSupported).map((scopes) => scopes ?? []),
    known: someOf(world.settings.scopesSupported, 14).chain((some) =>
      fc.uniqueArray(scopeToken, { maxLength: 3 }).map((others) => [...some, ...others]),
    ),
  }),
);

describe('what any client wishes for at registration', () => {
  it('is refused exactly when some of it is not registrable and is not to be left out', () => {
    fc.assert(
      fc.property(scopeWorld, ({ settings, registrable, requested = [] }) => {
        const refuse = (): unknown => requestedScopes(createScopePolicy(settings), requested);
        const isWithin = requested.every((scope) => registrable.includes(scope));
        if (isWithin || settings.unsupportedScopes === 'drop') {
          expect(refuse).not.toThrow();
          return;
        }
        expect(refusalOf(refuse)).toEqual({
          error: 'invalid_client_metadata',
          error_description: 'scope contains a value that is not in scopes_supported',
        });
      }),
      runs(200),
    );
  });

  it('is kept as it was sent or, with nothing in it that is registrable, not at all', () => {
    fc.assert(
      fc.property(scopeWorld, scopeList, (world, unknown) => {
        const settings: Settings = { ...world.settings, unsupportedScopes: 'drop' };
        const policy = createScopePolicy(settings);
        for (const sent of [world.requested, unknown, undefined]) {
          const { requested, dropped } = requestedScopes(policy, sent);
          expect(requested).toEqual(keptBy(settings, sent));
          expect(dropped).toEqual((sent ?? []).filter((one) => !world.registrable.includes(one)));
          // So nobody is left with nothing because of scopes that do not count.
          expect(implicitScopes(policy, requested)).toEqual(ownBy(settings, requested));
          if (world.registrable.length > 0)
            expect(implicitScopes(policy, requested)).not.toEqual([]);
        }
      }),
      runs(200),
    );
  });
});

describe('what any client may ask for', () => {
  const ceiling = ({ settings, requested }: ScopeWorld): string[] => {
    const policy = createScopePolicy(settings);
    return ceilingOf(policy, registeredScopes(policy, askingFor(requested)));
  };

  it('is what it registered, or that and then all that is registrable, each once', () => {
    fc.assert(
      fc.property(scopeWorld, (world) => {
        expect(ceiling(world)).toEqual(ceilingBy(world.settings, world.requested));
      }),
      runs(300),
    );
  });

  it('never has what is restricted or not supported, and always what it registered', () => {
    fc.assert(
      fc.property(scopeWorld, (world) => {
        const scopes = ceiling(world);
        for (const scope of scopes) expect(world.registrable).toContain(scope);
        const narrow: Settings = { ...world.settings, scopeCeiling: 'registered' };
        for (const scope of ceiling({ ...world, settings: narrow }))
          expect(scopes).toContain(scope);
      }),
      runs(200),
    );
  });
});

describe('what counts of the scopes of any request', () => {
  it('is all of it or, where the unsupported is left out, what is registrable or known, in its order', () => {
    fc.assert(
      fc.property(asking, ({ world: { settings }, asked, known }) => {
        const policy = createScopePolicy(settings);
        const counted = supportedScopes(policy, asked, known);
        expect(counted).toEqual(countedBy(settings, asked, known));
        expect(supportedScopes(policy, counted, known)).toEqual(counted);
      }),
      runs(400),
    );
  });

  it('is never less when more is known', () => {
    fc.assert(
      fc.property(asking, scopeList, ({ world: { settings }, asked, known }, more) => {
        const policy = createScopePolicy(settings);
        const wider = supportedScopes(policy, asked, [...known, ...more]);
        for (const scope of supportedScopes(policy, asked, known)) expect(wider).toContain(scope);
      }),
      runs(100),
    );
  });
});

describe('the digest of any policy', () => {
  /** What a client gets by it: what can be registered, what is added, and what stands for no wish. */
  const effects = (settings: Settings): unknown => {
    const { baselineClientScopes } = settings;
    const all = ownBy({ ...settings, defaultClientScopes: [] }, undefined);
    return [all, baselineClientScopes, ownBy(settings, undefined)];
  };

  it('is another exactly when a list of it is, whatever is left out or may be asked for', () => {
    const lists = scopeWorld.chain(({ settings, registrable }) =>
      fc.record({
        settings: fc.constant(settings),
        change: fc.oneof(
          fc.record({ defaultClientScopes: someOf(registrable, 14) }),
          fc.record({ baselineClientScopes: someOf(registrable, 10) }),
          fc.constant({ defaultClientScopes: [...registrable] }),
          fc.constant({ scopesSupported: [...settings.scopesSupported, 'one:more'] }),
          fc.constant({ scopesSupported: [...settings.scopesSupported].reverse() }),
          fc.record({
            unsupportedScopes: fc.constantFrom('reject' as const, 'drop' as const),
            scopeCeiling: fc.constantFrom('registered' as const, 'supported' as const),
          }),
        ),
      }),
    );
    fc.assert(
      fc.property(lists, ({ settings, change }) => {
        const other: Settings = { ...settings, ...change };
        const [one, two] = [settings, other].map((given) => createScopePolicy(given).digest);
        const isSame = JSON.stringify(effects(settings)) === JSON.stringify(effects(other));
        expect({ change, same: one === two }).toEqual({ change, same: isSame });
      }),
      runs(300),
    );
  });
});

describe('whether any approval lasts', () => {
  it('takes the registered grant and, by the rule, the scope or nobody who withholds it (SCOPE-18)', () => {
    const approval = fc
      .record({ world: scopeWorld, stay: fc.boolean() })
      .map(({ world: { settings }, stay }): Settings => ({
        ...settings,
        // Often enough that it is about something.
        scopesSupported: [
          ...settings.scopesSupported.filter((scope) => scope !== 'offline_access'),
          ...(stay ? ['offline_access'] : []),
          'openid:2',
        ],
      }))
      .chain((settings) =>
        fc.record({
          settings: fc.constant(settings),
          granted: someOf(ceilingBy({ ...settings, scopeCeiling: 'supported' }, undefined), 20),
          givable: fc.option(someOf(settings.scopesSupported, 20), { nil: undefined }),
          hasGrantType: fc.boolean(),
        }),
      );
    const rules = fc.constantFrom('offline_access' as const, 'grant_type' as const);
    fc.assert(
      fc.property(approval, rules, (given, rule) => {
        const { settings, granted, givable, hasGrantType } = given;
        const { supported, registrable } = createScopePolicy({
          scopesSupported: settings.scopesSupported,
          restrictedScopes: settings.restrictedScopes,
        });
        const isWithheld = isStayingWithheld({ supported, registrable }, givable);
        const types = ['authorization_code', ...(hasGrantType ? ['refresh_token'] : [])];
        expect(isRefreshable(granted, types, { rule, isWithheld })).toBe(lasts(given, rule));
      }),
      runs(400),
    );
  });
});
