/**
 * Whose mistake it is when a code or a refresh token does not verify.
 *
 * @module
 */
import type { SigningKeys } from '../tokens/signing-keys.ts';

/**
 * A value that names a grant of ours and does not verify may be a good one, and our secret not the one
 * that it was made with. Then the signing keys in the store do not open either, and nothing is said of
 * the value: clients throw away what they are told is invalid.
 *
 * @throws {StoreUnavailableError} When the keys do not open.
 */
export async function requireOwnSecret(signingKeys: Pick<SigningKeys, 'current'>): Promise<void> {
  await signingKeys.current();
}
