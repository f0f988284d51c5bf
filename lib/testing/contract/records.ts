/**
 * Records for the store suites, each with ids of its own.
 *
 * @module
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { isKeptClientId } from '../../storage/ids.ts';
import type {
  Allow,
  ClientRecord,
  LoginAttempt,
  LoginResult,
  NewAuthorization,
  NewGrant,
  NewInitialAccessToken,
  NewPushedRequest,
  Redeem,
  RememberedConsent,
  Rotate,
  Store,
} from '../../storage/store.ts';
import { insist } from '../strictly.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const newGrantId = (): string => randomBytes(16).toString('base64url');
export const newClientId = (): string => randomUUID();
export const newRequestId = (): string => randomUUID();
export const newDigest = (): string => randomBytes(32).toString('base64url');

export type NewClient = Omit<ClientRecord, 'v' | 'expires_at' | 'used'>;
export type NewPending = NewAuthorization;

export function newClient(overrides: Partial<NewClient> = {}): NewClient {
  return {
    client_id: randomUUID(),
    client_id_issued_at: 1_700_000_000,
    origin: 'registered',
    metadata: {
      redirect_uris: ['http://127.0.0.1/callback'],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      client_name: 'Zo\u00EB\'s "client" \\ \u{1F600},"used":true}',
      application_type: 'native',
    },
    requested: 'read write',
    registered: {
      scopes: [
        { scope: 'read', origin: 'requested' },
        { scope: 'profile', origin: { baseline: 'global' } },
      ],
      policy: 'digest',
    },
    ...overrides,
  };
}

export function newPending(overrides: Partial<NewPending> = {}): NewPending {
  return {
    grant_id: newGrantId(),
    client_id: randomUUID(),
    redirect_uri: 'http://127.0.0.1:4711/callback',
    redirect_uri_given: true,
    scope: 'read write',
    resources: ['https://mcp.example/mcp', 'https://api.example/v1'],
    code_challenge: 'c'.repeat(43),
    salt: newGrantId(),
    state: 'state of the client',
    nonce: 'nonce',
    auth_time_not_before: 1_700_000_000,
    ui_locales: 'de-CH fr',
    login_request: { prompt: 'login', max_age: 300, login_hint: 'zo\u00EB@example.com "\\' },
    consent_prompted: true,
    browser: 'digest of the browser',
    ...overrides,
  };
}

/** A pushed request that is about to be kept. */
export function newPushed(overrides: Partial<NewPushedRequest> = {}): NewPushedRequest {
  return {
    request_id: newGrantId(),
    client_id: randomUUID(),
    parameters: 'response_type=code&state=of+the+client&login_hint=zo%C3%AB',
    ...overrides,
  };
}

export function grantOf(pending: NewPending, overrides: Partial<NewGrant> = {}): NewGrant {
  const { grant_id, client_id, resources, redirect_uri, redirect_uri_given } = pending;
  const { code_challenge, salt } = pending;
  return {
    ...{ grant_id, client_id, resources, redirect_uri, redirect_uri_given, code_challenge, salt },
    subject: 'person-1',
    granted: 'read',
    refreshable: true,
    auth_time: 1_700_000_100,
    ...overrides,
  };
}

export function allowOf(pending: NewPending, overrides: Partial<NewGrant> = {}): Allow {
  return {
    grant: grantOf(pending, overrides),
    codeTtlMs: MINUTE,
    grantMaxTtlMs: 30 * DAY,
    requestId: newRequestId(),
  };
}

/** A login elsewhere that begins. */
export function newAttempt(overrides: Partial<LoginAttempt> = {}): LoginAttempt {
  return { state: newDigest(), upstream: 'corporate', secrets: 'sealed secrets', ...overrides };
}

/** A login elsewhere that came back: as no two sealed texts are the same, neither are two of these. */
export function newLogin(overrides: Partial<LoginResult> = {}): LoginResult {
  const [person, tokens] = [`sealed person ${newGrantId()}`, `sealed tokens ${newGrantId()}`];
  return { upstream: 'corporate', person, tokens, ...overrides };
}

