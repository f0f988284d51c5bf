/**
 * Which slot of a Redis Cluster a key is in.
 *
 * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model
 * @module
 */
import { SLOTS } from './redis-cluster-view.ts';

export function slotOf(key: string): number {
  return crc16(/\{([^}]+)\}/.exec(key)?.[1] ?? key) % SLOTS;
}

/** CRC-16/XMODEM. */
function crc16(text: string): number {
  let crc = 0;
  for (const byte of Buffer.from(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = ((crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021) & 0xffff;
    }
  }
  return crc;
}
