/**
 * Registering with a minted initial access token: one use of it for one client.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import type { Attempt, InitialAccessTokenStore, Licence } from '../storage/store.ts';
import { initialAccessTokenId } from '../tokens/initial-access-token.ts';
import { readAdmitted, type Admit } from './admitted.ts';
import { unknownToken } from './registration-access.ts';

export interface UseInitialAccessTokenDeps {
  readonly mintedTokens: Pick<InitialAccessTokenStore, 'use' | 'giveBack'>;
  readonly newRequestId: () => string;
  readonly logger: Logger;
}

/**
 * Takes a use, together with asking the limit, and registers. What becomes of no client costs no use:
 * a registration that is refused, one too many, or broken.
 *
 * @param digest - Of the token.
 * @throws {OAuthError} `invalid_token`, and what `register` throws.
 */
export async function withInitialAccessToken<Registered>(
  deps: UseInitialAccessTokenDeps,
  digest: string,
  admit: Admit,
  register: (licence: Licence) => Promise<Registered>,
): Promise<Registered> {
  const attempt = { requestId: deps.newRequestId() };
  const use = (): Promise<Licence | undefined> => deps.mintedTokens.use(digest, attempt);
  let licence: Licence | undefined;
  try {
    licence = await readAdmitted(admit, use);
    if (licence) return await register(licence);
  } catch (error) {
    await giveBack(deps, digest, attempt);
    throw error;
  }
  throw unknownToken();
}

/**
 * Whoever was refused may send a better request to another instance at once, so it waits for this. When
 * the store is away the use stays taken: one client too few, and never one too many.
 */
async function giveBack(
  { mintedTokens, logger }: UseInitialAccessTokenDeps,
  digest: string,
  attempt: Attempt,
): Promise<void> {
  try {
    await mintedTokens.giveBack(digest, attempt);
  } catch {
    logger.warn('use of an initial access token could not be given back', {
      code: 'ERR_DCR_TOKEN_USE_NOT_RETURNED',
      token: initialAccessTokenId(digest),
    });
  }
}