/** A consent to be remembered, for a target of its own. */
export function newConsent(overrides: Partial<RememberedConsent> = {}): RememberedConsent {
  return { target: newDigest(), scope: 'read write', shown: newDigest(), ...overrides };
}

/** What a grant may differ in. */
export interface GrantSettings extends Partial<Pick<Allow, 'codeTtlMs' | 'grantMaxTtlMs'>> {
  /** A login elsewhere that the person came from. */
  readonly login?: LoginResult;
}

/** An initial access token that opens something of its own, for one client. */
export function newInitialAccessToken(
  overrides: Partial<NewInitialAccessToken> = {},
): NewInitialAccessToken {
  return {
    digest: newDigest(),
    uses: 1,
    licence: { scopes: ['read', 'admin:all'], redirectHosts: ['*.example.com'] },
    label: 'Zo\u00EB\'s "token" \\ \u{1F600},"left":9}',
    ...overrides,
  };
}

/** Keeps a pending authorization and has it allowed. */
export async function allowedGrant(
  store: Store,
  overrides: Partial<NewGrant> = {},
  settings: GrantSettings = {},
): Promise<string> {
  const pending = newPending();
  const { grant_id } = pending;
  await store.authorizations.insert(pending, 10 * MINUTE);
  if (settings.login) {
    const attempt = { requestId: newRequestId() };
    await store.authorizations.completeLogin(grant_id, settings.login, attempt);
  }
  const outcome = await store.authorizations.allow({
    ...allowOf(pending, overrides),
    ...settings,
  });
  insist(outcome === 'done', `the authorization was not allowed: ${outcome}`);
  return grant_id;
}

/** Arguments of a redemption, under a request id of its own. */
export function redeemOf(grantId: string, requestId = newRequestId()): Redeem {
  return {
    ...{ grantId, requestId },
    accessTtlMs: 5 * MINUTE,
    idleTtlMs: 7 * DAY,
    doubledWithinMs: 10 * SECOND,
  };
}

/** Arguments of a rotation, under a request id of its own. */
export function rotateOf(grantId: string, generation: number, requestId = newRequestId()): Rotate {
  return { grantId, generation, requestId, idleTtlMs: 7 * DAY, graceMs: 30 * SECOND };
}

/** A grant whose code has been redeemed. */
export async function redeemedGrant(
  store: Store,
  overrides: Partial<NewGrant> = {},
  settings: GrantSettings = {},
): Promise<string> {
  const grantId = await allowedGrant(store, overrides, settings);
  const outcome = await store.grants.redeem(redeemOf(grantId));
  insist(outcome === 'redeemed', `the code was not redeemed: ${outcome}`);
  return grantId;
}

/** A copy without some members. */
export function without<Value extends object, Name extends keyof Value>(
  value: Value,
  ...names: readonly Name[]
): Omit<Value, Name> {
  const copy = { ...value };
  for (const name of names) Reflect.deleteProperty(copy, name);
  return copy;
}

/** Nothing that we could have made. */
export const HOSTILE_IDS: readonly { name: string; id: string }[] = [
  { name: 'nothing', id: '' },
  { name: 'colons', id: 'a:b:c' },
  { name: 'a pattern', id: '*' },
  { name: 'closing braces', id: '}{' },
  { name: 'a hash tag', id: '{0}' },
  { name: 'a NUL', id: '\0' },
  { name: 'a line break', id: '\r\nFLUSHALL\r\n' },
  { name: 'an inherited member', id: '__proto__' },
  { name: 'a UUID in capitals', id: '0F8FAD5B-D9CB-469F-A165-70867728950E' },
  { name: 'a UUID and more', id: '0f8fad5b-d9cb-469f-a165-70867728950e\n' },
  { name: 'a megabyte', id: 'a'.repeat(1_048_576) },
];

/** Those of them that no client can have, wherever it comes from. */
export const HOSTILE_CLIENT_IDS = HOSTILE_IDS.filter(({ id }) => !isKeptClientId(id));
