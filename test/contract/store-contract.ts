/**
 * The contract of the stores, told to Jest.
 *
 * @module
 */
import { describe, it } from '@jest/globals';
import { storeContract, type CreateStore } from '../../lib/testing.ts';

export function describeStoreContract(name: string, createStore: CreateStore): void {
  storeContract({ describe, it }, name, createStore);
}
