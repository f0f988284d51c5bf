/**
 * One operation, all contenders, several rounds in turn: what drifts on the machine meets all of them.
 *
 * @module
 */
import type { NextCall } from './load/call.ts';
import { Driver } from './load/drive.ts';
import type { ContenderName } from './contenders/index.ts';
import type { Operation } from './operations/operation.ts';
import type { ContenderProcess } from './process/contender-process.ts';
import type { RedisTraffic, Usage } from './process/messages.ts';

/** What one contender used in one round, for each request. */
export interface Round {
  readonly cpuMicros: number;
  /** What sending it and reading the answer took. */
  readonly driverCpuMicros: number;
  /** What Redis took for it, where that is looked at. */
  readonly redisCpuMicros: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export interface Measured {
  readonly contender: ContenderName;
  readonly operation: string;
  readonly rounds: readonly Round[];
  /** For each request, one at a time. */
  readonly redis: RedisTraffic;
  /** Bytes, after the last round. */
  readonly residentSize: number;
}

export interface Extent {
  readonly rounds: number;
  /** In each round. */
  readonly requests: number;
  readonly warmUp: number;
  readonly workers: number;
}

/** So many requests, one after the other, tell what goes to Redis. */
const COUNTED = 20;

export async function measure(
  operation: Operation,
  servers: readonly ContenderProcess[],
  extent: Extent,
): Promise<Measured[]> {
  const running = await Promise.all(servers.map((server) => prepared(operation, server, extent)));
  const measured: Measured[] = [];
  const rounds = running.map((): Round[] => []);
  for (const one of running) await one.driver.drive(extent.warmUp, one.next);
  for (let round = 0; round < extent.rounds; round += 1) {
    for (let nth = 0; nth < running.length; nth += 1) {
      // Who comes first does so in turn.
      const turn = (nth + round) % running.length;
      const [one, of] = [running[turn], rounds[turn]];
      if (one && of) of.push(await oneRound(one, extent.requests));
    }
  }
  for (const [nth, one] of running.entries()) {
    const redis = await countedTraffic(one);
    const { residentSize } = await one.server.usage();
    await one.driver.close();
    const [contender, of] = [one.server.name, rounds[nth] ?? []];
    measured.push({ contender, operation: operation.name, rounds: of, redis, residentSize });
  }
  return measured;
}

interface Running {
  readonly server: ContenderProcess;
  readonly driver: Driver;
  readonly next: NextCall;
}

async function prepared(
  operation: Operation,
  server: ContenderProcess,
  { rounds, requests, warmUp, workers }: Extent,
): Promise<Running> {
  const driver = new Driver(server.origins, workers);
  const all = rounds * requests + warmUp + COUNTED;
  const next = await operation.prepare({ server, clients: driver.clients, requests: all });
  return { server, driver, next };
}

async function oneRound({ server, driver, next }: Running, requests: number): Promise<Round> {
  const before = await server.usage();
  const own = process.cpuUsage();
  const { seconds, latencies } = await driver.drive(requests, next);
  const { user, system } = process.cpuUsage(own);
  const after = await server.usage();
  const each = (of: (usage: Usage) => number): number => (of(after) - of(before)) / requests;
  return {
    cpuMicros: each(({ cpuMicros }) => cpuMicros),
    driverCpuMicros: (user + system) / requests,
    redisCpuMicros: each(({ redisCpuMicros = 0 }) => redisCpuMicros),
    perSecond: requests / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

async function countedTraffic({ server, driver, next }: Running): Promise<RedisTraffic> {
  const before = await server.usage();
  for (let request = 0; request < COUNTED; request += 1) await driver.drive(1, next);
  const after = await server.usage();
  const each = (count: (usage: Usage) => number): number =>
    (count(after) - count(before)) / COUNTED;
  return {
    commands: each(({ redis }) => redis.commands),
    roundTrips: each(({ redis }) => redis.roundTrips),
    bytesSent: each(({ redis }) => redis.bytesSent),
    bytesReceived: each(({ redis }) => redis.bytesReceived),
  };
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}
