import { describe, expect, it } from '@jest/globals';
import type { RegistrationPolicy } from '../../lib/policy/registration.ts';
import { createScopePolicy } from '../../lib/policy/scope-policy.ts';
import { explainMetadata, type ExplainMetadataDeps } from '../../lib/services/explain-metadata.ts';
import { METADATA } from '../support/flow.ts';

const SETTINGS = {
  scopesSupported: ['openid', 'notes:read', 'notes:write', 'admin:all'],
  restrictedScopes: ['admin:*'],
  baselineRules: [
    { name: 'ours', match: { client_id_host: '*.ours.example' }, scopes: ['notes:write'] },
  ],
};
const REGISTRATION: RegistrationPolicy = {
  ownEndpoints: ['https://auth.example.com/oauth/token'],
  confidentialClients: true,
  forceConfidentialRedirectUris: [],
  invalidRedirectUris: 'reject',
};
const DEPS: ExplainMetadataDeps = {
  registrationPolicy: REGISTRATION,
  registration: 'open',
  scopePolicy: createScopePolicy(SETTINGS),
  documentHosts: { denied: ['bad.ours.example'] },
};
const DOCUMENT = { ...METADATA, client_id: 'https://a.ours.example/c.json', scope: 'openid' };

describe('metadata that would be refused', () => {
  it.each<{ name: string; body: unknown; deps?: Partial<ExplainMetadataDeps>; want: object }>([
    ...[undefined, null, 'x', [], 7].map((body) => ({
      name: `not an object: ${String(body)}`,
      body,
      want: { error: 'invalid_client_metadata', scopes: [] },
    })),
    {
      name: 'no redirect URI',
      body: { scope: 'stranger' },
      want: { error: 'invalid_redirect_uri', scopes: [] },
    },
    {
      name: 'a secret where there are none',
      body: { ...METADATA, token_endpoint_auth_method: 'client_secret_basic' },
      deps: { registrationPolicy: { ...REGISTRATION, confidentialClients: false } },
      want: {
        error: 'invalid_client_metadata',
        reason: 'token_endpoint_auth_method must be none',
        scopes: [],
      },
    },
    {
      name: 'a registration where there are none, though its scopes are fine',
      body: { ...METADATA, scope: 'openid' },
      deps: { registration: 'off' },
      want: { error: 'access_denied', reason: 'this server takes no registrations', scopes: [] },
    },
    {
      name: 'a document while there are none',
      body: DOCUMENT,
      deps: { documentHosts: undefined },
      want: { error: 'invalid_client', reason: 'client metadata documents do not count here' },
    },
    {
      name: 'a document at a host that is denied',
      body: { ...DOCUMENT, client_id: 'https://bad.ours.example/c.json' },
      want: {
        error: 'invalid_client',
        reason: 'the host of the document is not one of those that count here',
      },
    },
    {
      name: 'a document with a secret',
      body: { ...DOCUMENT, client_secret: 'x' },
      want: { error: 'invalid_client_metadata' },
    },
  ])('$name', async ({ body, deps = {}, want }) => {
    const explained = await explainMetadata({ ...DEPS, ...deps }, body);
    expect(explained).toMatchObject({ outcome: 'refused', reason: expect.any(String), ...want });
  });

  it('for its scopes is explained scope by scope, in the order they were sent', async () => {
    const body = { ...METADATA, scope: 'notes:reed openid admin:all' };
    const explained = await explainMetadata(DEPS, body);
    expect(explained).toMatchObject({
      outcome: 'refused',
      error: 'invalid_client_metadata',
      reason: 'scope contains a value that is not in scopes_supported',
      scopes: [
        { scope: 'notes:reed', code: 'not_supported', nearest: 'notes:read' },
        { scope: 'openid', code: 'requested' },
        { scope: 'admin:all', code: 'restricted' },
      ],
    });
    expect(explained.scopes).toHaveLength(3);
  });

  it('is explained for the scopes in question, when there are some', async () => {
    const body = { ...METADATA, scope: 'stranger' };
    const { scopes } = await explainMetadata(DEPS, body, ['notes:read']);
    expect(scopes.map(({ scope }) => scope)).toEqual(['notes:read']);
  });
});

describe('metadata that would be accepted', () => {
  it('is shown as it would count, with the reason for each scope', async () => {
    const deps = {
      ...DEPS,
      registrationPolicy: { ...REGISTRATION, invalidRedirectUris: 'drop' as const },
      scopePolicy: createScopePolicy({
        ...SETTINGS,
        unsupportedScopes: 'drop',
        baselineClientScopes: ['notes:read'],
      }),
    };
    const redirect_uris = [...METADATA.redirect_uris, 'https://auth.example.com/oauth/token'];
    const body = { ...METADATA, redirect_uris, scope: 'openid stranger', unknown: 'x' };
    const explained = await explainMetadata(deps, body);
    expect(explained).toMatchObject({
      outcome: 'accepted',
      origin: 'registered',
      metadata: { redirect_uris: METADATA.redirect_uris, token_endpoint_auth_method: 'none' },
      droppedRedirectUris: ['https://auth.example.com/oauth/token'],
      requested: ['openid', 'stranger'],
      baseline: [{ scope: 'notes:read', rule: 'global' }],
      registered: [
        { scope: 'openid', origin: 'requested' },
        { scope: 'notes:read', origin: { baseline: 'global' } },
      ],
    });
    const said = explained.scopes.map(({ scope, allowed, leftOut }) => [scope, allowed, leftOut]);
    expect(said).toEqual([
      ['openid', true, undefined],
      ['notes:read', true, undefined],
      ['stranger', false, true],
      ['notes:write', false, undefined],
      ['admin:all', false, true],
    ]);
    expect(explained).not.toHaveProperty('metadata.unknown');
  });

  it('is a document where its id is an address, and rules by its host are about it', async () => {
    const off = { ...DEPS, registration: 'off' } as const;
    const explained = await explainMetadata(off, DOCUMENT, ['notes:write']);
    expect(explained).toMatchObject({
      outcome: 'accepted',
      origin: 'metadata_document',
      scopes: [{ scope: 'notes:write', allowed: true, rule: 'ours' }],
    });
    const registered = { ...DOCUMENT, client_id: undefined };
    const other = await explainMetadata(DEPS, registered, ['notes:write']);
    expect(other.scopes).toMatchObject([
      { allowed: false, nearRules: [{ rule: 'ours', unmet: ['client_id_host'] }] },
    ]);
  });
});
