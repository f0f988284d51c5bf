/**
 * Ending a registration, by the client itself or by an operator.
 *
 * Its grants are dead at once, for every leg resolves the client first, and stay so should a client with
 * this id be imported: what is older than that is over. What people had allowed expires by itself. Whether
 * the client is blocked stays as it is.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7592#section-2.3
 * @module
 */
import type { Emit } from '../operations/audit.ts';
import { endedGrantsTtlMs } from '../policy/ended-grants.ts';
import type { ClientStateStore, ClientStore } from '../storage/store.ts';
import type { ManagedClient } from './managed-client.ts';
import type { Registrant } from './register-client.ts';

export interface DeleteOwnDeps {
  readonly clients: Pick<ClientStore, 'remove'>;
  readonly emit: Emit;
}

export interface DeleteClientDeps extends DeleteOwnDeps {
  readonly clients: Pick<ClientStore, 'find' | 'remove'>;
  readonly clientStates: Pick<ClientStateStore, 'endGrants'>;
  readonly grantMaxTtlMs: number;
}

/** As the client asks for it: the token that allowed it ends with it. */
export async function deleteOwnRegistration(
  { clients, emit }: DeleteOwnDeps,
  { record }: ManagedClient,
  { seenFrom }: Pick<Registrant, 'seenFrom'> = {},
): Promise<void> {
  const { client_id } = record;
  await clients.remove(client_id);
  const network = seenFrom === undefined ? {} : { network: seenFrom };
  emit({ name: 'client.deleted', by: 'client', client_id, ...network });
}

/**
 * As an operator does: without its registration access token. Nor does an old backup of the registration
 * bring anything back.
 *
 * @returns Whether there was one.
 * @throws {StoreUnavailableError} To call again is safe.
 */
export async function deleteRegistration(
  { clients, clientStates, grantMaxTtlMs, emit }: DeleteClientDeps,
  client_id: string,
): Promise<boolean> {
  if (!(await clients.find(client_id))) return false;
  // First: should the rest fail, the next attempt still finds the client.
  await clientStates.endGrants(client_id, endedGrantsTtlMs(grantMaxTtlMs));
  await clients.remove(client_id);
  emit({ name: 'client.deleted', by: 'operator', client_id });
  return true;
}
