/**
 * How evenly keys lie on the slots of a Cluster, and on three masters that share them.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { createKeys } from '../../lib/storage/redis/keys.ts';
import { slotOf } from '../../test/support/key-slot.ts';
import { SLOTS } from '../../test/support/redis-cluster-view.ts';
import { present } from '../present.ts';
import { randomDigest, randomId } from './grants.ts';

const KEYS = createKeys('dcr:', { isSharded: true });
/** How many masters share the slots: the least that a Cluster has, and many. */
const MASTERS = [3, 12] as const;

export interface Spread {
  readonly what: string;
  /** What stands in the braces. */
  readonly tag: string;
  readonly keys: number;
  /** In how many slots there is one at least. */
  readonly slotsInUse: number;
  /** The fullest slot, to the mean of all slots. */
  readonly fullestSlot: number;
  /** The fullest of three masters, to their mean. */
  readonly fullestOf3: number;
  readonly fullestOf12: number;
}

interface Kind {
  readonly what: string;
  readonly tag: string;
  /** One that is new. */
  readonly key: () => string | undefined;
}

const KINDS: readonly Kind[] = [
  {
    ...{ what: 'clients', tag: 'the first two digits of the id' },
    key: () => KEYS.clientAt(randomUUID()),
  },
  {
    ...{ what: 'authorizations and grants', tag: 'the grant id' },
    key: () => KEYS.grant(randomId()),
  },
  {
    ...{ what: 'indexes and consents of people', tag: 'the digest of the person' },
    key: () => KEYS.subjectGrants(randomDigest()),
  },
  {
    ...{ what: 'counters of limits', tag: 'none: the whole name' },
    key: () => KEYS.limit('token', randomId()),
  },
];

export function slotSpreads(count: number): Spread[] {
  return KINDS.map((kind) => spreadOf(kind, count));
}

function spreadOf({ what, tag, key }: Kind, count: number): Spread {
  const slots = new Array<number>(SLOTS).fill(0);
  for (let nth = 0; nth < count; nth += 1) {
    const slot = slotOf(key() ?? '');
    slots[slot] = (slots[slot] ?? 0) + 1;
  }
  const [fullestOf3, fullestOf12] = MASTERS.map((masters) => fullest(shared(slots, masters)));
  return {
    ...{ what, tag, keys: count },
    slotsInUse: slots.filter((keys) => keys > 0).length,
    fullestSlot: fullest(slots),
    fullestOf3: present(fullestOf3),
    fullestOf12: present(fullestOf12),
  };
}

/** As `redis-cli --cluster create` shares slots out: each master has a range. */
function shared(slots: readonly number[], masters: number): number[] {
  const held = new Array<number>(masters).fill(0);
  for (const [slot, keys] of slots.entries()) {
    const master = Math.floor((slot * masters) / SLOTS);
    held[master] = (held[master] ?? 0) + keys;
  }
  return held;
}

function fullest(parts: readonly number[]): number {
  const all = parts.reduce((sum, keys) => sum + keys, 0);
  return (Math.max(...parts) * parts.length) / all;
}
