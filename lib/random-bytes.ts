/**
 * Bytes that nobody can guess, asked of the system a block at a time: to ask for each few of them costs
 * more than all that is done with them.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';

const BLOCK_BYTES = 4096;

/** Each byte is given out once, and forgotten here. */
export function createRandomBytes(): (size: number) => Buffer {
  let block = Buffer.alloc(0);
  let next = 0;
  return (size) => {
    if (size > BLOCK_BYTES) return randomBytes(size);
    if (next + size > block.length) {
      block = randomBytes(BLOCK_BYTES);
      next = 0;
    }
    const given = block.subarray(next, next + size);
    next += size;
    const bytes = Buffer.from(given);
    given.fill(0);
    return bytes;
  };
}
