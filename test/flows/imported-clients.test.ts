import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  authorizationCodeGrant,
  ClientSecretBasic,
  discovery,
  None,
  refreshTokenGrant,
} from 'openid-client';
import supertest from 'supertest';
import { storeOptionsFromEnv } from '../../lib/env/store.ts';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { runCommandIn } from '../cli/run-command.ts';
import { redisEnvironment, startExample, type RunningExample } from '../support/example.ts';
import { noteSecret } from '../support/secrets.ts';
import { PATIENCE_MS } from '../support/stores.ts';
import { authorizeStrictly, DISCOVERY } from '../support/strict-client.ts';

const SECRET = randomBytes(24).toString('base64url');
const TOKEN = randomBytes(24).toString('base64url');
for (const secret of [SECRET, TOKEN]) noteSecret(secret);

const REDIRECT_URI = 'https://connector.example.com/callback';
const SCOPE = 'notes:read offline_access';
/** As the MCP TypeScript SDK and others keep them. */
const RECORD = {
  redirect_uris: [REDIRECT_URI],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  client_id_issued_at: 1_700_000_000,
};
const ROWS = [
  {
    name: 'with a secret',
    record: {
      ...RECORD,
      client_id: 'kR3_x.y~Z-1',
      client_secret: SECRET,
      client_secret_expires_at: 0,
      token_endpoint_auth_method: 'client_secret_basic',
      scope: 'notes:read',
      registration_access_token: TOKEN,
    },
    auth: () => ClientSecretBasic(SECRET),
  },
  {
    name: 'without one',
    record: { ...RECORD, client_id: '0F8FAD5BD9CB469F', token_endpoint_auth_method: 'none' },
    auth: () => None(),
  },
];

describe('a client that another server registered, and that is imported', () => {
  let example: RunningExample;
  const folder = mkdtempSync(join(tmpdir(), 'dcr-imported-'));

  afterEach(async () => {
    await example.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('goes on under its id: logs in, refreshes and manages its registration', async () => {
    const environment = {
      ...redisEnvironment(),
      DCR_SCOPES_SUPPORTED: 'openid profile email offline_access notes:read notes:write',
      DCR_BASELINE_SCOPES: 'offline_access',
    };
    example = await startExample({ ...environment, DCR_REGISTRATION: 'off' });
    const env = { ...environment, DCR_ISSUER: example.url };
    const file = join(folder, 'clients.jsonl');
    writeFileSync(file, ROWS.map(({ record }) => JSON.stringify(record)).join('\n'));

    const known = async ({ record, auth }: (typeof ROWS)[number]) =>
      discovery(new URL(example.url), record.client_id, undefined, auth(), DISCOVERY);
    const store = new RedisStore({ ...storeOptionsFromEnv(env)!, commandTimeoutMs: PATIENCE_MS });
    try {
      const outcome = await runCommandIn(env, store, 'clients', 'import', file);
      expect(outcome).toMatchObject({ code: 0, answer: expect.not.stringContaining(SECRET) });
    } finally {
      await store.close();
    }
    for (const row of ROWS) {
      const config = await known(row);
      const { callback, checks } = await authorizeStrictly(config, {
        scope: SCOPE,
        redirect_uri: REDIRECT_URI,
      });
      const tokens = await authorizationCodeGrant(config, callback, checks);
      expect(tokens).toMatchObject({ token_type: 'bearer', scope: SCOPE });
      const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '');
      expect(refreshed.scope).toBe(SCOPE);
    }
    const { client_id } = ROWS[0]!.record;
    const managed = await supertest(example.url)
      .get(`/oauth/register/${client_id}`)
      .auth(TOKEN, { type: 'bearer' });
    expect(managed.status).toBe(200);
    expect(managed.body).toMatchObject({ client_id, client_id_issued_at: 1_700_000_000 });
  });
});
