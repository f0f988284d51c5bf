/**
 * What is known of the person of a grant, beside who they are: kept with the grant, sealed, for as
 * long as it lives.
 *
 * Only what the granted scopes ask for is kept, and only where `openid` is one of them: nothing that
 * no client will ever be told.
 *
 * @module
 */
import type { Person } from '../login/port.ts';
import type { Logger } from '../operations/logger.ts';
import type { Scope } from '../protocol/scope.ts';
import {
  claimsWithin,
  OPENID,
  standardClaims,
  type StandardClaims,
} from '../protocol/standard-claims.ts';
import type { GrantRecord } from '../storage/store.ts';
import type { Envelopes } from '../tokens/envelope.ts';
import { openFor, sealFor } from './seal-for-grant.ts';

/** As JSON. Far more than a login knows of somebody whose picture is an address. */
export const MAX_CLAIMS_BYTES = 4096;
const MAX_METHODS = 16;
const MAX_METHOD_LENGTH = 64;

/** What is kept. */
export interface GrantClaims {
  readonly claims: StandardClaims;
  readonly amr?: readonly string[];
}

export interface SealClaimsDeps {
  readonly envelopes: Pick<Envelopes, 'seal'>;
  readonly logger: Logger;
}

/** @returns `undefined` when there is nothing to keep. */
export function claimsToKeep(
  { envelopes, logger }: SealClaimsDeps,
  { grant_id, client_id }: Pick<GrantRecord, 'grant_id' | 'client_id'>,
  person: Person,
  granted: readonly Scope[],
): string | undefined {
  if (!granted.includes(OPENID)) return undefined;
  const { claims, left } = claimsWithin(claimsOf(person, granted), MAX_CLAIMS_BYTES);
  if (left.length > 0) {
    logger.debug('claims left out: there are too many of them', { client_id, grant_id, left });
  }
  const amr = methodsOf(person);
  if (Object.keys(claims).length === 0 && amr.length === 0) return undefined;
  return sealClaims(envelopes, grant_id, { claims, ...(amr.length > 0 && { amr }) });
}

export function sealClaims(
  envelopes: Pick<Envelopes, 'seal'>,
  grantId: string,
  kept: GrantClaims,
): string {
  return sealFor(envelopes, 'grant_claims', grantId, kept);
}

export interface OpenedClaims extends GrantClaims {
  /** Whether they are sealed under every secret of this instance, and under no other. */
  readonly isForAll: boolean;
}

/** @throws {OAuthError} `temporarily_unavailable` when they do not open. */
export function openClaims(
  envelopes: Pick<Envelopes, 'open'>,
  { grant_id, claims }: Pick<GrantRecord, 'grant_id' | 'claims'>,
): OpenedClaims {
  if (claims === undefined) return { claims: {}, isForAll: true };
  const { value, isForAll } = openFor(envelopes, 'grant_claims', grant_id, claims);
  // Nobody else can have sealed it.
  return { ...(value as GrantClaims), isForAll };
}

/** A claim that the login gives as such comes before what the consent page shows. */
function claimsOf({ name, email, claims }: Person, granted: readonly Scope[]): StandardClaims {
  const shown = standardClaims({ name, email }, granted);
  return standardClaims({ ...shown, ...withoutEmpty(claims) }, granted);
}

/** Hosts in plain JavaScript hand on what their database gives them. */
function withoutEmpty(claims: Person['claims']): StandardClaims {
  const given = Object.entries(Object(claims) as Record<string, unknown>);
  return Object.fromEntries(
    given.filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
}

function methodsOf({ amr }: Person): readonly string[] {
  const given: readonly unknown[] = Array.isArray(amr) ? amr : [];
  return given
    .filter((method): method is string => typeof method === 'string' && method !== '')
    .filter((method) => method.length <= MAX_METHOD_LENGTH)
    .slice(0, MAX_METHODS);
}
