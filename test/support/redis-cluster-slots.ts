/**
 * Moves slots of a Redis Cluster from one master to another, as `redis-cli --cluster reshard` does.
 *
 * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#live-resharding
 * @module
 */
import { lookInto } from './redis-ask.ts';
import { idOf, nodesSeenBy } from './redis-cluster-view.ts';
import type { RedisProcess } from './redis-process.ts';

const KEYS_AT_ONCE = '100';
const MIGRATE_WITHIN_MS = '2000';

export interface Move {
  readonly from: RedisProcess;
  readonly to: RedisProcess;
  /** Every master: they are told, for they would learn it late from each other. */
  readonly all: readonly RedisProcess[];
  readonly count: number;
}

export async function moveSlots({ from, to, all, count }: Move): Promise<void> {
  const [fromId, toId] = [await idOf(from), await idOf(to)];
  const source = lookInto(from);
  const target = lookInto(to);
  const others = all.filter((node) => node !== from && node !== to).map(lookInto);
  try {
    const held = (await nodesSeenBy(from)).find(({ id }) => id === fromId)?.slots ?? [];
    const slots = held
      .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i))
      .slice(0, count);
    for (const slot of slots.map(String)) {
      await target.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
      await source.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
      for (;;) {
        const keys = await source.call('CLUSTER', 'GETKEYSINSLOT', slot, KEYS_AT_ONCE);
        if (!Array.isArray(keys) || keys.length === 0) break;
        await source.call('MIGRATE', ...destination(to), 'KEYS', ...keys.map(String));
      }
      for (const node of [target, source, ...others]) {
        await node.call('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
      }
    }
  } finally {
    for (const connection of [source, target, ...others]) connection.disconnect();
  }
}

function destination({ port, password }: RedisProcess): string[] {
  const login = password === undefined ? [] : ['AUTH', password];
  return ['127.0.0.1', String(port), '', '0', MIGRATE_WITHIN_MS, ...login];
}
