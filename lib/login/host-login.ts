/**
 * The login that the host app already has.
 *
 * @module
 */
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import { ArgumentError } from '../diagnostics/argument-error.ts';
import type { Request } from 'express';
import { isAuthTime } from '../protocol/auth-time.ts';
import type { GrantView, LoginPort, LoginRequest, Person } from './port.ts';

/** What the host tells about its login. */
export interface HostLoginOptions<HostRequest = Request> {
  /** Who is logged in, by the host's own session; nothing when nobody is. */
  readonly user: (
    req: HostRequest,
  ) =>
    | Person
    | null
    | undefined
    | false
    | ''
    | 0
    | Promise<Person | null | undefined | false | '' | 0>;
  /**
   * The path of the host's login page, or a function that chooses it. The page is called with
   * `return_to`, and with `prompt`, `max_age` and `login_hint` when the client asked for them.
   */
  readonly url: string | ((request: LoginRequest) => string);
  /** The name of the parameter that says where to return to. Default `return_to`. */
  readonly returnToParameter?: string;
  /** Asked at each refresh: `false` revokes the grant; a throw is answered with 503. */
  readonly active?: (sub: string) => boolean | Promise<boolean>;
  /** Claims to add to each access token. Their names must be namespaced. */
  readonly accessTokenClaims?: (
    grant: GrantView,
  ) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
}

const MAX_SUBJECT_LENGTH = 255;

/**
 * Uses the host's own login.
 *
 * @throws {TypeError} When `url` is a string but no path on this origin.
 */
export function hostLogin<HostRequest = Request>(
  options: HostLoginOptions<HostRequest>,
): LoginPort {
  const given = Object(options) as HostLoginOptions<HostRequest>;
  const { user, url, active, accessTokenClaims, returnToParameter = 'return_to' } = given;
  if (typeof user !== 'function') throw new ArgumentError('hostLogin: user must be a function');
  if (typeof url === 'string') requirePath(url);
  return {
    async person(req) {
      // Hosts describe their own session on their own request type; it is the same object.
      const person = await user(req as unknown as HostRequest);
      return person ? checkedPerson(person) : undefined;
    },
    loginUrl(request) {
      const path = typeof url === 'string' ? url : requirePath(url(request), 'ERR_DCR_HOST_RESULT');
      return withParameters(path, Object.entries(request), returnToParameter);
    },
    ...(active && { isActive: async (sub: string) => active(sub) }),
    ...(accessTokenClaims && {
      accessTokenClaims: async (grant: GrantView) => accessTokenClaims(grant),
    }),
  };
}

/** `//host` and `/\host` are other hosts to a browser. */
function requirePath(path: string, code?: DiagnosticCode): string {
  if (/^\/(?![/\\])[\x21-\x7E]*$/.test(path)) return path;
  throw new ArgumentError('hostLogin: url must be a path on this origin, such as /login', code);
}

function withParameters(
  path: string,
  parameters: readonly (readonly [name: string, value: string | number | undefined])[],
  returnToParameter: string,
): string {
  const [beforeHash = '', hash] = path.split('#', 2);
  let query = '';
  for (const [name, value] of parameters) {
    const isReturn = name === 'return_to';
    if (value === undefined || (name === returnToParameter && !isReturn)) continue;
    const separator = query === '' && !beforeHash.includes('?') ? '?' : '&';
    query += `${separator}${encoded(isReturn ? returnToParameter : name)}=${encoded(value)}`;
  }
  return `${beforeHash}${query}${hash === undefined ? '' : `#${hash}`}`;
}

/** Half a surrogate pair, which only a parser of the host's own can bring, is no text to encode. */
function encoded(value: string | number): string {
  return encodeURIComponent(String(value).replace(/\p{Surrogate}/gu, '\uFFFD'));
}

/** A person without a usable `sub` would be everybody. */
function checkedPerson(person: Person): Person {
  const { sub, auth_time, scopes } = person;
  const isSubject = typeof sub === 'string' && sub !== '' && sub.length <= MAX_SUBJECT_LENGTH;
  // A lone surrogate is stored as another character: two people could become one.
  if (!isSubject || /\p{Cs}/u.test(sub)) {
    throw new ArgumentError(
      `hostLogin: user must return a sub that is a string of 1 to ${String(MAX_SUBJECT_LENGTH)} characters`,
      'ERR_DCR_HOST_RESULT',
    );
  }
  if (scopes !== undefined && !Array.isArray(scopes)) {
    throw new ArgumentError('hostLogin: user must return scopes as a list', 'ERR_DCR_HOST_RESULT');
  }
  // Hosts in plain JavaScript hand on what their database gives them.
  const given: unknown = auth_time ?? undefined;
  if (given === undefined) return withoutAuthTime(person);
  // `Date.now()` in place of seconds would make every login look newer than it is.
  if (!isAuthTime(given)) {
    throw new ArgumentError(
      'hostLogin: user must return auth_time in seconds since the epoch',
      'ERR_DCR_HOST_RESULT',
    );
  }
  return { ...person, auth_time: Math.floor(given) };
}

function withoutAuthTime(person: Person): Person {
  const { sub, name, email, amr, claims, scopes } = person;
  return {
    sub,
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(amr !== undefined && { amr }),
    ...(claims !== undefined && { claims }),
    ...(scopes !== undefined && { scopes }),
  };
}
