/**
 * What OpenID Connect lets a client know of a person: the standard claims, by the scopes that ask for
 * them.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
 * @see https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims
 * @module
 */
import type { Scope } from './scope.ts';

/** The scope that makes an authorization request one of OpenID Connect. */
export const OPENID: Scope = 'openid';

/** Claims by name, each of the type that the specification gives it. */
export type StandardClaims = Readonly<Record<string, unknown>>;

/** The value as the specification wants it; `undefined` for one of another type. */
type Read = (value: unknown) => unknown;

const text: Read = (value) => (typeof value === 'string' && value !== '' ? value : undefined);
const yesOrNo: Read = (value) => (typeof value === 'boolean' ? value : undefined);
const time: Read = (value) => (Number.isFinite(value) ? value : undefined);

/** OpenID Connect Core §5.1.1. */
const ADDRESS_MEMBERS = [
  'formatted',
  'street_address',
  'locality',
  'region',
  'postal_code',
  'country',
] as const;

const address: Read = (value) => {
  const members = ADDRESS_MEMBERS.map((name) => [name, text(ownMember(value, name))] as const);
  const given = members.filter(([, member]) => member !== undefined);
  return given.length > 0 ? Object.fromEntries(given) : undefined;
};

/** Those that matter most come first: where there is no room for all, the last are left out. */
const CLAIMS: readonly {
  readonly scope: Scope;
  readonly claims: Readonly<Record<string, Read>>;
}[] = [
  { scope: 'email', claims: { email: text, email_verified: yesOrNo } },
  {
    scope: 'profile',
    claims: {
      name: text,
      preferred_username: text,
      given_name: text,
      family_name: text,
      middle_name: text,
      nickname: text,
      locale: text,
      zoneinfo: text,
      updated_at: time,
      gender: text,
      birthdate: text,
      picture: text,
      profile: text,
      website: text,
    },
  },
  { scope: 'phone', claims: { phone_number: text, phone_number_verified: yesOrNo } },
  { scope: 'address', claims: { address } },
];

/** What says that another claim was verified says nothing without it. */
const SAID_OF: Readonly<Record<string, string>> = {
  email_verified: 'email',
  phone_number_verified: 'phone_number',
};

/** The names of the claims that these scopes ask for. */
export function claimNames(scopes: readonly Scope[]): string[] {
  return readers(scopes).map(([name]) => name);
}

/**
 * The standard claims among others, as far as the scopes ask for them. What is of another type than
 * the specification says is left out, and so is everything that is no standard claim: `sub` and `iss`
 * of somebody else among them.
 *
 * @param claims - As a host or a provider gave them: anything at all.
 */
export function standardClaims(claims: unknown, scopes: readonly Scope[]): StandardClaims {
  const read = readers(scopes).map(([name, as]) => [name, as(ownMember(claims, name))] as const);
  const found = Object.fromEntries(read.filter(([, value]) => value !== undefined));
  return Object.fromEntries(Object.entries(found).filter(([name]) => isSaidOf(name, found)));
}

/**
 * As many of the claims as there is room for, the first before the others.
 *
 * @param maxBytes - Of all of them together as JSON.
 * @returns Also the names of those that were left out.
 */
export function claimsWithin(
  claims: StandardClaims,
  maxBytes: number,
): { readonly claims: StandardClaims; readonly left: readonly string[] } {
  const kept: Record<string, unknown> = {};
  let bytes = 1;
  for (const [name, value] of Object.entries(claims)) {
    const more = Buffer.byteLength(JSON.stringify({ [name]: value })) - 1;
    if (!isSaidOf(name, kept) || bytes + more > maxBytes) continue;
    kept[name] = value;
    bytes += more;
  }
  return { claims: kept, left: Object.keys(claims).filter((name) => !Object.hasOwn(kept, name)) };
}

function isSaidOf(name: string, others: StandardClaims): boolean {
  const other = SAID_OF[name];
  return other === undefined || Object.hasOwn(others, other);
}

function readers(scopes: readonly Scope[]): [name: string, read: Read][] {
  return CLAIMS.filter(({ scope }) => scopes.includes(scope)).flatMap(({ claims }) =>
    Object.entries(claims),
  );
}

/** Whoever wrote it in plain JavaScript may have given no object at all. */
function ownMember(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}
