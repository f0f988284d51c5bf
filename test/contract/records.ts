/**
 * The records of the contract, for other suites.
 *
 * @module
 */
export * from '../../lib/testing/contract/records.ts';
