/**
 * The deployment that the environment describes: its options, its policy and its store.
 *
 * @module
 */
import { readEnvironment, type EnvironmentOptions } from '../env.ts';
import type { Environment } from '../env/values.ts';
import { createScopePolicy, type ScopePolicy } from '../policy/scope-policy.ts';
import type { Store } from '../storage/store.ts';
import { requireOwn } from './own-store.ts';

export interface Deployment {
  readonly options: EnvironmentOptions;
  /** Without what the host's own code adds: a command does not run it. */
  readonly scopePolicy: ScopePolicy;
  readonly store: Store;
}

/**
 * @param openStore - Opens the store of the environment.
 * @throws {ConfigurationError} When a variable is wrong; every problem is named.
 * @throws {CommandError} When there is no store, or it belongs to another issuer.
 */
export async function openDeployment(
  env: Environment,
  openStore: () => Store,
): Promise<Deployment> {
  const { options } = readEnvironment(env);
  const store = openStore();
  await requireOwn(store, options.issuer);
  return { options, scopePolicy: createScopePolicy(options), store };
}
