/**
 * Whose failure it is that nothing was got from an address that a stranger chose.
 *
 * @module
 */
import { FetchFailedError, type LoadFailure } from '../outbound/port.ts';
import { OAuthError } from '../protocol/errors.ts';

/** That of what is there, of the way there, our own, or that of whoever asks. */
export function loadFailureOf(error: unknown): LoadFailure {
  if (error instanceof FetchFailedError) {
    const { failure } = error;
    return failure === 'away' || failure === 'unknown_host' ? 'passing' : 'final';
  }
  if (!(error instanceof OAuthError) || error.status >= 500) return 'ours';
  return error.status === 429 ? 'theirs' : 'final';
}
