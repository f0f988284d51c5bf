/**
 * The tokens of identity providers in Redis.
 *
 * Their record has no end of its own: it is the one of the grant, which stands in the same slot.
 * Whoever reads them reads the grant too, at the same time.
 *
 * @module
 */
import { requireGrantId } from '../ids.ts';
import {
  SCHEMA_VERSION,
  type GrantStore,
  type ReplaceUpstreamOutcome,
  type ReplaceUpstreamTokens,
  type UpstreamTokenStore,
} from '../store.ts';
import type { Commands } from './commands.ts';
import type { Keys } from './keys.ts';
import { oneOf, someText } from './reading.ts';
import { LOCK_UPSTREAM, REPLACE_UPSTREAM, UNLOCK_UPSTREAM } from './upstream-scripts.ts';

export class RedisUpstreamTokens implements UpstreamTokenStore {
  readonly #commands: Commands;
  readonly #keys: Keys;
  readonly #grants: Pick<GrantStore, 'find'>;

  constructor(commands: Commands, keys: Keys, grants: Pick<GrantStore, 'find'>) {
    this.#commands = commands;
    this.#keys = keys;
    this.#grants = grants;
  }

  async find(grantId: string): Promise<string | undefined> {
    const key = this.#keys.upstreamTokens(grantId);
    if (key === undefined) return undefined;
    const [grant, tokens] = await Promise.all([
      this.#grants.find(grantId),
      this.#commands.hash(key, parseTokens),
    ]);
    return grant && tokens;
  }

  async lock(grantId: string, owner: string, ttlMs: number): Promise<boolean> {
    requireGrantId(grantId);
    const key = this.#keys.upstreamLock(grantId) ?? '';
    const run = { script: LOCK_UPSTREAM, keys: [key], args: [owner, ttlMs] };
    const { tag } = await this.#commands.run(run);
    return tag === 'locked';
  }

  async unlock(grantId: string, owner: string): Promise<void> {
    const key = this.#keys.upstreamLock(grantId);
    if (key === undefined) return;
    await this.#commands.run({ script: UNLOCK_UPSTREAM, keys: [key], args: [owner] });
  }

  async replace(
    grantId: string,
    { owner, sealed, requestId }: ReplaceUpstreamTokens,
  ): Promise<ReplaceUpstreamOutcome> {
    const key = this.#keys.upstreamTokens(grantId);
    const lock = this.#keys.upstreamLock(grantId);
    const grant = this.#keys.grant(grantId);
    if (key === undefined || lock === undefined || grant === undefined) return 'gone';
    const { tag } = await this.#commands.run({
      script: REPLACE_UPSTREAM,
      keys: [key, lock, grant],
      requestId,
      args: [owner, sealed],
    });
    return tag;
  }

  async take(grantId: string): Promise<string | undefined> {
    const key = this.#keys.upstreamTokens(grantId);
    if (key === undefined) return undefined;
    const tokens = await this.#commands.hash(key, parseTokens);
    // Of several who read them, one removes them.
    return tokens !== undefined && (await this.#commands.remove(key)) ? tokens : undefined;
  }
}

function parseTokens(fields: Readonly<Record<string, string>>): string {
  oneOf(Number(fields['v']), SCHEMA_VERSION);
  return someText(fields['tokens']);
}
