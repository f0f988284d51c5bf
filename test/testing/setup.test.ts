import { afterEach, describe, expect, it } from '@jest/globals';
import { createAuthorizationServer, ConfigurationError, hostLogin } from '../../lib/index.ts';
import {
  authorize,
  createTestServer,
  createTestSetup,
  registerClient,
  request,
  tokens,
} from '../../lib/testing.ts';
import { hostApp, type HostApp } from './bench.ts';

let host: HostApp | undefined;
afterEach(async () => {
  await host?.server.close();
  host = undefined;
});

describe('a clock to be moved', () => {
  it('stands still, and adds up what it is given', () => {
    const start = new Date('2027-01-01T00:00:00Z');
    const { clock, runtime, options } = createTestSetup({ start });
    expect(clock.now()).toBe(start.getTime());
    clock.advance({ days: 1, hours: 2, minutes: 3, seconds: 4, milliseconds: 5 });
    expect(clock.now() - start.getTime()).toBe(93_784_005);
    expect([runtime.now(), options.store.now()]).toEqual([clock.now(), clock.now()]);
  });

  it.each([{ minuets: 5 }, { minutes: -1 }, { seconds: NaN }, { hours: '1' as never }])(
    'is not moved by %j',
    (by) => {
      expect(() => createTestSetup().clock.advance(by)).toThrow(TypeError);
    },
  );

  it('ends tokens', async () => {
    host = hostApp({ accessTokenTtlSeconds: 60 });
    const { app, server } = host;
    const client = await registerClient(app);
    const { access_token: token } = await tokens(app, client, await authorize(app, client));
    server.clock.advance({ seconds: 59 });
    expect((await request(app, '/api', { token })).status).toBe(200);
    server.clock.advance({ seconds: 2 });
    expect((await request(app, '/api', { token })).status).toBe(401);
  });
});

describe('a server for tests', () => {
  it('is quiet: nothing about it has to be warned of', () => {
    const { log, close } = createTestServer({ resources: ['/api'] });
    expect(log.at('warn')).toEqual([]);
    expect(log.at('info')).toHaveLength(1);
    expect(log.text()).toContain('"level":"info"');
    return close();
  });

  it('makes the same ids for the same seed, and others for another', async () => {
    const idOf = async (seed?: string): Promise<string> => {
      const { app, server } = hostApp({}, seed === undefined ? {} : { seed });
      const { client_id } = await registerClient(app);
      await server.close();
      return client_id;
    };
    const [one, again, other] = [await idOf('one'), await idOf('one'), await idOf('other')];
    expect(again).toBe(one);
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set([one, other, await idOf(), await idOf()]).size).toBe(4);
  });

  it('is checked as any server is', () => {
    expect(() => createTestServer({ baselineClientScopes: ['unheard-of'] })).toThrow(
      ConfigurationError,
    );
  });

  it('gives an app of its own what to put over its options', async () => {
    const { options, runtime, log } = createTestSetup();
    const server = createAuthorizationServer(
      {
        issuer: 'https://auth.example.com',
        login: hostLogin({ user: () => undefined, url: '/login' }),
        ...options,
      },
      runtime,
    );
    expect(log.entries).not.toEqual([]);
    await server.close();
  });
});
