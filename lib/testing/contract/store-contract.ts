/**
 * What every store does, whatever it is made of.
 *
 * @module
 */
import { describeAssertions } from './assertions-contract.ts';
import { describeAuthorizations } from './authorizations-contract.ts';
import { describeClientGrowth } from './client-growth-contract.ts';
import { describeClientNotes } from './client-notes-contract.ts';
import { describeClientStates } from './client-states-contract.ts';
import { describeClientUpdates } from './client-updates-contract.ts';
import { describeClients } from './clients-contract.ts';
import { describeConsents } from './consents-contract.ts';
import { describeSubjectGrants } from './subject-grants-contract.ts';
import { describeDecisions } from './decisions-contract.ts';
import { describeSwitches } from './switches-contract.ts';
import { describeGrantPages } from './grant-pages-contract.ts';
import { describeGrants } from './grants-contract.ts';
import { describeImportedClients } from './imported-clients-contract.ts';
import { describeInitialAccessTokens } from './initial-access-tokens-contract.ts';
import { describeKeys } from './keys-contract.ts';
import { describeLimiter } from './limiter-contract.ts';
import { describeLogins } from './logins-contract.ts';
import { describePushedRequests } from './pushed-requests-contract.ts';
import { describeRedeem } from './redeem-contract.ts';
import { describeRotate } from './rotate-contract.ts';
import { describeStats } from './stats-contract.ts';
import { describeUpstreamLock } from './upstream-lock-contract.ts';
import { describeUpstreamTokens } from './upstream-tokens-contract.ts';
import { describeStore } from './the-store-contract.ts';
import { createSuite, type CreateStore, type TestFramework } from './suite.ts';

/** What a store may leave out. */
export interface StoreContractSettings {
  /** `false` for a store without `limiter`: each instance then counts requests by itself. Default `true`. */
  readonly limiter?: boolean;
}

/**
 * Tells a framework for tests what every store does: the suite that the stores of this package pass.
 * Each case gets a store of its own, and closes it.
 *
 * @param framework - `describe` and `it`, of Jest, Vitest, Mocha or `node:test`.
 * @param name - What the store is called in the report.
 * @param createStore - Makes a store that holds nothing yet, with a clock that can be moved on.
 */
export function storeContract(
  framework: TestFramework,
  name: string,
  createStore: CreateStore,
  { limiter = true }: StoreContractSettings = {},
): void {
  const { suite, bench } = createSuite(framework, createStore);
  const parts = [
    describeClients,
    describeClientUpdates,
    describeClientNotes,
    describeClientGrowth,
    describeClientStates,
    describeImportedClients,
    describeAuthorizations,
    describeLogins,
    describeDecisions,
    describePushedRequests,
    describeRedeem,
    describeRotate,
    describeGrants,
    describeGrantPages,
    describeSubjectGrants,
    describeUpstreamTokens,
    describeUpstreamLock,
    describeConsents,
    describeInitialAccessTokens,
    describeAssertions,
    describeStats,
    ...(limiter ? [describeLimiter] : []),
    describeKeys,
    describeSwitches,
    describeStore,
  ];
  suite.describe(name, () => {
    for (const describePart of parts) describePart(suite, bench);
  });
}
