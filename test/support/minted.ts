/**
 * Initial access tokens that are minted for a test.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import {
  mintInitialAccessToken,
  type Minted,
  type Minting,
} from '../../lib/services/mint-initial-access-token.ts';
import type { Store } from '../../lib/storage/store.ts';
import { DAY } from '../contract/records.ts';
import { noted } from './secrets.ts';

/** One for one client, for a day, that allows what everybody may, unless it is said otherwise. */
export async function minted(
  { initialAccessTokens }: Pick<Store, 'initialAccessTokens'>,
  wanted: Partial<Minting> = {},
): Promise<Minted> {
  const deps = { mintedTokens: initialAccessTokens, randomBytes: noted(randomBytes) };
  const made = await mintInitialAccessToken(deps, { uses: 1, ttlMs: DAY, licence: {}, ...wanted });
  if (!made) throw new Error('no token was minted');
  return made;
}
