/**
 * Whether a store is the one that a command means.
 *
 * @module
 */
import { valueOf } from '../env/values.ts';
import type { Store } from '../storage/store.ts';
import { CommandError, type Context } from './command.ts';

/** @throws {CommandError} When it belongs to another issuer. */
export async function requireOwn(store: Pick<Store, 'owner'>, issuer: string): Promise<void> {
  // Never claimed by a command: with a wrong issuer, the server would be locked out of its own store.
  const owner = await store.owner?.();
  if (owner === undefined || owner === issuer) return;
  throw new CommandError(
    `the store belongs to another issuer, ${owner}: DCR_ISSUER or DCR_REDIS_PREFIX is not that of the server`,
  );
}

/**
 * The store, for a command that is about nothing else: it can be run with the variables of the store
 * alone, and whose it has to be is known where `DCR_ISSUER` says so.
 *
 * @throws {CommandError} When there is none, or it belongs to another issuer.
 */
export async function ownStore({ env, store }: Pick<Context, 'env' | 'store'>): Promise<Store> {
  const opened = store();
  const issuer = valueOf(env, { name: 'DCR_ISSUER' });
  if (issuer !== undefined) await requireOwn(opened, issuer);
  return opened;
}
