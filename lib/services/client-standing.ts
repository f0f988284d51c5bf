/**
 * What an operator has decided about a client: whether it is blocked, and which of its grants are over.
 *
 * It is read with the client on every leg, in the same wait, so that it counts everywhere at once.
 *
 * @module
 */
import type { ClientStateStore } from '../storage/store.ts';

export interface ClientStandingDeps {
  readonly clientStates: Pick<ClientStateStore, 'find'>;
  /** What was granted until then is over, whosever it is; in the store's milliseconds. */
  readonly revokedBefore: () => number;
}

export interface ClientStanding {
  readonly isBlocked: boolean;
  /** What was granted until then is over: the store's milliseconds, 0 where nothing is. */
  readonly revokedBefore: number;
}

/** Of any client, also of one that nobody knows. */
export async function clientStanding(
  { clientStates, revokedBefore }: ClientStandingDeps,
  client_id: string,
): Promise<ClientStanding> {
  const state = await clientStates.find(client_id);
  return {
    isBlocked: state?.blocked !== undefined,
    revokedBefore: Math.max(state?.revoked_before ?? 0, revokedBefore()),
  };
}

/** @param madeAt - Absent where nobody wrote it down: then it may have been any time. */
export function isOver(
  { revokedBefore }: Pick<ClientStanding, 'revokedBefore'>,
  madeAt: number | undefined,
): boolean {
  return revokedBefore > 0 && (madeAt ?? 0) <= revokedBefore;
}
