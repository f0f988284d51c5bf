/**
 * Asking one Redis server how it is, with what an ordinary user may ask: neither `CONFIG` nor `ACL`.
 *
 * @module
 */
import { reasonOf } from './failure.ts';
import { toMs, type RedisNode } from './ioredis.ts';
import { PERMISSION_PROBE } from './permission-probe.ts';

/** What one server said, as far as it got. */
export interface ServerReport {
  /** Its clock; absent while it does not answer. */
  readonly time?: number;
  /** The lines of `INFO`; absent when it does not give them. */
  readonly info?: ReadonlyMap<string, string>;
  /** What it knows of the Cluster that it belongs to; absent when there is none. */
  readonly cluster?: ReadonlyMap<string, string>;
  /** Why it refuses to write, in the word that Redis has for it; absent when it writes. */
  readonly writeRefusal?: string;
  /** A command that our user may not run on our keys; absent when there is none. */
  readonly notPermitted?: string;
}

/** Refusals that are about the state of the server, not about the question. */
const WRITE_REFUSALS: readonly string[] = ['OOM', 'READONLY', 'NOREPLICAS', 'MISCONF', 'NOPERM'];

export interface ReportOptions {
  readonly inCluster: boolean;
  /** A name with the prefix of the store, for which permissions are looked at. */
  readonly key: string;
}

export async function reportOf(
  server: RedisNode,
  { inCluster, key }: ReportOptions,
): Promise<ServerReport> {
  const [time, info, cluster] = await Promise.all([
    server.time().then(toMs, () => undefined),
    server.info().then(readInfo, () => undefined),
    inCluster ? server.cluster('INFO').then(readInfo, () => undefined) : undefined,
  ]);
  if (time === undefined) return {};
  const probed = info?.get('role') === 'slave' ? {} : await probe(server, key);
  return {
    time,
    ...(info && { info }),
    ...(cluster && { cluster }),
    ...probed,
  };
}

async function probe(
  server: RedisNode,
  key: string,
): Promise<Pick<ServerReport, 'writeRefusal' | 'notPermitted'>> {
  try {
    const notPermitted = await server.eval(PERMISSION_PROBE, 0, key);
    return typeof notPermitted === 'string' && notPermitted !== '' ? { notPermitted } : {};
  } catch (error) {
    const writeRefusal = reasonOf(error);
    return WRITE_REFUSALS.includes(writeRefusal) ? { writeRefusal } : {};
  }
}

function readInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).map((line) => /^([a-z0-9_]+):(.*)$/.exec(line));
  return new Map(lines.flatMap((match) => (match ? [[match[1] ?? '', match[2] ?? '']] : [])));
}
