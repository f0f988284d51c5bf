/**
 * The person of an upstream login: from what the provider says to whom this server knows, and how
 * that is kept, sealed, with the authorization request.
 *
 * @module
 */
import type { Person } from '../login/port.ts';
import { OAuthError } from '../protocol/errors.ts';
import type { Scope } from '../protocol/scope.ts';
import { claimsWithin, OPENID, standardClaims } from '../protocol/standard-claims.ts';
import type { LoginResult } from '../storage/store.ts';
import { within } from '../timing/within.ts';
import type { Envelopes } from '../tokens/envelope.ts';
import { MAX_CLAIMS_BYTES } from './grant-claims.ts';
import { openFor, sealFor } from './seal-for-grant.ts';
import type { UpstreamClaims, UpstreamIdentity, UpstreamLogin } from '../upstream/port.ts';

/** As long as the subjects of a host's login may be. */
const MAX_SUBJECT_LENGTH = 255;

/** So long the host may take to say what it thinks of a person. */
const HOOKS_WITHIN_MS = 10_000;

export interface UpstreamPersonDeps {
  readonly envelopes: Pick<Envelopes, 'seal' | 'open'>;
}

/**
 * Who somebody is to this server. The name of the login is part of it: two providers may use one
 * `sub` for two people, and nobody is known by an e-mail address (OpenID Connect Core §5.7).
 */
export function subjectOf(upstream: Pick<UpstreamLogin, 'name'>, sub: string): string {
  return `${upstream.name}|${sub}`;
}

/**
 * The other way round: which login somebody came by, and who they are there; `undefined` for somebody
 * who came by a login of the host.
 */
export function upstreamOf(
  subject: string,
): { readonly name: string; readonly sub: string } | undefined {
  const [, name, sub] = /^([^|]+)\|(.*)$/s.exec(subject) ?? [];
  return name === undefined || sub === undefined ? undefined : { name, sub };
}

/**
 * @param asked - The scopes that the client asks for: what else the provider says is not kept.
 * @returns `undefined` when the host does not let this person in.
 * @throws {OAuthError} `temporarily_unavailable` when the host cannot say, `server_error` for a
 * subject that is no use as one.
 */
export async function admittedPerson(
  upstream: UpstreamLogin,
  identity: UpstreamIdentity,
  asked: readonly Scope[],
): Promise<Person | undefined> {
  const { sub, name, email, auth_time, amr, claims } = identity;
  const subject = subjectOf(upstream, sub);
  if (sub === '' || subject.length > MAX_SUBJECT_LENGTH || /[\p{Cc}\p{Cs}]/u.test(sub)) {
    throw new OAuthError('server_error', 'the login cannot be used', {
      cause: new Error('the provider gave a sub that is empty, too long or not a plain text'),
    });
  }
  const view = { sub, claims };
  const [isAllowed, scopes] = await answered(() =>
    Promise.all([upstream.allow?.(view) ?? true, upstream.scopes?.(view)]),
  );
  if (!isAllowed) return undefined;
  return {
    sub: subject,
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(auth_time !== undefined && { auth_time }),
    ...(amr !== undefined && { amr }),
    ...claimsFor(asked, claims),
    ...(scopes !== undefined && { scopes }),
  };
}

/** The `sub` of the provider is none of these, nor is anything by which it speaks as an issuer. */
function claimsFor(asked: readonly Scope[], claims: UpstreamClaims): Pick<Person, 'claims'> {
  if (!asked.includes(OPENID)) return {};
  return { claims: claimsWithin(standardClaims(claims, asked), MAX_CLAIMS_BYTES).claims };
}

/** A host that cannot say is away, not saying no. */
async function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await within(ask(), HOOKS_WITHIN_MS);
  } catch (cause) {
    throw new OAuthError('temporarily_unavailable', 'the login is not available at the moment', {
      cause,
    });
  }
}

/** What is kept of a login until the person has decided. */
export function loginResult(
  { envelopes }: UpstreamPersonDeps,
  grant_id: string,
  upstream: UpstreamLogin,
  person: Person,
  { tokens }: UpstreamIdentity,
): LoginResult {
  return {
    upstream: upstream.name,
    person: sealFor(envelopes, 'login_person', grant_id, person),
    tokens: sealFor(envelopes, 'upstream_tokens', grant_id, { upstream: upstream.name, tokens }),
  };
}

/** @throws {OAuthError} `temporarily_unavailable` when it does not open. */
export function openPerson(
  { envelopes }: UpstreamPersonDeps,
  grant_id: string,
  { person }: LoginResult,
): Person {
  const { value } = openFor(envelopes, 'login_person', grant_id, person);
  return value as Person;
}
