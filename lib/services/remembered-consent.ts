/**
 * Consents that are remembered: for one person, client, redirect URI and resources, as long as the
 * client says the same of itself.
 *
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import {
  CONSENT_TTL_MS,
  ENDED_CONSENTS_TTL_MS,
  isRememberable,
} from '../policy/remembered-consent.ts';
import { isConfidential, type ClientMetadata } from '../protocol/client.ts';
import { formatScope, parseScope, type Scope } from '../protocol/scope.ts';
import type {
  ConsentStore,
  GrantRecord,
  KeptConsent,
  RememberedConsent,
} from '../storage/store.ts';
import { sha256 } from '../tokens/digest.ts';
import { isOver } from './client-standing.ts';
import { subjectDigest } from './index-grant.ts';
import type { Client } from './resolve-client.ts';

export interface RememberedConsentDeps {
  readonly issuer: string;
  readonly consents: Pick<ConsentStore, 'find'>;
}

/** Who has allowed whom. */
export interface ConsentParties {
  readonly subject: string;
  readonly client_id: string;
}

/** What a consent is bound to beside the two. */
export interface ConsentTarget {
  readonly redirect_uri: string;
  readonly resources: readonly string[];
}

/** All that the person has allowed the client, wherever the answers went. */
export function findConsents(
  { issuer, consents }: RememberedConsentDeps,
  { subject, client_id }: ConsentParties,
): Promise<readonly KeptConsent[]> {
  return consents.find(subjectDigest(issuer, subject), sha256(client_id));
}

/**
 * The same, for a page: where they cannot be read the person is asked, which is never wrong. They
 * stand elsewhere than the request, and may be out of reach alone.
 */
export async function findConsentsIfPossible(
  deps: RememberedConsentDeps & { readonly logger: Logger },
  parties: ConsentParties,
): Promise<readonly KeptConsent[]> {
  try {
    return await findConsents(deps, parties);
  } catch (error) {
    deps.logger.debug('remembered consents not read', { client_id: parties.client_id, error });
    return [];
  }
}

/** What a person has allowed before. */
export interface AllowedBefore {
  readonly scopes: readonly Scope[];
  /** When the oldest of it was allowed, in the store's milliseconds; absent where there is nothing. */
  readonly since?: number;
}

const NOTHING: AllowedBefore = { scopes: [] };

/**
 * What among them counts for this request; nothing when the client says something else of itself, or an
 * operator has ended what it was given until then.
 */
export function allowedBefore(
  consents: readonly KeptConsent[],
  client: Client,
  where: ConsentTarget,
): AllowedBefore {
  if (!isRememberable(where.redirect_uri)) return NOTHING;
  const target = targetDigest(where);
  const shown = shownDigest(client.metadata);
  const found = consents.find((consent) => consent.target === target && consent.shown === shown);
  if (!found || isOver(client, found.remembered_at)) return NOTHING;
  // Where nobody wrote it down it may have been any time: with the next click it is over.
  return { scopes: parseScope(found.scope) ?? [], since: found.remembered_at ?? 0 };
}

/** What the client says of itself on the page, in every language, for the reader may change theirs. */
export function claimsOf(metadata: ClientMetadata): readonly unknown[] {
  const { client_name, client_uri, logo_uri, tos_uri, policy_uri, localized = {} } = metadata;
  return [
    [client_name, client_uri, logo_uri, tos_uri, policy_uri].map((value) => value ?? ''),
    Object.entries(localized).sort(),
  ];
}

/**
 * What a consent of before counts for: the same claims, proven in the same way. Who has other keys or
 * another method may be somebody else. A public client has neither.
 */
function shownDigest(metadata: ClientMetadata): string {
  const { token_endpoint_auth_method, jwks, jwks_uri } = metadata;
  const isProven = isConfidential(metadata) || jwks !== undefined || jwks_uri !== undefined;
  const proof = isProven ? [[token_endpoint_auth_method, jwks ?? '', jwks_uri ?? '']] : [];
  return sha256(JSON.stringify([...claimsOf(metadata), ...proof]));
}

/**
 * Remembers what is allowed from now on, where that may be remembered at all.
 *
 * @param allowed - With `since` where some of it was allowed before: it lives no longer by what is
 * allowed beside it, and what ended all until a later moment has ended that as well.
 */
export async function rememberConsent(
  {
    issuer,
    consents,
  }: { readonly issuer: string; readonly consents: Pick<ConsentStore, 'remember'> },
  {
    subject,
    client,
    ...where
  }: ConsentTarget & { readonly subject: string; readonly client: Client },
  { scopes, since }: AllowedBefore,
): Promise<void> {
  if (!isRememberable(where.redirect_uri)) return;
  const consent: RememberedConsent = {
    target: targetDigest(where),
    scope: formatScope(scopes),
    shown: shownDigest(client.metadata),
    ...(since !== undefined && { since }),
  };
  const person = subjectDigest(issuer, subject);
  await consents.remember(person, sha256(client.client_id), consent, CONSENT_TTL_MS);
}

export interface ForgetConsentDeps {
  readonly issuer: string;
  readonly consents: Pick<ConsentStore, 'forget'>;
}

/** From now on the person is asked again, whatever this client asks for. */
export function forgetConsent(
  { issuer, consents }: ForgetConsentDeps,
  { subject, client_id }: ConsentParties,
): Promise<void> {
  return consents.forget(subjectDigest(issuer, subject), sha256(client_id));
}

/** From now on the person is asked again by every client, also those of which no grant is left. */
export function forgetAllConsents(
  {
    issuer,
    consents,
  }: { readonly issuer: string; readonly consents: Pick<ConsentStore, 'forgetAll'> },
  subject: string,
): Promise<void> {
  return consents.forgetAll(subjectDigest(issuer, subject), ENDED_CONSENTS_TTL_MS);
}

/**
 * A code or refresh token came from where it should not be: who holds it shall not get the next one
 * unseen. The answer is a refusal either way, so a failure does not change it.
 */
export async function forgetAfterTheft(
  deps: ForgetConsentDeps & { readonly logger: Logger },
  grant: Pick<GrantRecord, 'grant_id' | 'client_id' | 'subject'>,
): Promise<void> {
  try {
    await forgetConsent(deps, grant);
  } catch (error) {
    const { client_id, grant_id } = grant;
    deps.logger.warn('consent not forgotten', {
      code: 'ERR_DCR_CONSENT_NOT_FORGOTTEN',
      client_id,
      grant_id,
      error,
    });
  }
}

/** In whatever order they are asked for, the resources are the same ones. */
function targetDigest({ redirect_uri, resources }: ConsentTarget): string {
  return sha256(JSON.stringify([redirect_uri, ...[...resources].sort()]));
}
