/**
 * Keeping a client that is in use.
 *
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import type { ClientStore } from '../storage/store.ts';
import type { Client } from './resolve-client.ts';

/** Often enough for a lifetime of months, and no write per token. */
const RENEW_EVERY_MS = 24 * 60 * 60 * 1000;

export interface RenewClientDeps {
  readonly clients: Pick<ClientStore, 'renew'>;
  readonly clientIdleTtlMs: number;
  /** The store's clock. */
  readonly storeNow: () => number;
  readonly logger: Logger;
}

/**
 * Renews a client's lifetime when the last renewal was a day ago. A renewal that fails is tried
 * again with the next token: it must not take away the one that was just issued.
 */
export async function renewClientDaily(
  deps: RenewClientDeps,
  { record }: Pick<Client, 'record'>,
): Promise<void> {
  // What is not in the store does not end there.
  if (!record) return;
  const renewedAt = record.expires_at - deps.clientIdleTtlMs;
  if (record.used && deps.storeNow() - renewedAt < RENEW_EVERY_MS) return;
  try {
    await deps.clients.renew(record, deps.clientIdleTtlMs);
  } catch (error) {
    deps.logger.debug('client renewal postponed', { client_id: record.client_id, error });
  }
}
