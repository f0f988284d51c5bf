import { describe, expect, it } from '@jest/globals';
import { RegistrationRefusedError, type OnRegister } from '../../lib/index.ts';
import { METADATA, register } from '../support/flow.ts';
import { manage, registered, update } from '../support/management.ts';
import { expectApiError } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

/** Written apart, for lint takes the whole for a program. */
const SCRIPT = 'javascript';

describe('onRegister', () => {
  it('is asked about registrations and updates, with what would be kept', async () => {
    const asked: unknown[] = [];
    const onRegister: OnRegister = (metadata, context) => {
      asked.push([metadata, context]);
    };
    const { app } = createWatchedApp({ options: { onRegister } });
    const client = await registered(app, { scope: 'profile', 'client_name#fr': 'Nom' });
    await update(app, client);
    const context = { client_id: client.client_id, network: '127.0.0.1' };
    expect(asked).toEqual([
      [
        { ...METADATA, scope: 'profile', 'client_name#fr': 'Nom' },
        { ...context, kind: 'registration' },
      ],
      [METADATA, { ...context, kind: 'update' }],
    ]);
  });

  it('may return other metadata, which is decided like any', async () => {
    const onRegister: OnRegister = async (metadata) => ({
      ...metadata,
      client_name: 'Amended',
      scope: 'email',
    });
    const { app } = createWatchedApp({ options: { onRegister, baselineClientScopes: ['openid'] } });
    const client = await registered(app);
    const want = { client_name: 'Amended', scope: 'email openid' };
    expect(client).toMatchObject(want);
    expect((await manage(app, 'get', client)).body).toMatchObject(want);
  });

  it.each([
    { refusal: {}, status: 400, error: 'invalid_client_metadata' },
    { refusal: { error: 'invalid_redirect_uri' }, status: 400, error: 'invalid_redirect_uri' },
    {
      refusal: { error: 'access_denied', description: 'not from there' },
      status: 403,
      error: 'access_denied',
    },
  ] as const)('may refuse, and says what the client is told: $error', async (one) => {
    const onRegister: OnRegister = () => {
      throw new RegistrationRefusedError('for the log', one.refusal);
    };
    const { app, store, log } = createWatchedApp({ options: { onRegister } });
    const answer = await register(app);
    expectApiError(answer, one.status, one.error);
    const { description = 'this server does not take this registration' } = {
      description: undefined,
      ...one.refusal,
    };
    expect(answer.body).toHaveProperty('error_description', description);
    expect(answer.text).not.toContain('for the log');
    expect(log.text()).toContain('for the log');
    expect(store.writes).toEqual([]);
  });

  it.each<{ name: string; hook: () => unknown }>([
    {
      name: 'throws',
      hook: () => {
        throw new Error('its database is away');
      },
    },
    { name: 'rejects', hook: () => Promise.reject(new TypeError('x')) },
    { name: 'returns no metadata', hook: () => 'yes' },
    { name: 'returns a list', hook: () => [] },
    { name: 'returns what may not be', hook: () => ({ redirect_uris: [`${SCRIPT}:alert(1)`] }) },
  ])('registers nobody when it $name: 503, and an error in the log', async ({ hook }) => {
    const { app, store, log } = createWatchedApp({ options: { onRegister: hook as OnRegister } });
    const answer = await register(app);
    expectApiError(answer, 503, 'temporarily_unavailable');
    expect(answer.headers['retry-after']).toBeDefined();
    expect(log.at('error')).toHaveLength(1);
    expect(store.writes).toEqual([]);
  });

  it.each([
    { error: 'unapproved_software_statement' },
    { error: 'constructor' },
    { error: 'access_denied', description: 'with "quotes"' },
    { error: 'invalid_redirect_uri', description: 'x'.repeat(201) },
    { error: 'invalid_redirect_uri', description: 7 },
  ])(
    'registers nobody when it throws a refusal of its own that cannot be sent: %j',
    async (own) => {
      const onRegister: OnRegister = () => {
        throw Object.assign(new Error('no'), { code: 'ERR_DCR_REGISTRATION_REFUSED', ...own });
      };
      const { app, store, log } = createWatchedApp({ options: { onRegister } });
      expectApiError(await register(app), 503, 'temporarily_unavailable');
      expect(log.at('error')).toHaveLength(1);
      expect(store.writes).toEqual([]);
    },
  );

  it('refuses no client that is imported when it cannot say: that is to be tried again', async () => {
    const onRegister: OnRegister = () => {
      throw new Error('its database is away');
    };
    const { server, store } = createWatchedApp({ options: { onRegister } });
    const client = { ...METADATA, client_id: 'theirs-1' };
    await expect(server.clients.import(client)).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      status: 503,
    });
    expect(store.writes).toEqual([]);
  });

  it('cannot change in place what it was given', async () => {
    const onRegister: OnRegister = (metadata) => {
      (metadata.redirect_uris as string[]).push('https://evil.example/cb');
    };
    const { app } = createWatchedApp({ options: { onRegister } });
    expectApiError(await register(app), 503, 'temporarily_unavailable');
  });

  it.each([
    { error: 'server_error' as 'access_denied' },
    { description: 'with "quotes"' },
    { description: '' },
  ])('learns at once that a refusal cannot be sent: %j', (refusal) => {
    expect(() => new RegistrationRefusedError('x', refusal)).toThrow(TypeError);
  });
});

describe('redirectHosts', () => {
  const options = { redirectHosts: ['app.example.com', 'localhost'] };

  it('keeps other hosts out, at registrations and at updates', async () => {
    const { app } = createWatchedApp({ options });
    const client = await registered(app);
    const redirect_uris = ['https://app.example.com/cb', 'https://other.example.com/cb'];
    for (const answer of [
      await register(app, { redirect_uris }),
      await update(app, client, { redirect_uris }),
    ]) {
      expectApiError(answer, 400, 'invalid_redirect_uri');
      expect(answer.body).toHaveProperty(
        'error_description',
        'a redirect URI leads to a host that is not allowed here',
      );
    }
  });

  it('leaves them out where bad redirect URIs are dropped', async () => {
    const { app } = createWatchedApp({ options: { ...options, invalidRedirectUris: 'drop' } });
    const redirect_uris = ['https://other.example.com/cb', 'https://app.example.com/cb'];
    expect(await registered(app, { redirect_uris })).toMatchObject({
      redirect_uris: ['https://app.example.com/cb'],
    });
  });
});
