import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { allowInsecureRequests, Configuration, None } from 'openid-client';
import { ScriptedClientV1 } from '../support/mcp-client-v1.ts';
import { Migration } from '../support/migration.ts';
import { ALICE, obtainStrictly } from '../support/strict-client.ts';

const GUIDE = 'docs/migrate-from-mcp-auth-router.md';
const ON_THE_WEB = ['https://connector.example.com/callback'];

type ExportClients = (clients: Iterable<unknown>, path: string) => Promise<void>;

describe('an app that moves here from mcpAuthRouter', () => {
  let migration: Migration;
  let client: ScriptedClientV1 | undefined;

  beforeEach(async () => {
    migration = await Migration.of(GUIDE);
  });

  afterEach(async () => {
    await client?.close();
    await migration.end();
    client = undefined;
  });

  /** A client that has registered, logged in and called a tool, and then went into the file. */
  async function clientOfBefore(
    metadata: ConstructorParameters<typeof ScriptedClientV1>[2],
  ): Promise<ScriptedClientV1> {
    const { clients } = await migration.start('before');
    client = new ScriptedClientV1(`${migration.url}/mcp`, ALICE, metadata);
    await client.connect();
    expect(await client.callTool('whoami')).toBe('alice');
    const { exportClients } = (await migration.run('export')) as { exportClients: ExportClients };
    await exportClients((clients as Map<string, unknown>).values(), migration.file);
    await migration.stop();
    return client;
  }

  it('is registered at anew by a client with a secret on the device of the person, which cannot be taken along', async () => {
    const { story, callTool } = bound(await clientOfBefore({}));
    expect(await migration.importClients()).toMatchObject({
      code: 1,
      answer: expect.stringContaining("for an app on the person's device it must be 'none'"),
    });
    await migration.start('after');
    expect(await callTool('whoami')).toBe('alice');
    expect(story.registrations.map(({ status }) => status)).toEqual([201, 201]);
  });

  it.each([
    { name: 'without a secret', metadata: undefined, secrets: 0 },
    {
      name: 'with one that it sends in the body',
      metadata: { token_endpoint_auth_method: 'client_secret_post', redirect_uris: ON_THE_WEB },
      secrets: 1,
    },
    {
      name: 'with one of which nobody has said how it is sent',
      metadata: { redirect_uris: ON_THE_WEB },
      secrets: 1,
    },
  ])(
    'takes along a client $name, which logs in again as the one that it was',
    async ({ metadata, secrets }) => {
      const { story, provider, callTool } = bound(await clientOfBefore(metadata));
      expect(readFileSync(migration.file, 'utf8').match(/"client_secret":/g) ?? []).toHaveLength(
        secrets,
      );
      expect(await migration.importClients()).toMatchObject({ code: 0 });
      await migration.start('after');

      expect(await callTool('whoami')).toBe('alice');
      expect(story.registrations).toHaveLength(1);
      const [before, after, ...more] = story.authorizations;
      expect(more).toEqual([]);
      const { client_id, redirect_uri } = before?.sent ?? {};
      expect(after).toMatchObject({ outcome: 'code', sent: { client_id, redirect_uri } });
      const [refresh, exchange] = story.tokens.slice(1);
      expect(refresh).toMatchObject({ status: 400, received: { error: 'invalid_grant' } });
      expect(exchange).toMatchObject({ status: 200, received: { scope: 'mcp:tools' } });
      expect(provider.tokens()?.access_token.split('.')).toHaveLength(3);
    },
  );

  it('serves a client that knows the old addresses and never looks again, where the paths are kept', async () => {
    const { provider } = await clientOfBefore(undefined);
    await migration.importClients();
    await migration.start('kept-paths');
    const { client_id = '' } = provider.clientInformation() ?? {};
    const config = new Configuration(
      {
        issuer: migration.url,
        authorization_endpoint: `${migration.url}/authorize`,
        token_endpoint: `${migration.url}/token`,
      },
      client_id,
      undefined,
      None(),
    );
    allowInsecureRequests(config);
    const tokens = await obtainStrictly(config, {
      scope: 'mcp:tools',
      redirect_uri: provider.redirectUrl,
    });
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'mcp:tools' });
  });
});

/** The parts of a client by their names. */
function bound(
  client: ScriptedClientV1,
): Pick<ScriptedClientV1, 'story' | 'provider' | 'callTool'> {
  const { story, provider } = client;
  return { story, provider, callTool: (name) => client.callTool(name) };
}
