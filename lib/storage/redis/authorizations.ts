/**
 * Authorization requests in progress, in Redis.
 *
 * @module
 */
import type {
  Allow,
  Attempt,
  AuthorizationStore,
  DecisionOutcome,
  FoundAuthorization,
  PendingAuthorization,
} from '../store.ts';
import { formatAuthorization, parseAuthorization } from './authorization-record.ts';
import { ALLOW, DENY, INSERT_AUTHORIZATION } from './authorization-scripts.ts';
import type { Commands } from './commands.ts';
import { formatGrant } from './grant-record.ts';
import type { Keys } from './keys.ts';

export class RedisAuthorizations implements AuthorizationStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async insert(
    pending: Omit<PendingAuthorization, 'v' | 'created_at' | 'expires_at'>,
    ttlMs: number,
  ): Promise<void> {
    const key = this.#keys.authorization(pending.grant_id);
    if (key === undefined) throw new TypeError('grant_id must be 16 random bytes in base64url');
    await this.#commands.run({
      script: INSERT_AUTHORIZATION,
      keys: [key],
      args: [ttlMs, formatAuthorization(pending)],
    });
  }

  async find(grantId: string): Promise<FoundAuthorization | undefined> {
    const key = this.#keys.authorization(grantId);
    if (key === undefined) return undefined;
    const found = await this.#commands.hash(key, (fields) => parseAuthorization(fields, grantId));
    return found && this.#commands.now() < found.pending.expires_at ? found : undefined;
  }

  async allow({ grant, codeTtlMs, grantMaxTtlMs, requestId }: Allow): Promise<DecisionOutcome> {
    const authorization = this.#keys.authorization(grant.grant_id);
    const key = this.#keys.grant(grant.grant_id);
    if (authorization === undefined || key === undefined) return 'gone';
    const { tag } = await this.#commands.run({
      script: ALLOW,
      keys: [authorization, key],
      requestId,
      args: [codeTtlMs, grantMaxTtlMs, grant.subject, ...formatGrant(grant)],
    });
    return tag;
  }

  async deny(grantId: string, { requestId }: Attempt): Promise<DecisionOutcome> {
    const key = this.#keys.authorization(grantId);
    if (key === undefined) return 'gone';
    const { tag } = await this.#commands.run({ script: DENY, keys: [key], requestId });
    return tag;
  }
}
