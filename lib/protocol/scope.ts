/**
 * Scope values: how they are read from the wire and written back.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3
 * @module
 */

/** One scope-token of RFC 6749 §3.3. */
export type Scope = string;

/**
 * The scope by which a client asks to stay connected.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess
 */
export const OFFLINE_ACCESS: Scope = 'offline_access';

/** Who put a scope on a registration: the client, the default for clients that ask for nothing, or a baseline rule. */
export type ScopeOrigin = 'requested' | 'default' | { readonly baseline: string };

/** One registered scope and where it came from. */
export interface RegisteredScope {
  readonly scope: Scope;
  readonly origin: ScopeOrigin;
}

/** `%x21 / %x23-5B / %x5D-7E`: printable ASCII without space, double quote and backslash. */
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** Whether a value is one scope-token. */
export function isScopeToken(value: unknown): value is Scope {
  return typeof value === 'string' && SCOPE_TOKEN.test(value);
}

/** Why a text is none, in words. */
export const NOT_A_SCOPE =
  'it is not a scope: only printable ASCII without spaces, " and \\ is one';

/** A stranger may ask for thousands; the first of them tell what is wrong. */
export const MAX_EXPLAINED_SCOPES = 10;

/** Removes repeated scopes; the first place of each counts. */
export function uniqueScopes(scopes: Iterable<Scope>): Scope[] {
  return [...new Set(scopes)];
}

/**
 * Reads a scope string. Only the space separates (RFC 6749 §3.3); runs of spaces count as one.
 *
 * @returns The scopes in their order, each once; empty for blanks; `undefined` when a token is malformed.
 */
export function parseScope(value: string): Scope[] | undefined {
  const tokens = value.split(' ').filter((token) => token !== '');
  return tokens.every(isScopeToken) ? uniqueScopes(tokens) : undefined;
}

/** What keeps a scope string from being one: the tokens that are none, as they were sent. */
export function malformedScopes(value: string): string[] {
  return uniqueScopes(value.split(' ').filter((token) => token !== '' && !isScopeToken(token)));
}

/** Writes scopes as one space-delimited string. */
export function formatScope(scopes: readonly Scope[]): string {
  return scopes.join(' ');
}

/** The scopes of `scopes` that are also in `allowed`, in the order of `scopes`. */
export function intersectScopes(scopes: readonly Scope[], allowed: Iterable<Scope>): Scope[] {
  const set = new Set(allowed);
  return scopes.filter((scope) => set.has(scope));
}

/** The scopes of `scopes` that are missing from `allowed`, in the order of `scopes`. */
export function scopesBeyond(scopes: readonly Scope[], allowed: Iterable<Scope>): Scope[] {
  const set = new Set(allowed);
  return scopes.filter((scope) => !set.has(scope));
}
