/**
 * Whose failure it is that nothing was got from an address that a stranger chose.
 *
 * @module
 */
import { FetchFailedError, type LoadFailure } from '../outbound/port.ts';
import { OAuthError } from '../protocol/errors.ts';

/** That of what is there, of the way there, or our own. */
export function loadFailureOf(error: unknown): LoadFailure {
  if (error instanceof FetchFailedError) {
    const { failure } = error;
    return failure === 'away' || failure === 'unknown_host' ? 'passing' : 'final';
  }
  const isRefusal = error instanceof OAuthError && error.status < 500 && error.status !== 429;
  return isRefusal ? 'final' : 'ours';
}
