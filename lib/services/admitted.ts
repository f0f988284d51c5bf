/**
 * The first read of a request, and whether the request is let in at all.
 *
 * @module
 */
import type { Attempt } from '../storage/store.ts';
import type { AuthenticationPlace } from './authenticate-client.ts';

/** Asks a limit about this request; throws when it is one too many. */
export type Admit = () => Promise<void>;

/** One attempt at an endpoint where clients authenticate. */
export interface ClientAttempt extends Attempt, AuthenticationPlace {
  readonly admit: Admit;
  /** The network that asks, for the audit: also one that no limit counts. */
  readonly seenFrom?: string | undefined;
}

/**
 * Both are asked at once, so that a limit costs no wait of its own; the answer of the limit counts
 * first. What the read found, or failed with, is not looked at before.
 */
export async function readAdmitted<Value>(
  admit: Admit,
  read: () => Promise<Value>,
): Promise<Value> {
  const admitted = admit();
  const reading = read();
  reading.catch(() => undefined);
  await admitted;
  return reading;
}
