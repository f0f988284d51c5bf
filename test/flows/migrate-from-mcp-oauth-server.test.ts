import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedClientV1 } from '../support/mcp-client-v1.ts';
import { Migration } from '../support/migration.ts';
import { ALICE } from '../support/strict-client.ts';

type ExportClients = (clients: unknown, path: string) => Promise<void>;

describe('an app that moves here from mcp-oauth-server', () => {
  let migration: Migration;
  let client: ScriptedClientV1 | undefined;

  beforeEach(async () => {
    migration = await Migration.of('docs/migrate-from-mcp-oauth-server.md');
  });

  afterEach(async () => {
    await client?.close();
    await migration.end();
    client = undefined;
  });

  it.each([
    {
      name: 'without a secret, that has said nothing of refresh tokens',
      metadata: { token_endpoint_auth_method: 'none' },
    },
    {
      name: 'with a secret and a refresh token',
      metadata: {
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: ['https://connector.example.com/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    },
  ])('takes along a client $name, which logs in again as the one that it was', async (row) => {
    const { clients } = await migration.start('before');
    client = new ScriptedClientV1(`${migration.url}/mcp`, ALICE, row.metadata);
    await client.connect();
    expect(await client.callTool('whoami')).toBe('alice');
    const { exportClients } = (await migration.run('export')) as { exportClients: ExportClients };
    await exportClients(clients, migration.file);
    await migration.stop();
    expect(await migration.importClients()).toMatchObject({ code: 0 });

    await migration.start('after');
    expect(await client.callTool('whoami')).toBe('alice');
    const { registrations, authorizations } = client.story;
    expect(registrations).toHaveLength(1);
    const [before, after, ...more] = authorizations;
    expect(more).toEqual([]);
    const { client_id, redirect_uri } = before?.sent ?? {};
    expect(after).toMatchObject({ outcome: 'code', sent: { client_id, redirect_uri } });

    await client.authorize('mcp:tools offline_access');
    expect(client.provider.tokens()).toMatchObject({
      scope: 'mcp:tools offline_access',
      refresh_token: expect.any(String),
    });
    expect(registrations).toHaveLength(1);
  });
});
