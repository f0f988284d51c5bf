/**
 * Minting an initial access token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-1.2
 * @module
 */
import type { InitialAccessTokenStore, NewInitialAccessToken } from '../storage/store.ts';
import { sha256 } from '../tokens/digest.ts';
import { initialAccessTokenId, newInitialAccessToken } from '../tokens/initial-access-token.ts';

export interface MintDeps {
  readonly mintedTokens: Pick<InitialAccessTokenStore, 'insert'>;
  readonly randomBytes: (size: number) => Buffer;
}

/** What the operator wants. */
export type Minting = Omit<NewInitialAccessToken, 'digest'> & { readonly ttlMs: number };

export interface Minted {
  /** To be handed out. Nobody can be told it again. */
  readonly token: string;
  readonly id: string;
  /** Milliseconds since the epoch, on the store's clock. */
  readonly expires_at: number;
}

/** @returns `undefined` when there are as many as there may be. */
export async function mintInitialAccessToken(
  { mintedTokens, randomBytes }: MintDeps,
  { ttlMs, ...wanted }: Minting,
): Promise<Minted | undefined> {
  const token = newInitialAccessToken(randomBytes);
  const digest = sha256(token);
  const inserted = await mintedTokens.insert({ ...wanted, digest }, ttlMs);
  if (inserted.outcome === 'full') return undefined;
  return { token, id: initialAccessTokenId(digest), expires_at: inserted.expires_at };
}
