import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RedisStore, type RedisSource } from '../../lib/storage/redis/redis-store.ts';
import { eventually } from '../support/eventually.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createAuthority } from '../support/certificates.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { register } from '../support/flow.ts';
import { IOREDIS_CLIENTS } from '../support/ioredis-clients.ts';
import { ask } from '../support/redis-ask.ts';
import { recovered } from '../support/redis-bench.ts';
import { startRedisTlsServer, type ClientTls, type RedisTlsServer } from '../support/redis-tls.ts';
import { randomPrefix } from '../support/redis-url.ts';

type Tls = Partial<ClientTls>;
interface Source {
  readonly source: RedisSource;
  readonly end: () => void;
}

/** How a store is told what it needs for TLS. */
const WAYS: readonly { name: string; connect: (url: string, tls: Tls) => Source }[] = [
  { name: 'options', connect: (url, tls) => ({ source: { url, tls }, end: () => undefined }) },
  ...IOREDIS_CLIENTS.map(({ name, connect }) => ({
    name: `a host's client of ${name}`,
    connect: (url: string, tls: Tls) => {
      const client = connect(url, { tls, disconnectTimeout: 100 });
      return { source: { client }, end: () => client.disconnect() };
    },
  })),
];

/** For a busy machine; a handshake that fails does so at once. */
const commandTimeoutMs = 1_500;

describe.each(WAYS)('a Redis server with TLS, by $name', ({ connect }) => {
  let server: RedisTlsServer;
  let ends: (() => unknown)[];

  beforeAll(async () => {
    server = await startRedisTlsServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    ends = [];
    await server.present(server.authority.issue('localhost'));
  });
  afterEach(async () => {
    for (const end of ends) await end();
  });

  function start(tls: Tls): TestApp & { store: RedisStore } {
    const { source, end } = connect(server.url, tls);
    const store = new RedisStore({ ...source, prefix: randomPrefix(), commandTimeoutMs });
    ends.push(() => store.close(), end);
    const options = { store, signingKeys: SIGNING_KEY };
    return { ...createTestApp({ clock: createClock(Date.now()), options }), store };
  }

  async function expectUnavailable({ app, log }: TestApp, reason: RegExp): Promise<void> {
    const answer = await register(app);
    expect({ status: answer.status, body: answer.body as unknown }).toMatchObject({
      status: 503,
      body: { error: 'temporarily_unavailable' },
    });
    await eventually(() => {
      const lost = log.at('warn').filter(({ message }) => message === 'store connection lost');
      expect(lost.map(({ fields }) => fields['reason'])).toContainEqual(
        expect.stringMatching(reason),
      );
    });
  }

  it.each<{ name: string; tls: () => Tls; reason: RegExp }>([
    {
      name: 'nobody vouches for',
      tls: () => ({ ...server.tls, ca: createAuthority().ca }),
      reason: /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_SIGNATURE_FAILURE)$/,
    },
    {
      name: 'only an authority of its own vouches for',
      tls: () => ({ cert: server.tls.cert, key: server.tls.key }),
      reason: /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/,
    },
  ])('is not trusted with a certificate that $name', async ({ tls, reason }) => {
    await expectUnavailable(start(tls()), reason);
  });

  it('is not reached without a certificate of ours', async () => {
    await expectUnavailable(start({ ca: server.tls.ca }), /^(ERR_SSL_\w+|ECONNRESET|closed)$/);
  });

  it('is not reached with a certificate of ours that has expired', async () => {
    const expired = server.authority.issue('client', 'expired');
    await expectUnavailable(
      start({ ca: server.tls.ca, ...expired }),
      /^(ERR_SSL_\w+|ECONNRESET|closed)$/,
    );
  });

  it('is not trusted any more when its certificate expires, and again with the next (FAULT-16)', async () => {
    const made = start(server.tls);
    await eventually(async () => expect((await register(made.app)).status).toBe(201));
    await server.present(server.authority.issue('localhost', 'expired'));
    await ask(server, 'CLIENT', 'KILL', 'TYPE', 'normal');
    await expectUnavailable(made, /^CERT_HAS_EXPIRED$/);
    await server.present(server.authority.issue('localhost'));
    await recovered(made.store);
    await eventually(async () => expect((await register(made.app)).status).toBe(201));
  });
});
