/**
 * What docs/testing.md shows about stores. It is compiled, with `node:test`, and not run: the contract
 * is run on the stores of this package.
 */
import { describe, it } from 'node:test';
import { storeContract } from '../../lib/testing.ts';
import { MemoryStore as MyStore } from '../../lib/storage/memory/memory-store.ts';

storeContract({ describe, it }, 'MyStore', () => {
  let now = Date.now();
  return {
    store: new MyStore({ now: () => now }),
    advance: (ms) => void (now += ms),
  };
});
