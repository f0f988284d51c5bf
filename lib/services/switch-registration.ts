/**
 * Closing registration for a while, and opening it again: in an incident, on all instances, without a
 * restart.
 *
 * @module
 */
import type { Emit } from '../operations/audit.ts';
import type { SwitchStore } from '../storage/store.ts';
import { reasonOf, type ReasonOption } from './reason.ts';

export interface SwitchRegistrationDeps {
  readonly switches: Pick<SwitchStore, 'closeRegistration' | 'openRegistration'>;
  readonly emit: Emit;
}

/**
 * Every instance knows within five seconds. Clients that are there go on as before, but for updates of
 * their registration.
 *
 * @returns Whether it was open before.
 * @throws {TypeError} When the reason is not one.
 * @throws {StoreUnavailableError} To call again is safe.
 */
export async function closeRegistration(
  { switches, emit }: SwitchRegistrationDeps,
  options: ReasonOption = {},
): Promise<boolean> {
  const why = reasonOf(options);
  const wasOpen = await switches.closeRegistration(why.reason);
  emit({ name: 'registration.closed', by: 'operator', ...why });
  return wasOpen;
}

/**
 * Registration is what the configuration says again.
 *
 * @returns Whether it was closed.
 * @throws {StoreUnavailableError} To call again is safe.
 */
export async function openRegistration({
  switches,
  emit,
}: SwitchRegistrationDeps): Promise<boolean> {
  const wasClosed = await switches.openRegistration();
  if (wasClosed) emit({ name: 'registration.opened', by: 'operator' });
  return wasClosed;
}
