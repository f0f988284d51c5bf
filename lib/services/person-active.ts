/**
 * Whether the person behind a grant may still use what they granted.
 *
 * @module
 */
import type { LoginPort } from '../login/port.ts';
import { OAuthError } from '../protocol/errors.ts';

export interface PersonActiveDeps {
  readonly login: Pick<LoginPort, 'isActive'>;
}

/**
 * A host that cannot say is away, not saying no.
 *
 * @throws {OAuthError} `temporarily_unavailable`.
 */
export async function isPersonActive(
  { login }: PersonActiveDeps,
  subject: string,
): Promise<boolean> {
  if (!login.isActive) return true;
  try {
    return await login.isActive(subject);
  } catch (cause) {
    throw new OAuthError('temporarily_unavailable', 'the login is not available at the moment', {
      cause,
    });
  }
}
