/**
 * Who the person is, where a provider has no ID tokens.
 *
 * @module
 */
import { fetchProtectedResource, type Configuration } from 'openid-client';
import { UnusableAnswerError } from './guarded-fetch.ts';
import type { ClaimFields } from './options.ts';
import { UpstreamRefusedError, type UpstreamClaims } from './port.ts';

const DEFAULT_FIELDS = {
  sub: ['sub', 'id'],
  name: ['name'],
  email: ['email'],
} as const satisfies ClaimFields;

interface PersonEndpoint {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields?: ClaimFields;
}

/**
 * Asks the endpoint, and finds in its answer what is looked for.
 *
 * @returns `sub`, and the answer as it came with `name` and `email` where they were found.
 * @throws {UpstreamRefusedError} When there is no `sub`, or the endpoint refuses.
 */
export async function fetchPerson(
  config: Configuration,
  accessToken: string,
  { endpoint, headers, fields = DEFAULT_FIELDS }: PersonEndpoint,
): Promise<{ sub: string; claims: UpstreamClaims }> {
  const wanted = new Headers({ accept: 'application/json', ...headers });
  const url = new URL(endpoint);
  const response = await fetchProtectedResource(config, accessToken, url, 'GET', null, wanted);
  const answer = await objectOf(response);
  const found = { name: textAt(answer, fields.name), email: textAt(answer, fields.email) };
  const sub = textAt(answer, fields.sub);
  if (sub === undefined) {
    throw new UpstreamRefusedError('server_error', 'the provider does not say who the person is');
  }
  // What is said there of its own member `email` is not said of an address that stands elsewhere.
  const isOther = found.email !== answer['email'];
  const claims = { ...answer, ...found, sub, ...(isOther && { email_verified: undefined }) };
  return { sub, claims: withoutUndefined(claims) };
}

async function objectOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const { status } = response;
  if (status >= 500 || status === 429) throw new UnusableAnswerError('userinfo is not available');
  if (!response.ok) {
    throw new UpstreamRefusedError('server_error', 'the provider does not say who the person is');
  }
  let answer: unknown;
  try {
    answer = await response.json();
  } catch {
    throw new UnusableAnswerError('userinfo is not JSON');
  }
  if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) {
    return answer as Record<string, unknown>;
  }
  throw new UnusableAnswerError('userinfo is not a JSON object');
}

/** The first of some members that is a text or a whole number. */
function textAt(
  answer: Readonly<Record<string, unknown>>,
  fields: readonly string[] = [],
): string | undefined {
  for (const field of fields) {
    const value = memberAt(answer, field);
    // A number beyond the safe ones is not the one that was sent: two people could become one.
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

function memberAt(answer: unknown, field: string): unknown {
  let at: unknown = answer;
  for (const name of field.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

function withoutUndefined(members: Readonly<Record<string, unknown>>): UpstreamClaims {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
