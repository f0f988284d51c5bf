/**
 * A server with one grant that is alive, asked about access tokens in every way in which it can be
 * asked, and an API elsewhere that has its keys. What they say of a token besides is kept.
 *
 * @module
 */
import { publicJwk, createSigningKeys } from '../../../lib/tokens/signing-keys.ts';
import { createScopePolicy } from '../../../lib/policy/scope-policy.ts';
import type { IntrospectionAnswer } from '../../../lib/protocol/introspection.ts';
import { OAuthError } from '../../../lib/protocol/errors.ts';
import { createIssuerKeys } from '../../../lib/resource/issuer-keys.ts';
import {
  introspectToken,
  type IntrospectTokenDeps,
} from '../../../lib/services/introspect-token.ts';
import { userinfo, type Userinfo, type UserinfoDeps } from '../../../lib/services/userinfo.ts';
import {
  verifyAccessToken,
  type VerifiedAccessToken,
} from '../../../lib/services/verify-access-token.ts';
import { MemoryStore } from '../../../lib/storage/memory/memory-store.ts';
import {
  createAccessTokenVerifier,
  type RecognisedAccessToken,
} from '../../../lib/tokens/access-token-verifier.ts';
import { createAccessTokens } from '../../../lib/tokens/access-token.ts';
import { sha256 } from '../../../lib/tokens/digest.ts';
import { createEnvelopes } from '../../../lib/tokens/envelope.ts';
import { createGrantCredentials } from '../../../lib/tokens/grant-credentials.ts';
import { createKeyring } from '../../../lib/tokens/keyring.ts';
import { readKeySet } from '../../../lib/tokens/published-key-set.ts';
import { allowOf, DAY, newClient, newPending, redeemOf } from '../../contract/records.ts';
import { ed25519Key, p256Key } from './fixed-keys.ts';
import { requireRefusal } from './refusal.ts';

export const NOW_SECONDS = 1_800_000_000;
export const ISSUER = 'https://auth.example.com';
export const API = 'https://api.example.com/mcp';
export const RESOURCES = [API, 'https://files.example.com'];
export const CLIENT = '00000000-0000-4000-8000-000000000001';
const OTHER_CLIENT = '00000000-0000-4000-8000-000000000002';
export const SUBJECT = 'person-1';
export const GRANT = 'abcdefghijklmnopqrstuv';
const SECRET = 'a'.repeat(32);

/** The first signs. */
export const KEYS = [p256Key('e', 1), ed25519Key('d', 2)];

export interface TokenServer {
  verify(token: string): Promise<VerifiedAccessToken | undefined>;
  verifyUnrevoked(token: string): Promise<VerifiedAccessToken | undefined>;
  verifyElsewhere(token: string): Promise<VerifiedAccessToken | undefined>;
  recognise(token: string): Promise<RecognisedAccessToken | undefined>;
  userinfo(token: string): Promise<Userinfo | undefined>;
  introspectForApi(token: string): Promise<IntrospectionAnswer | undefined>;
  introspectForClient(token: string): Promise<IntrospectionAnswer | undefined>;
  introspectForAnother(token: string): Promise<IntrospectionAnswer | undefined>;
  /** What went into the log and the errors since it was asked the last time. */
  said(): string;
}

export async function createTokenServer(): Promise<TokenServer> {
  const now = (): number => NOW_SECONDS * 1000;
  const store = await storeWithGrant(now);
  const lines: unknown[] = [];
  const note = (...line: unknown[]): void => void lines.push(line);
  const logger = { debug: note, info: note, warn: note, error: note };
  const signingKeys = createSigningKeys(KEYS);
  const accessTokens = createAccessTokens({ issuer: ISSUER, keys: signingKeys, now });
  const randomBytes = (size: number): Buffer => Buffer.alloc(size, 7);
  const deps: IntrospectTokenDeps & UserinfoDeps = {
    ...{ issuer: ISSUER, accessTokens, signingKeys, logger, storeNow: now },
    clients: store.clients,
    clientStates: store.clientStates,
    grants: store.grants,
    assertions: store.assertions,
    publishedKeys: { find: async () => [] },
    credentials: createGrantCredentials(createKeyring([SECRET]), ISSUER),
    envelopes: createEnvelopes({ secrets: [SECRET], issuer: ISSUER, randomBytes }),
    resources: () => RESOURCES,
    resourceServers: new Map([
      ['api', { id: 'api', secretDigests: [sha256(SECRET)], resources: [API] }],
    ]),
    scopePolicy: createScopePolicy({ scopesSupported: ['openid', 'read'] }),
    clientSources: {},
    login: {},
    revokedBefore: () => 0,
    newRequestId: () => 'request',
    revokeUpstream: async () => undefined,
    emit: note,
  };
  const attempt = {
    requestId: 'request',
    audiences: [ISSUER],
    network: undefined,
    admit: async () => undefined,
  };
  const findKey = createIssuerKeys({
    ask: async () => readKeySet({ keys: KEYS.map(publicJwk) }),
    ...{ issuer: ISSUER, logger, now },
  });
  const elsewhere = createAccessTokenVerifier({ issuer: ISSUER, findKey, now });

  async function orNoted<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await ask();
    } catch (thrown) {
      requireRefusal(thrown);
      if (thrown instanceof OAuthError) note(thrown, thrown.detail, String(thrown.cause));
      return undefined;
    }
  }
  const introspect = (client_id: string, token: string): Promise<IntrospectionAnswer | undefined> =>
    orNoted(() => introspectToken(deps, { client_id, secrets: [SECRET] }, token, attempt));

  return {
    verify: (token) => orNoted(() => verifyAccessToken(deps, token, [API])),
    verifyUnrevoked: (token) =>
      orNoted(() => verifyAccessToken(deps, token, [API], { network: undefined })),
    verifyElsewhere: (token) => elsewhere.verify(token, [API]),
    recognise: (token) => accessTokens.recognise(token),
    userinfo: (token) => orNoted(() => userinfo(deps, token, attempt)),
    introspectForApi: (token) => introspect('api', token),
    introspectForClient: (token) => introspect(CLIENT, token),
    introspectForAnother: (token) => introspect(OTHER_CLIENT, token),
    said: () => JSON.stringify(lines.splice(0)),
  };
}

/** Two clients with a secret, and a grant of the first. */
async function storeWithGrant(now: () => number): Promise<MemoryStore> {
  const store = new MemoryStore({ now });
  const { metadata } = newClient();
  for (const client_id of [CLIENT, OTHER_CLIENT]) {
    const client = newClient({
      client_id,
      metadata: { ...metadata, token_endpoint_auth_method: 'client_secret_basic' },
      secret_digest: sha256(SECRET),
      requested: 'openid read',
    });
    await store.clients.insert(client, DAY);
  }
  const pending = newPending({ grant_id: GRANT, client_id: CLIENT, resources: RESOURCES });
  await store.authorizations.insert(pending, DAY);
  await store.authorizations.allow(allowOf(pending, { subject: SUBJECT, granted: 'openid read' }));
  await store.grants.redeem(redeemOf(GRANT));
  return store;
}
