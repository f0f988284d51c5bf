/** Scopes and scope settings to try. */
import fc, { type Arbitrary } from 'fast-check';
import { registrableBy, type Settings } from './scope-oracle.ts';

/** Names that collide, that differ in case alone, and that objects have as members of their own. */
const NAMES = [
  ...['openid', 'profile', 'email', 'offline_access', 'mcp:read', 'mcp:write', 'a', 'A', '!'],
  ...['admin:all', 'admin:users', 'admin', '__proto__', 'constructor', 'toString'],
];

/** RFC 6749 §3.3, character by character. */
const TOKEN_CHARACTERS = Array.from({ length: 0x7e - 0x21 + 1 }, (_, i) =>
  String.fromCharCode(0x21 + i),
).filter((character) => character !== '"' && character !== '\\');

export const scopeToken: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NAMES) },
  fc.string({ unit: fc.constantFrom(...TOKEN_CHARACTERS), minLength: 1, maxLength: 12 }),
);

export const scopeList: Arbitrary<string[]> = fc.uniqueArray(scopeToken, { maxLength: 12 });

/** What a client asks for: nothing, or a list that also names what nobody supports. */
export function wish(supported: readonly string[]): Arbitrary<string[] | undefined> {
  const known = supported.length > 0 ? fc.constantFrom(...supported) : scopeToken;
  const scope = fc.oneof({ weight: 3, arbitrary: known }, scopeToken);
  return fc.option(fc.uniqueArray(scope, { maxLength: 10 }), { nil: undefined });
}

export interface ScopeWorld {
  readonly settings: Settings;
  /** Worked out here, not by the policy. */
  readonly registrable: readonly string[];
  readonly requested: string[] | undefined;
}

const restriction: Arbitrary<string> = fc.oneof(
  fc.constantFrom('admin:*', 'admin*', 'mcp:*', 'a', 'offline_access'),
  scopeToken.map((scope) => scope.replaceAll('*', '.')),
);

/** Settings that are right, and a client. */
export const scopeWorld: Arbitrary<ScopeWorld> = fc
  .record({
    scopesSupported: fc.uniqueArray(scopeToken, { minLength: 1, maxLength: 14 }),
    restrictedScopes: fc.uniqueArray(restriction, { maxLength: 3 }),
  })
  .chain((lists) => settingsWith(lists))
  .chain((settings) =>
    fc.record({
      settings: fc.constant(settings),
      registrable: fc.constant(registrableBy(settings)),
      requested: wish(settings.scopesSupported),
    }),
  );

/** Every choice that is left when it is said what is supported and what of it is restricted. */
export function settingsWith(
  lists: Pick<Settings, 'scopesSupported' | 'restrictedScopes'>,
): Arbitrary<Settings> {
  const registrable = registrableBy(lists);
  return fc.record({
    scopesSupported: fc.constant(lists.scopesSupported),
    restrictedScopes: fc.constant(lists.restrictedScopes),
    baselineClientScopes: someOf(registrable, 10),
    defaultClientScopes: someOf(registrable, 14),
    unsupportedScopes: fc.constantFrom('reject', 'drop'),
    scopeCeiling: fc.constantFrom('registered', 'supported'),
  });
}

/** Some of a list, in any order. */
export function someOf(scopes: readonly string[], maxLength: number): Arbitrary<string[]> {
  return fc.shuffledSubarray([...scopes], { maxLength: Math.min(maxLength, scopes.length) });
}
