import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LookupFunction } from 'node:net';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { IOREDIS_CLIENTS } from '../support/ioredis-clients.ts';
import { PERSISTENT } from '../support/redis-server.ts';
import { startRedisTlsServer, type RedisTlsServer } from '../support/redis-tls.ts';
import { createBench, type FaultBench } from './support/bench.ts';
import { disconnectAll } from './support/faults/fault.ts';
import { wrongOutcomes } from './support/outcomes.ts';
import type { FaultSpan } from './support/record.ts';
import { startRun, type Run } from './support/run.ts';

const MS = 3_000;
/** In that time, by an instance that waits longer each time: a busy loop would need a thousand. */
const MOST_ATTEMPTS = 12;

/** A resolver that can be told to know nothing, with its answers as `dns.lookup` gives them. */
interface Resolver {
  readonly lookup: LookupFunction;
  knows: boolean;
  asked: number;
}

function createResolver(): Resolver {
  const resolver: Resolver = {
    knows: true,
    asked: 0,
    lookup: (hostname, { all }, callback) => {
      resolver.asked += 1;
      process.nextTick(() => {
        const { code, syscall } = { code: 'ENOTFOUND', syscall: 'getaddrinfo' };
        if (!resolver.knows) {
          const error = new Error(`${syscall} ${code} ${hostname}`);
          callback(Object.assign(error, { code, syscall, hostname }), '', 4);
        } else if (all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
        else callback(null, '127.0.0.1', 4);
      });
    },
  };
  return resolver;
}

let server: RedisTlsServer;
let resolvers: Resolver[];
let bench: FaultBench;
let run: Run;

/** One server, reached by its name and with TLS; one instance by each version of ioredis. */
beforeEach(async () => {
  server = await startRedisTlsServer({ options: [...PERSISTENT, '--appendfsync', 'no'] });
  resolvers = IOREDIS_CLIENTS.map(createResolver);
  const clients = IOREDIS_CLIENTS.map(({ connect }, i) =>
    connect(`rediss://localhost:${String(server.port)}`, {
      tls: { ...server.tls, lookup: resolvers[i]?.lookup },
      lazyConnect: true,
    }),
  );
  const { prefix, ...rest } = createBench(
    {
      name: 'standalone',
      nodes: [server],
      masters: async () => [server],
      healthy: async () => undefined,
      source: { url: server.url },
    },
    async () => {
      for (const client of clients) client.disconnect();
      await server.stop();
    },
  );
  const left = [...clients];
  const createStore = (): RedisStore => {
    const client = left.shift();
    if (!client) throw new Error('there is no version of ioredis left');
    return new RedisStore({ client, prefix });
  };
  bench = { ...rest, prefix, createStore };
  run = await startRun(bench);
});
afterEach(async () => {
  await run.close();
  await bench.close();
});

/** What each instance has said of the connection. */
function linesOf(): string[][] {
  return run.instances.map(({ log }) =>
    log.entries
      .filter(({ message }) => message.startsWith('store connection'))
      .map(({ message, fields: { reason = '' } }) => `${message} ${String(reason)}`.trim()),
  );
}

async function expectOutage(span: FaultSpan, reason: string): Promise<void> {
  const { record, ledger } = await run.finish();
  expect(ledger.violations).toEqual([]);
  expect(wrongOutcomes({ stops: 'everything' }, span, record)).toEqual([]);
  for (const lines of linesOf()) {
    // That the connection ended, why there is no other, and that there is one again.
    expect(lines.filter((line) => line.includes(reason))).toHaveLength(1);
    expect(lines).toContain(`store connection lost ${reason}`);
    expect(lines.at(-1)).toBe('store connection is back');
    expect(lines.length).toBeLessThanOrEqual(3);
  }
}

describe('a Redis server that is reached by its name and with TLS', () => {
  it('is away while its name stands for no address, and there again after (row 16)', async () => {
    const span = await run.during({
      name: 'the name of the server is not known',
      ms: MS,
      inject: async ({ nodes }) => {
        for (const resolver of resolvers) Object.assign(resolver, { knows: false, asked: 0 });
        await disconnectAll(nodes);
        return async () => {
          const attempts = resolvers.map(({ asked }) => asked);
          for (const resolver of resolvers) resolver.knows = true;
          expect(Math.min(...attempts)).toBeGreaterThan(1);
          expect(Math.max(...attempts)).toBeLessThan(MOST_ATTEMPTS);
        };
      },
    });
    await expectOutage(span, 'ENOTFOUND');
  });

  it('is away while its certificate has expired, and there again with the next (row 16)', async () => {
    const { authority } = server;
    const span = await run.during({
      name: 'the certificate of the server has expired',
      ms: MS,
      inject: async ({ nodes }) => {
        await server.present(authority.issue('localhost', 'expired'));
        for (const resolver of resolvers) resolver.asked = 0;
        await disconnectAll(nodes);
        return async () => {
          const attempts = resolvers.map(({ asked }) => asked);
          await server.present(authority.issue('localhost'));
          expect(Math.min(...attempts)).toBeGreaterThan(1);
          expect(Math.max(...attempts)).toBeLessThan(MOST_ATTEMPTS);
        };
      },
    });
    await expectOutage(span, 'CERT_HAS_EXPIRED');
    const { key } = server.tls;
    const said = run.instances.map(({ log }) => log.text()).join('\n');
    expect(said).not.toContain('BEGIN');
    expect(said).not.toContain(key.split('\n')[1]);
  });
});
