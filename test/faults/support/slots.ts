/**
 * Which slots of a Cluster a request depends on.
 *
 * @module
 */
import { clientPlaceOf } from '../../../lib/storage/ids.ts';
import { createKeys } from '../../../lib/storage/redis/keys.ts';
import { slotOf } from '../../support/key-slot.ts';
import { grantOf, type Entry } from './record.ts';

/** The first and the last of them. */
export type SlotRange = readonly [first: number, last: number];

/** Hash tags decide, whatever the prefix. */
const KEYS = createKeys('', { isSharded: true });

/**
 * The slots of the client and of the grant that a request is about; `undefined` where they are only
 * found while it is answered, as those of what is new.
 */
export function slotsAskedBy({
  endpoint,
  used,
}: Pick<Entry, 'endpoint' | 'used'>): number[] | undefined {
  if (endpoint === 'register' || endpoint === 'authorize') return undefined;
  const { client_id = '', page = '' } = used;
  const grant = grantOf(used) ?? new URLSearchParams(page.split('?')[1]).get('request') ?? '';
  const [place, kept] = [clientPlaceOf(client_id), KEYS.grant(grant)];
  if (place === undefined || kept === undefined) return undefined;
  return [slotOf(KEYS.clientAt(place)), slotOf(kept)];
}

export function isIn(ranges: readonly SlotRange[], slot: number): boolean {
  return ranges.some(([first, last]) => first <= slot && slot <= last);
}
