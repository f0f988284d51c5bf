import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createScopePolicy } from '../../lib/policy/scope-policy.ts';
import {
  isRestricted,
  scopeSettingsProblems,
  type ScopeSettings,
} from '../../lib/policy/scope-settings.ts';
import { runs } from './runs.ts';
import { isUnder } from './scope-oracle.ts';
import { scopeToken, scopeWorld, type ScopeWorld } from './scopes.ts';

type List = 'scopesSupported' | 'baselineClientScopes' | 'defaultClientScopes';

const LISTS: readonly List[] = ['scopesSupported', 'baselineClientScopes', 'defaultClientScopes'];

/** The name of an option as an operator reads it. */
const inMessages = (option: string): string =>
  option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Both ways in say the same: the list of problems, and the start that does not happen. */
function expectRefused(settings: ScopeSettings, option: keyof ScopeSettings, text: string): void {
  const problems = scopeSettingsProblems(settings);
  const named = problems.filter((problem) => problem.option === option);
  expect(named.map(({ message }) => message)).toContainEqual(expect.stringContaining(text));
  const everything = problems.map(({ message }) => message).join('; ');
  expect(() => createScopePolicy(settings)).toThrow(new TypeError(everything));
}

const withList = ({ settings }: ScopeWorld, option: List, ...more: string[]): ScopeSettings => ({
  ...settings,
  [option]: [...settings[option], ...more],
});

describe('scope settings of any kind', () => {
  it('are refused when one entry is no scope token, and the entry is named', () => {
    const malformed = fc.tuple(scopeToken, fc.constantFrom(' ', '"', '\\', '\t', '\n', '\u00e9'));
    fc.assert(
      fc.property(scopeWorld, malformed, fc.constantFrom(...LISTS), (world, [a, b], option) => {
        const text = `${inMessages(option)} contains "${a}${b}" which is not a scope token`;
        expectRefused(withList(world, option, `${a}${b}`), option, text);
      }),
      runs(150),
    );
  });

  it('are refused when a list has an entry twice, and the entry is named', () => {
    fc.assert(
      fc.property(scopeWorld, fc.constantFrom(...LISTS), fc.nat(), (world, option, place) => {
        const list = world.settings[option];
        const again = list[place % Math.max(1, list.length)];
        fc.pre(again !== undefined);
        const text = `${inMessages(option)} contains "${again}" more than once`;
        expectRefused(withList(world, option, again), option, text);
      }),
      runs(150),
    );
  });

  it('are refused when baseline or defaults have what is not supported', () => {
    const lists = fc.constantFrom('baselineClientScopes' as const, 'defaultClientScopes' as const);
    fc.assert(
      fc.property(scopeWorld, lists, scopeToken, (world, option, scope) => {
        fc.pre(!world.settings.scopesSupported.includes(scope));
        const text = `${inMessages(option)} contains "${scope}" which is not in scopes_supported`;
        expectRefused(withList(world, option, scope), option, text);
      }),
      runs(150),
    );
  });

  it('are refused when baseline or defaults have what is restricted', () => {
    const lists = fc.constantFrom('baselineClientScopes' as const, 'defaultClientScopes' as const);
    fc.assert(
      fc.property(scopeWorld, lists, fc.nat(), (world, option, place) => {
        const { scopesSupported } = world.settings;
        const restricted = scopesSupported.filter((scope) => !world.registrable.includes(scope));
        const scope = restricted[place % Math.max(1, restricted.length)];
        fc.pre(scope !== undefined);
        const text = `contains "${scope}" which is restricted`;
        expectRefused(withList(world, option, scope), option, text);
      }),
      runs(100),
    );
  });

  it('are refused when the baseline has more than ten entries', () => {
    fc.assert(
      fc.property(fc.integer({ min: 11, max: 40 }), (length) => {
        const scopesSupported = Array.from({ length }, (_, i) => `s${String(i)}`);
        const text = `baseline_client_scopes has ${String(length)} entries; at most 10 are allowed`;
        const settings = { scopesSupported, baselineClientScopes: scopesSupported };
        expectRefused(settings, 'baselineClientScopes', text);
      }),
      runs(10),
    );
  });

  it('are taken when everything is in its place, and copied', () => {
    fc.assert(
      fc.property(scopeWorld, ({ settings }) => {
        expect(scopeSettingsProblems(settings)).toEqual([]);
        const given = structuredClone(settings);
        const policy = createScopePolicy(given);
        const before = structuredClone(policy);
        for (const list of Object.values(given).filter(Array.isArray)) list.push('added:later');
        expect(policy).toEqual(before);
        for (const list of [policy.supported, policy.registrable, policy.baseline])
          expect(Object.isFrozen(list)).toBe(true);
      }),
      runs(150),
    );
  });
});

describe('any entry of the restricted scopes', () => {
  it('means itself, or with a star at its end everything that begins alike', () => {
    const entry = fc
      .tuple(scopeToken, fc.boolean())
      .map(([scope, star]) => `${scope.replaceAll('*', '.')}${star ? '*' : ''}`);
    const near = fc
      .tuple(entry, fc.constantFrom('', 'x', ':read'), fc.nat(2))
      .map(([given, tail, cut]) => `${given.replace('*', '').slice(0, 14 - cut)}${tail}`);
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 3 }), fc.oneof(near, scopeToken), (list, scope) => {
        expect(isRestricted(scope, list)).toBe(list.some((each) => isUnder(each, scope)));
        const itself = list.map((each) => each.replace('*', ''));
        for (const each of itself) expect(isRestricted(each, list)).toBe(true);
      }),
      runs(200),
    );
  });
});
