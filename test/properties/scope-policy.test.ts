import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addedByBaseline, unionWithBaseline } from '../../lib/policy/baseline.ts';
import {
  createScopePolicy,
  implicitScopes,
  registeredScopes,
  requestedScopes,
  type ScopePolicy,
} from '../../lib/policy/scope-policy.ts';
import { intersectScopes } from '../../lib/protocol/scope.ts';
import { runs } from './runs.ts';
import { registeredBy } from './scope-oracle.ts';
import { scopeList, scopeWorld, wish, type ScopeWorld } from './scopes.ts';
import { asking } from '../support/policy-client.ts';

const policyOf = ({ settings }: ScopeWorld): ScopePolicy => createScopePolicy(settings);
const names = (policy: ScopePolicy, requested: string[] | undefined): string[] =>
  registeredScopes(policy, asking(requested)).map(({ scope }) => scope);

describe('the registered set of any client, under any policy', () => {
  it("is the client's own scopes in its order, then the baseline in its order, each once", () => {
    fc.assert(
      fc.property(scopeWorld, (world) => {
        const { settings, requested } = world;
        expect(names(policyOf(world), requested)).toEqual(registeredBy(settings, requested));
      }),
      runs(400),
    );
  });

  it('lies within what is registrable, which lies within what is supported', () => {
    fc.assert(
      fc.property(scopeWorld, (world) => {
        const policy = policyOf(world);
        expect(policy.registrable).toEqual(world.registrable);
        const { scopesSupported } = world.settings;
        expect(policy.registrable.every((scope) => scopesSupported.includes(scope))).toBe(true);
        for (const scope of names(policy, world.requested))
          expect(world.registrable).toContain(scope);
      }),
      runs(300),
    );
  });

  it('is the same when a client registers again with what it was answered', () => {
    fc.assert(
      fc.property(scopeWorld, (world) => {
        const policy = policyOf(world);
        const first = names(policy, world.requested);
        expect(() => {
          requestedScopes(policy, first);
        }).not.toThrow();
        expect(registeredScopes(policy, asking(first))).toEqual(
          first.map((scope) => ({ scope, origin: 'requested' })),
        );
      }),
      runs(300),
    );
  });

  it('says for each scope exactly where it comes from, and never the baseline for one that was asked for', () => {
    fc.assert(
      fc.property(scopeWorld, (world) => {
        const policy = policyOf(world);
        const { requested } = world;
        const registered = registeredScopes(policy, asking(requested));
        const own = requested ?? policy.defaults;
        for (const { scope, origin } of registered) {
          const brought = requested ? 'requested' : 'default';
          expect(origin).toEqual(own.includes(scope) ? brought : { baseline: 'global' });
        }
        expect(new Set(registered.map(({ scope }) => scope)).size).toBe(registered.length);
        expect(addedByBaseline(registered).map(({ scope }) => scope)).toEqual(
          registered.map(({ scope }) => scope).filter((scope) => !own.includes(scope)),
        );
      }),
      runs(400),
    );
  });

  it('is changed in nothing by a baseline of nothing', () => {
    fc.assert(
      fc.property(scopeList, fc.constantFrom('requested', 'default'), (own, origin) => {
        expect(unionWithBaseline(own, origin, [])).toEqual(own.map((scope) => ({ scope, origin })));
      }),
      runs(100),
    );
    fc.assert(
      fc.property(scopeWorld, (world) => {
        const policy = createScopePolicy({ ...world.settings, baselineClientScopes: [] });
        const registered = registeredScopes(policy, asking(world.requested));
        expect(registered.map(({ scope }) => scope)).toEqual(
          implicitScopes(policy, world.requested),
        );
        expect(addedByBaseline(registered)).toEqual([]);
      }),
      runs(200),
    );
  });

  it('holds what a request without scope means, which has nothing of the baseline that was not asked for', () => {
    fc.assert(
      fc.property(scopeWorld, (world) => {
        const policy = policyOf(world);
        const implicit = implicitScopes(policy, world.requested);
        const registered = registeredScopes(policy, asking(world.requested));
        expect(implicit).toEqual(
          registered.filter(({ origin }) => typeof origin === 'string').map(({ scope }) => scope),
        );
      }),
      runs(200),
    );
  });
});

/** A policy and one that knows more and has a wider baseline. */
const widening = scopeWorld.chain((narrow) =>
  fc.record({
    narrow: fc.constant(narrow),
    more: fc.uniqueArray(
      fc.integer({ min: 0, max: 99 }).map((n) => `more:${String(n)}`),
      { minLength: 1, maxLength: 5 },
    ),
    requested: wish([...narrow.settings.scopesSupported, 'more:1', 'more:2']),
    approved: wish([...narrow.registrable, 'more:1', 'more:2']),
  }),
);

describe('a policy that was widened and narrowed again', () => {
  it('takes nothing away on the way up and leaves everything as it was on the way down', () => {
    fc.assert(
      fc.property(widening, ({ narrow, more, requested, approved = [] }) => {
        const { settings } = narrow;
        const before = createScopePolicy(settings);
        const baselineClientScopes = [...settings.baselineClientScopes, ...more].slice(0, 10);
        const scopesSupported = [...settings.scopesSupported, ...more];
        const wide = createScopePolicy({ ...settings, scopesSupported, baselineClientScopes });
        const after = createScopePolicy(settings);

        const then = registeredScopes(before, asking(requested));
        const grantedThen = intersectScopes(approved, names(before, requested));
        const widened = names(wide, requested);
        for (const { scope } of then) expect(widened).toContain(scope);
        const grantedWide = intersectScopes(approved, widened);
        for (const scope of grantedThen) expect(grantedWide).toContain(scope);

        expect(after.digest).toBe(before.digest);
        expect(wide.digest).not.toBe(before.digest);
        expect(registeredScopes(after, asking(requested))).toEqual(then);
        expect(intersectScopes(approved, names(after, requested))).toEqual(grantedThen);
      }),
      runs(300),
    );
  });
});
