/**
 * Ending everything that was granted until a moment, whosever it is: after a secret has leaked, or an old
 * backup was put in place.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import type { Emit } from '../operations/audit.ts';
import type { SwitchStore } from '../storage/store.ts';

/** Within that every instance has looked at the switches, also where a look has failed. */
export const HEARD_WITHIN_MS = 5_000;

export interface RevokeAllDeps {
  readonly switches: Pick<SwitchStore, 'raise'>;
  /** The store's clock. */
  readonly storeNow: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly emit: Emit;
}

/**
 * Every instance knows within five seconds. Those that do not know yet make new grants of what is about to
 * end: consents that are remembered, refresh tokens. So where the moment is about now, it is moved on once
 * more when all know, and what was granted meanwhile is over, too. It cannot be taken back.
 *
 * @param before - Milliseconds on the store's clock; not in the future.
 * @returns The moment that counts: a later one, where it was moved on, or everything until then had been
 * ended already.
 * @throws {TypeError} For a moment that is none, or is still to come.
 * @throws {StoreUnavailableError} To call again is safe.
 */
export async function revokeAll(
  { switches, storeNow, wait, emit }: RevokeAllDeps,
  before: number,
): Promise<number> {
  const now = storeNow();
  if (!Number.isSafeInteger(before) || before <= 0 || before > now) {
    throw new ArgumentError('before must be a moment in milliseconds that is not in the future');
  }
  const raise = async (moment: number): Promise<number> => {
    const reached = await switches.raise(moment);
    const reason = `granted until ${new Date(reached).toISOString()}`;
    emit({ name: 'grants.revoked', by: 'operator', reason });
    return reached;
  };
  const reached = await raise(before);
  if (before <= now - HEARD_WITHIN_MS) return reached;
  // Told twice, for whoever stops the command meanwhile has ended what was there all the same.
  await wait(HEARD_WITHIN_MS);
  return raise(Math.ceil(now) + HEARD_WITHIN_MS);
}
