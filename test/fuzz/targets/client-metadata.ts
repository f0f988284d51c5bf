/** The body of a registration; and, with an address in the first line, a metadata document. */
import assert from 'node:assert/strict';
import { createScopePolicy } from '../../../lib/policy/scope-policy.ts';
import { wireMetadata } from '../../../lib/protocol/client.ts';
import { isClientIdUrl } from '../../../lib/protocol/client-id-url.ts';
import { parseClientMetadata } from '../../../lib/protocol/client-metadata.ts';
import { isAcceptableRedirectUri } from '../../../lib/protocol/redirect-uri.ts';
import { decideRegistration } from '../../../lib/services/decide-registration.ts';
import { readDocument } from '../../../lib/services/read-document.ts';
import type { Target } from '../engine/target.ts';
import { firstLine, json, orRefusal, orRefusalLater } from './refusal.ts';

const silent = (): void => undefined;
const OWN = ['https://auth.example.com/oauth/authorize'];

const deps = {
  registrationPolicy: {
    ownEndpoints: OWN,
    confidentialClients: true,
    forceConfidentialRedirectUris: ['https://forced.example/cb'],
    invalidRedirectUris: 'reject',
  },
  scopePolicy: createScopePolicy({
    scopesSupported: ['openid', 'offline_access', 'mcp:read', 'admin:all'],
    baselineClientScopes: ['openid'],
    restrictedScopes: ['admin:*'],
  }),
  logger: { debug: silent, info: silent, warn: silent, error: silent },
  emit: silent,
} as const;

const METADATA = [
  {
    redirect_uris: ['https://app.example.com/cb', 'http://localhost/cb'],
    client_name: 'A client',
    'client_name#fr': 'Un client',
    'client_uri#zh-Hant-TW': 'https://app.example.com/',
    client_uri: 'https://app.example.com/',
    logo_uri: 'https://app.example.com/logo.png',
    tos_uri: 'http://app.example.com/tos',
    policy_uri: 'https://app.example.com/policy',
    contacts: ['someone@example.com'],
    software_id: 'x',
    software_version: '1.0',
    application_type: 'native',
    scope: 'openid mcp:read',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    require_pushed_authorization_requests: true,
  },
  {
    redirect_uris: ['https://forced.example/cb'],
    scope: ['openid', 'admin:all'],
    contacts: 'one@example.com',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    id_token_signed_response_alg: 'RS256',
    jwks: {
      keys: [
        { kty: 'EC', crv: 'P-256', kid: 'k', use: 'sig', x: 'A'.repeat(43), y: 'B'.repeat(43) },
        { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) },
        { kty: 'oct', k: 'AAAA' },
      ],
    },
  },
  { redirect_uris: ['cursor://a'], jwks_uri: 'https://app.example.com/jwks', client_secret: 's' },
  { redirect_uris: ['https://a.example/cb'], jwks: { keys: [{ kty: 'RSA', n: 'x', e: 'AQAB' }] } },
];
const ID = 'https://app.example.com/client.json';
const TEXTS = METADATA.map((body) => JSON.stringify(body));
const DOCUMENTS = METADATA.map((body) => `${ID}\n${JSON.stringify({ client_id: ID, ...body })}`);

const written = (body: object): string => JSON.stringify(body);

export const clientMetadata: Target = {
  name: 'client-metadata',
  seeds: [...TEXTS, '[]', 'null', '{"redirect_uris":"x"}', '{"__proto__":{"redirect_uris":["a"]}}'],
  async run(input) {
    const body = json(input);
    const parsed = orRefusal(() => parseClientMetadata(body));
    if (!parsed) return;
    const { localized, ...kept } = parsed.kept;
    const { scope, ...decided } = { ...parsed, ...kept, ...localized, kept: undefined };
    const flat = { ...decided, ...(scope && { scope: scope.join(' ') }) };
    assert.equal(written(parseClientMetadata(flat)), written(parsed), 'read again it is another');
    const context = { kind: 'registration', client_id: 'c' } as const;
    const decision = await orRefusalLater(() => decideRegistration(deps, body, context));
    if (!decision) return;
    const { metadata, requested, registered } = decision;
    const confidential = metadata.token_endpoint_auth_method !== 'none';
    for (const uri of metadata.redirect_uris)
      assert.ok(isAcceptableRedirectUri(uri, { ownEndpoints: OWN, confidential }), 'a bad URI');
    assert.ok(!registered.some((one) => one.scope.startsWith('admin:')), 'a restricted scope');
    // What a client is told, and sends again, is decided the same.
    const again = await decideRegistration(deps, wireMetadata(metadata, requested), context);
    assert.equal(written(again.metadata), written(metadata));
    assert.deepEqual(again.registered, registered);
  },
};

export const metadataDocument: Target = {
  name: 'metadata-document',
  seeds: [
    ...DOCUMENTS,
    `${ID}\n{"client_id":"${ID}","redirect_uris":["https://a.example/cb"]}`,
    'https://app.example.com:443/a/../b?c#d\n{}',
    'https://APP.example.com/\u00e9\n{}',
  ],
  async run(input) {
    const [client_id, document] = firstLine(input);
    if (!isClientIdUrl(client_id)) return;
    const { href, protocol, username, search, hash, pathname } = new URL(client_id);
    assert.equal(href, client_id, 'an id that is read otherwise than written');
    assert.deepEqual([protocol, username, search, hash], ['https:', '', '', '']);
    assert.notEqual(pathname, '/');
    const client = await orRefusalLater(() => readDocument(deps, client_id, json(document)));
    if (!client) return;
    assert.equal(client.client_id, client_id);
    assert.deepEqual(client.secretDigests, []);
    assert.ok(!client.metadata.token_endpoint_auth_method.startsWith('client_secret'), 'a secret');
  },
};
