/**
 * Minted initial access tokens in Redis: a hash for each, and an index of all beside them. They stand in
 * one slot, for there are few, and nobody but the operator makes any.
 *
 * @module
 */
import { requireDigest } from '../ids.ts';
import {
  MAX_INITIAL_ACCESS_TOKENS,
  SCHEMA_VERSION,
  type Attempt,
  type InitialAccessToken,
  type InitialAccessTokenStore,
  type InsertTokenOutcome,
  type Licence,
  type NewInitialAccessToken,
} from '../store.ts';
import type { Commands } from './commands.ts';
import {
  GIVE_BACK_TOKEN,
  INSERT_TOKEN,
  REMOVE_TOKEN,
  USE_TOKEN,
} from './initial-access-token-scripts.ts';
import type { Keys } from './keys.ts';
import { licence } from './licence.ts';
import { digits, oneOf, optional, parseObject, text, whole } from './reading.ts';

/** How much of the index is read at once. */
const BATCH = 100;

export class RedisInitialAccessTokens implements InitialAccessTokenStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async insert(token: NewInitialAccessToken, ttlMs: number): Promise<InsertTokenOutcome> {
    const { digest, ...record } = token;
    requireDigest(digest);
    const {
      tag,
      values: [expires_at = 0],
    } = await this.#commands.run({
      script: INSERT_TOKEN,
      keys: [this.#keys.initialAccessToken(digest) ?? '', this.#keys.initialAccessTokens],
      args: [ttlMs, JSON.stringify(record), token.uses, digest, MAX_INITIAL_ACCESS_TOKENS],
    });
    return tag === 'full' ? { outcome: tag } : { outcome: tag, expires_at };
  }

  async use(digest: string, { requestId }: Attempt): Promise<Licence | undefined> {
    const key = this.#keys.initialAccessToken(digest);
    if (key === undefined) return undefined;
    // Sent together: what a token allows never changes.
    const reading = this.#find(digest);
    reading.catch(() => undefined);
    const { tag } = await this.#commands.run({ script: USE_TOKEN, keys: [key], requestId });
    return tag === 'used' ? (await reading)?.licence : undefined;
  }

  async giveBack(digest: string, { requestId }: Attempt): Promise<void> {
    const key = this.#keys.initialAccessToken(digest);
    if (key === undefined) return;
    await this.#commands.run({ script: GIVE_BACK_TOKEN, keys: [key], requestId });
  }

  async list(): Promise<readonly InitialAccessToken[]> {
    const tokens: InitialAccessToken[] = [];
    for (let offset = 0; ; offset += BATCH) {
      const from = this.#commands.now();
      const page = { from, offset, count: BATCH };
      const entries = await this.#commands.range(this.#keys.initialAccessTokens, page);
      const found = await Promise.all(entries.map(({ member }) => this.#find(member)));
      tokens.push(...found.filter((token) => token !== undefined));
      if (entries.length < BATCH) return tokens;
    }
  }

  async remove(digest: string): Promise<boolean> {
    const key = this.#keys.initialAccessToken(digest);
    if (key === undefined) return false;
    const { tag } = await this.#commands.run({
      script: REMOVE_TOKEN,
      keys: [key, this.#keys.initialAccessTokens],
      args: [digest],
    });
    return tag === 'removed';
  }

  async #find(digest: string): Promise<InitialAccessToken | undefined> {
    const key = this.#keys.initialAccessToken(digest);
    if (key === undefined) return undefined;
    const token = await this.#commands.hash(key, (fields) => parseToken(digest, fields));
    return token && this.#commands.now() < token.expires_at ? token : undefined;
  }
}

function parseToken(digest: string, fields: Readonly<Record<string, string>>): InitialAccessToken {
  oneOf(Number(fields['v']), SCHEMA_VERSION);
  const record = parseObject(text(fields['record']));
  return {
    digest,
    uses: whole(record['uses']),
    licence: licence(record['licence']),
    ...optional(record, 'label', text),
    left: digits(fields['left']),
    created_at: digits(fields['created_at']),
    expires_at: digits(fields['expires_at']),
  };
}
