/**
 * Reading a registration.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7592#section-2.1
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import type { ClientInformation } from '../protocol/client.ts';
import type { ClientStore } from '../storage/store.ts';
import {
  informationOf,
  recordWithout,
  type ManagedClient,
  type ManagedClientDeps,
} from './managed-client.ts';

export interface ReadClientDeps extends ManagedClientDeps {
  readonly clients: ManagedClientDeps['clients'] & Pick<ClientStore, 'update'>;
  readonly logger: Logger;
}

/**
 * As it counts at this moment, by the policy of this instance. Without the secret, of which nobody here
 * knows more than a digest. Reading changes neither the registration nor its end.
 */
export async function readClient(
  deps: ReadClientDeps,
  managed: ManagedClient,
): Promise<ClientInformation> {
  const { record, token, standing, next, isRepeated } = managed;
  await endPrevious(deps, managed);
  deps.logger.debug('client read', { client_id: record.client_id });
  // Who comes with the token before learns the one that counts.
  const isBehind = standing === 'previous' && isRepeated;
  const registration_access_token = isBehind ? next.registration_access_token : token;
  return informationOf(deps, record, { registration_access_token });
}

/**
 * The token has arrived, so the one before it is needed no more. Where that cannot be written now it ends
 * by itself, and the answer is right either way.
 */
async function endPrevious(
  { clients, logger }: ReadClientDeps,
  { record, standing }: ManagedClient,
): Promise<void> {
  const { client_id, registration_token } = record;
  if (standing !== 'current' || !registration_token?.previous) return;
  const { digest } = registration_token;
  try {
    await clients.update(record, {
      ...recordWithout(record),
      registration_token: { digest },
    });
  } catch (error) {
    logger.debug('previous token not ended', { client_id, error });
  }
}
