/**
 * Sealing what belongs to one grant, or to the request that may become one: beside another grant it
 * does not open.
 *
 * @module
 */
import { OAuthError } from '../protocol/errors.ts';
import type { Envelopes, SealPurpose } from '../tokens/envelope.ts';

/** @param value - Anything that JSON can say. */
export function sealFor(
  envelopes: Pick<Envelopes, 'seal'>,
  purpose: SealPurpose,
  grant_id: string,
  value: object,
): string {
  return envelopes.seal(purpose, JSON.stringify([grant_id, value]));
}

export interface OpenedForGrant {
  readonly value: unknown;
  /** Whether it is sealed under every secret of this instance, and under no other. */
  readonly isForAll: boolean;
}

/**
 * @throws {OAuthError} `temporarily_unavailable`: sealed under a secret that this instance does not
 * have, or damaged. Neither says anything of the person.
 */
export function openFor(
  envelopes: Pick<Envelopes, 'open'>,
  purpose: SealPurpose,
  grantId: string,
  sealed: string,
): OpenedForGrant {
  try {
    const { text, isForAll } = envelopes.open(purpose, sealed);
    const [grant_id, value] = JSON.parse(text) as [string, unknown];
    if (grant_id === grantId) return { value, isForAll };
    throw new Error('it was sealed for another grant');
  } catch (cause) {
    throw new OAuthError('temporarily_unavailable', 'the server is not available at the moment', {
      cause,
    });
  }
}
