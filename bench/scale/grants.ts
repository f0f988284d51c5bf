/**
 * Authorizations and the grants that become of them, as a client of MCP and a person leave them.
 *
 * @module
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Allow, NewAuthorization, Redeem, Rotate, Store } from '../../dist/esm/index.js';
import { DEFAULTS } from '../../lib/options/options.ts';
import { CONSENT_TTL_MS } from '../../lib/policy/remembered-consent.ts';

const GRANT_MAX_MS = DEFAULTS.grantMaxTtlSeconds * 1000;
const IDLE_MS = DEFAULTS.refreshTokenTtlSeconds * 1000;
/** As the router gives it. */
const PENDING_MS = 600_000;
const SCOPE = 'mcp:tools offline_access';

export const randomId = (): string => randomBytes(16).toString('base64url');
export const randomDigest = (): string => randomBytes(32).toString('base64url');

export function newPending(): NewAuthorization {
  return {
    grant_id: randomId(),
    client_id: randomUUID(),
    redirect_uri: 'http://127.0.0.1:38595/callback',
    redirect_uri_given: true,
    scope: SCOPE,
    resources: ['https://mcp.example.com/mcp'],
    code_challenge: createHash('sha256').update(randomId()).digest('base64url'),
    salt: randomId(),
    state: randomDigest(),
    browser: randomDigest(),
  };
}

export async function insert(store: Store, pending: NewAuthorization): Promise<void> {
  await store.authorizations.insert(pending, PENDING_MS);
}

export async function allow(store: Store, pending: NewAuthorization): Promise<void> {
  const { grant_id, client_id, resources, redirect_uri, redirect_uri_given } = pending;
  const { code_challenge, salt } = pending;
  const grant: Allow['grant'] = {
    ...{ grant_id, client_id, resources, redirect_uri, redirect_uri_given, code_challenge, salt },
    subject: randomUUID(),
    granted: SCOPE,
    refreshable: true,
    auth_time: Math.floor(Date.now() / 1000),
  };
  const outcome = await store.authorizations.allow({
    grant,
    codeTtlMs: DEFAULTS.codeTtlSeconds * 1000,
    grantMaxTtlMs: GRANT_MAX_MS,
    requestId: randomUUID(),
  });
  if (outcome !== 'done') throw new Error(`an authorization is not allowed: ${outcome}`);
}

/** The code becomes a refresh token, which is used once: so the record has all that it ever has. */
export async function redeem(store: Store, grantId: string): Promise<void> {
  const redeem: Redeem = {
    ...{ grantId, requestId: randomUUID(), idleTtlMs: IDLE_MS },
    accessTtlMs: DEFAULTS.accessTokenTtlSeconds * 1000,
    doubledWithinMs: 10_000,
  };
  const redeemed = await store.grants.redeem(redeem);
  if (redeemed !== 'redeemed') throw new Error(`a code is not redeemed: ${redeemed}`);
  const rotate: Rotate = {
    ...{ grantId, requestId: randomUUID(), idleTtlMs: IDLE_MS },
    generation: 1,
    graceMs: 30_000,
  };
  const { outcome } = await store.grants.rotate(rotate);
  if (outcome !== 'rotated') throw new Error(`a grant is not refreshed: ${outcome}`);
}

export async function index(store: Store, subjectDigest: string, grantId: string): Promise<void> {
  const entry = { grantId, subjectDigest, clientId: randomUUID(), ttlMs: GRANT_MAX_MS };
  await store.grants.index(entry);
}

export async function remember(store: Store, subjectDigest: string): Promise<void> {
  const consent = { target: randomDigest(), scope: SCOPE, shown: randomDigest() };
  await store.consents.remember(subjectDigest, randomDigest(), consent, CONSENT_TTL_MS);
}
