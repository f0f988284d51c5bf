import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createAuthorizationServer } from '../../lib/authorization-server.ts';
import { optionsFromEnv } from '../../lib/env.ts';
import { hostLogin } from '../../lib/login/host-login.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { linesOf } from './support.ts';

const issuer = 'https://auth.example.com';
const scopesSupported = ['openid', 'notes:read', 'admin:all'];
const OPTION = 'clients (DCR_CLIENTS)';
const SECRET = 'a'.repeat(32);
const OTHER_SECRET = 'b'.repeat(32);

const PUBLIC = { client_id: 'crm', redirect_uris: ['https://crm.example.com/cb'], scope: 'openid' };
const CONFIDENTIAL = { ...PUBLIC, client_secret: SECRET };

function problemsOf(clients: unknown): string[] {
  const login = hostLogin({ user: () => undefined, url: '/login' });
  const { logger } = createLogRecorder();
  const options = { issuer, login, logger, scopesSupported, clients: clients as [] };
  return linesOf(() => createAuthorizationServer(options));
}

describe('the option clients: taken', () => {
  it.each<{ name: string; client: object }>([
    { name: 'a public client', client: PUBLIC },
    { name: 'a confidential one', client: CONFIDENTIAL },
    { name: 'two secrets', client: { ...PUBLIC, client_secret: [SECRET, OTHER_SECRET] } },
    { name: 'a scope as a list', client: { ...PUBLIC, scope: ['openid', 'admin:all'] } },
    { name: 'an id with a colon, without a secret', client: { ...PUBLIC, client_id: 'api:crm' } },
    {
      name: 'keys in the place of a secret',
      client: {
        ...PUBLIC,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'EdDSA',
        jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) }] },
      },
    },
    {
      name: 'hosts of a private network',
      client: {
        ...CONFIDENTIAL,
        redirect_uris: ['https://crm/cb', 'https://10.0.0.7:8443/cb', 'https://crm.internal/cb'],
      },
    },
    {
      name: 'what an app on the device has, for a public one',
      client: {
        ...PUBLIC,
        redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]:81/', 'com.example.crm:/cb'],
      },
    },
    {
      name: 'members for people, also in other languages',
      client: {
        ...CONFIDENTIAL,
        client_name: 'CRM',
        'client_name#de': 'Kundenkartei',
        contacts: ['crm@example.com'],
        application_type: 'web',
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_post',
        require_pushed_authorization_requests: true,
      },
    },
  ])('$name', ({ client }) => {
    expect(problemsOf([client])).toEqual([]);
  });
});

describe('the variable DCR_CLIENTS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clients-test-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const DCR_ISSUER = issuer;

  it.each([
    { value: 'crm', want: 'is not JSON' },
    { value: `{"client_secret":"${SECRET}",}`, want: 'is not JSON' },
    { value: JSON.stringify(CONFIDENTIAL), want: 'is not a JSON list' },
    {
      value: JSON.stringify([{ ...CONFIDENTIAL, scopes: 'x' }]),
      want: 'client "crm": "scopes" is no member; did you mean scope?',
    },
  ])('is refused, and never repeated: $want', ({ value, want }) => {
    const lines = linesOf(() => optionsFromEnv({ DCR_ISSUER, DCR_CLIENTS: value }));
    expect(lines).toEqual([`${OPTION}: ${want}`]);
  });

  it('or its file say the same as the option', () => {
    const path = join(folder, 'clients.json');
    const value = JSON.stringify([CONFIDENTIAL]);
    writeFileSync(path, value);
    for (const env of [{ DCR_CLIENTS: value }, { DCR_CLIENTS_FILE: path }]) {
      expect(optionsFromEnv({ DCR_ISSUER, ...env }).clients).toEqual([CONFIDENTIAL]);
    }
  });
});
