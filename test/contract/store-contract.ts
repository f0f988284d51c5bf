/**
 * What every store does, whatever it is made of.
 *
 * @module
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Store } from '../../lib/storage/store.ts';
import { describeAuthorizations } from './authorizations-contract.ts';
import { describeClientGrowth } from './client-growth-contract.ts';
import { describeClients } from './clients-contract.ts';
import { describeConsents } from './consents-contract.ts';
import { describeSubjectGrants } from './subject-grants-contract.ts';
import { describeDecisions } from './decisions-contract.ts';
import { describeGrants } from './grants-contract.ts';
import { describeKeys } from './keys-contract.ts';
import { describeLimiter } from './limiter-contract.ts';
import { describeLogins } from './logins-contract.ts';
import { describeRedeem } from './redeem-contract.ts';
import { describeRotate } from './rotate-contract.ts';
import { describeUpstreamLock } from './upstream-lock-contract.ts';
import { describeUpstreamTokens } from './upstream-tokens-contract.ts';

/** A store, and its clock in our hand. */
export interface StoreUnderTest {
  readonly store: Store;
  advance(ms: number): void;
}

/** The store of the running test; another one in each. */
export interface Bench {
  readonly store: Store;
  advance(ms: number): void;
}

export function describeStoreContract(
  name: string,
  createStore: () => StoreUnderTest | Promise<StoreUnderTest>,
): void {
  describe(name, () => {
    let current: StoreUnderTest;
    const bench: Bench = {
      get store() {
        return current.store;
      },
      advance: (ms) => current.advance(ms),
    };

    beforeEach(async () => {
      current = await createStore();
    });
    afterEach(async () => {
      await current.store.close();
    });

    describeClients(bench);
    describeClientGrowth(bench);
    describeAuthorizations(bench);
    describeLogins(bench);
    describeDecisions(bench);
    describeRedeem(bench);
    describeRotate(bench);
    describeGrants(bench);
    describeSubjectGrants(bench);
    describeUpstreamTokens(bench);
    describeUpstreamLock(bench);
    describeConsents(bench);
    describeLimiter(bench);
    describeKeys(bench);

    describe('the store', () => {
      it('has a clock in milliseconds that its records are measured with', () => {
        const before = bench.store.now();
        bench.advance(1_000);
        expect(bench.store.now() - before).toBeGreaterThanOrEqual(1_000);
        expect(bench.store.now() - before).toBeLessThan(11_000);
      });

      it('can be closed twice', async () => {
        await bench.store.close();
        await bench.store.close();
      });
    });
  });
}

/** Tries to change everything that hangs on a record. */
export function tamper(record: object): void {
  for (const [name, value] of Object.entries(record)) {
    if (typeof value === 'object' && value !== null) tamper(value as object);
    try {
      Reflect.set(record, name, 'tampered');
    } catch {
      // Frozen: all the better.
    }
  }
}
