/**
 * Blocking a client, letting it in again, and ending what people have given it: by its id, whatever kind
 * of client it is.
 *
 * A blocked client is one that never was, on every leg, and all that people gave it is over. Unblocking
 * lets it ask them again, and brings nothing back.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import type { Emit } from '../operations/audit.ts';
import { endedGrantsTtlMs } from '../policy/ended-grants.ts';
import type { ClientStateStore } from '../storage/store.ts';
import { reasonOf, type ReasonOption } from './reason.ts';

/** As long as the address of a metadata document can be. */
export const MAX_CLIENT_ID_LENGTH = 2048;

export interface DecideOnClientDeps {
  readonly clientStates: Pick<ClientStateStore, 'block' | 'unblock' | 'endGrants'>;
  readonly grantMaxTtlMs: number;
  readonly emit: Emit;
}

/**
 * Counts on all instances from the next request on. A client of the configuration, or one that is known
 * by a document, can be blocked before it ever came.
 *
 * @returns Whether it was not blocked before.
 * @throws {TypeError} When `client_id` or `reason` is not one.
 * @throws {StoreUnavailableError} To call again is safe.
 */
export async function blockClient(
  { clientStates, emit }: DecideOnClientDeps,
  client_id: string,
  options: ReasonOption = {},
): Promise<boolean> {
  requireClientId(client_id);
  const why = reasonOf(options);
  const isNew = await clientStates.block(client_id, why.reason);
  emit({ name: 'client.blocked', by: 'operator', client_id, ...why });
  return isNew;
}

/**
 * @returns Whether it was blocked.
 * @throws {TypeError} When `client_id` is not one.
 * @throws {StoreUnavailableError} To call again is safe.
 */
export async function unblockClient(
  { clientStates, grantMaxTtlMs, emit }: DecideOnClientDeps,
  client_id: string,
): Promise<boolean> {
  requireClientId(client_id);
  const wasBlocked = await clientStates.unblock(client_id, endedGrantsTtlMs(grantMaxTtlMs));
  if (wasBlocked) emit({ name: 'client.unblocked', by: 'operator', client_id });
  return wasBlocked;
}

/**
 * Counts on all instances from the next request on: nothing is looked for, so it takes one moment however
 * many grants there are. What was remembered of consents is over, too; the client may ask again.
 *
 * @throws {TypeError} When `client_id` is not one.
 * @throws {StoreUnavailableError} To call again is safe.
 */
export async function endClientGrants(
  { clientStates, grantMaxTtlMs, emit }: DecideOnClientDeps,
  client_id: string,
): Promise<void> {
  requireClientId(client_id);
  await clientStates.endGrants(client_id, endedGrantsTtlMs(grantMaxTtlMs));
  emit({ name: 'grants.revoked', by: 'operator', client_id });
}

/** @throws {TypeError} For what cannot be the id of any client. */
export function requireClientId(client_id: unknown): string {
  if (couldBeClientId(client_id)) return client_id;
  throw new ArgumentError('client_id must be the id of a client');
}

/** Whether there can be a client with this id, of whatever kind. */
export function couldBeClientId(client_id: unknown): client_id is string {
  return (
    typeof client_id === 'string' && client_id !== '' && client_id.length <= MAX_CLIENT_ID_LENGTH
  );
}
