/**
 * Two instances against one Redis, beside one alone, and beside two servers that have nothing in common
 * but the machine: what two processes take from each other there is not what instances take.
 *
 * @module
 */
import { Redis } from 'ioredis';
import { startRedisServer } from '../../test/support/redis-server.ts';
import type { NextCall } from '../load/call.ts';
import { measure, type Extent, type Measured, type Round } from '../measure.ts';
import { operations } from '../operations/index.ts';
import type { Operation, Preparation } from '../operations/operation.ts';
import { present } from '../present.ts';
import { asOne } from '../process/as-one.ts';
import { startContender, type ContenderProcess } from '../process/contender-process.ts';
import { compared, median, type Comparison } from '../report/summary.ts';
import { withRedisUsage } from './site.ts';

const MEASURED = ['refresh', 'authorize'];

/** How many cores each is busy with: what is measured, what drives it, and Redis. */
export interface Cores {
  readonly servers: number;
  readonly driver: number;
  readonly redis: number;
}

export interface TwoInstances {
  readonly operation: string;
  readonly toOne: Comparison;
  /** To two servers, each with one instance and keys of its own. */
  readonly toTwoServers: Comparison;
  readonly coresOfOne: Cores;
  readonly coresOfTwo: Cores;
}

/** @param cores - The part of a core that each process is held to; as it comes when it is absent. */
export async function twoInstances(
  extent: Extent,
  cores: number | undefined,
): Promise<TwoInstances[]> {
  const redisServer = await startRedisServer();
  const redis = new Redis(redisServer.url);
  const start = (more: { readonly prefix?: string; readonly issuer?: string } = {}) =>
    startContender('express-dcr', { redisUrl: redisServer.url, cores, ...more });
  const alone = await start();
  const first = await start();
  const second = await start({ prefix: first.prefix, issuer: first.origin });
  const apart = [await start(), await start()] as const;
  const all = [alone, asOne(first, second), asOne(...apart)];
  const watched = all.map((server) => withRedisUsage(server, redis));
  try {
    const found: TwoInstances[] = [];
    for (const name of MEASURED) {
      const operation = present(operations.find((one) => one.name === name));
      const measured = await measure(eachItsOwn(operation, apart), watched, extent);
      const [one, two, control] = [0, 1, 2].map((nth) => present(measured[nth]));
      found.push(summaryOf(name, present(one), present(two), present(control)));
    }
    return found;
  } finally {
    await Promise.all(all.map((server) => server.stop()));
    redis.disconnect();
    await redisServer.stop();
  }
}

/** What is prepared at one of two servers that are apart is not there for the other. */
function eachItsOwn(operation: Operation, apart: readonly ContenderProcess[]): Operation {
  return {
    ...operation,
    async prepare(preparation: Preparation): Promise<NextCall> {
      if (preparation.server.prefix !== apart[0]?.prefix) return operation.prepare(preparation);
      const { clients, requests } = preparation;
      const next = await Promise.all(
        apart.map((server, part) => {
          // As the driver spreads its workers.
          const own = clients.filter((_, worker) => worker % apart.length === part);
          return operation.prepare({ server, clients: own, requests });
        }),
      );
      return (worker) => present(next[worker % apart.length])(Math.floor(worker / apart.length));
    },
  };
}

function summaryOf(
  operation: string,
  one: Measured,
  two: Measured,
  control: Measured,
): TwoInstances {
  return {
    operation,
    toOne: compared(two, one),
    toTwoServers: compared(two, control),
    coresOfOne: coresOf(one),
    coresOfTwo: coresOf(two),
  };
}

function coresOf({ rounds }: Measured): Cores {
  const busy = (of: (round: Round) => number): number =>
    median(rounds.map((round) => (of(round) * round.perSecond) / 1_000_000));
  return {
    servers: busy(({ cpuMicros }) => cpuMicros),
    driver: busy(({ driverCpuMicros }) => driverCpuMicros),
    redis: busy(({ redisCpuMicros }) => redisCpuMicros),
  };
}
