/**
 * Asking one Redis server how it is, with what an ordinary user may ask: neither `CONFIG` nor `ACL`.
 *
 * @module
 */
import { reasonOf } from './failure.ts';
import { toMs, type RedisNode } from './ioredis.ts';

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
}

/**
 * By its first line a script that may write, and then it writes nothing. Redis refuses it before it
 * runs, for every reason for which it would refuse a transition: memory, role, replicas, disk.
 */
const WRITES_NOTHING = '#!lua\nreturn 1';

/** Refusals that are about the state of the server, not about the question. */
const WRITE_REFUSALS: readonly string[] = ['OOM', 'READONLY', 'NOREPLICAS', 'MISCONF', 'NOPERM'];

export async function reportOf(server: RedisNode, inCluster: boolean): Promise<ServerReport> {
  const [time, info, cluster] = await Promise.all([
    server.time().then(toMs, () => undefined),
    server.info().then(readInfo, () => undefined),
    inCluster ? server.cluster('INFO').then(readInfo, () => undefined) : undefined,
  ]);
  if (time === undefined) return {};
  const writeRefusal = info?.get('role') === 'slave' ? undefined : await writeRefusalOf(server);
  return {
    time,
    ...(info && { info }),
    ...(cluster && { cluster }),
    ...(writeRefusal !== undefined && { writeRefusal }),
  };
}

async function writeRefusalOf(server: RedisNode): Promise<string | undefined> {
  try {
    await server.eval(WRITES_NOTHING, 0);
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    return WRITE_REFUSALS.includes(reason) ? reason : undefined;
  }
}

function readInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).map((line) => /^([a-z0-9_]+):(.*)$/.exec(line));
  return new Map(lines.flatMap((match) => (match ? [[match[1] ?? '', match[2] ?? '']] : [])));
}
