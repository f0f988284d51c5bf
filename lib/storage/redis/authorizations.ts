/**
 * Authorization requests in progress, in Redis.
 *
 * @module
 */
import { ArgumentError } from '../../diagnostics/argument-error.ts';
import type {
  Allow,
  Attempt,
  AuthorizationStore,
  DecisionOutcome,
  FoundAuthorization,
  LoginAttempt,
  LoginResult,
  NewAuthorization,
  TakeLoginOutcome,
} from '../store.ts';
import { requireDigest } from '../ids.ts';
import { formatAuthorization, parseAuthorization } from './authorization-record.ts';
import { ALLOW, DENY, INSERT_AUTHORIZATION } from './authorization-scripts.ts';
import type { Commands } from './commands.ts';
import { formatGrant } from './grant-record.ts';
import type { Keys } from './keys.ts';
import { BEGIN_LOGIN, COMPLETE_LOGIN, TAKE_LOGIN } from './login-scripts.ts';

export class RedisAuthorizations implements AuthorizationStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async insert(pending: NewAuthorization, ttlMs: number, attempt?: LoginAttempt): Promise<void> {
    const key = this.#keys.authorization(pending.grant_id);
    if (key === undefined) throw new ArgumentError('grant_id must be 16 random bytes in base64url');
    await this.#commands.run({
      script: INSERT_AUTHORIZATION,
      keys: [key],
      args: [ttlMs, formatAuthorization(pending), ...(attempt ? argsOf(attempt) : [])],
    });
  }

  async find(grantId: string): Promise<FoundAuthorization | undefined> {
    const key = this.#keys.authorization(grantId);
    if (key === undefined) return undefined;
    const found = await this.#commands.hash(key, (fields) => parseAuthorization(fields, grantId));
    return found && this.#commands.now() < found.pending.expires_at ? found : undefined;
  }

  async beginLogin(grantId: string, attempt: LoginAttempt): Promise<DecisionOutcome> {
    const args = argsOf(attempt);
    const key = this.#keys.authorization(grantId);
    if (key === undefined) return 'gone';
    const { tag } = await this.#commands.run({ script: BEGIN_LOGIN, keys: [key], args });
    return tag;
  }

  async takeLogin(
    grantId: string,
    state: string,
    { requestId }: Attempt,
  ): Promise<TakeLoginOutcome> {
    const key = this.#keys.authorization(grantId);
    if (key === undefined) return 'gone';
    const run = { script: TAKE_LOGIN, keys: [key], requestId, args: [state] };
    const { tag } = await this.#commands.run(run);
    return tag;
  }

  async completeLogin(
    grantId: string,
    { upstream, person, tokens = '' }: LoginResult,
    { requestId }: Attempt,
  ): Promise<DecisionOutcome> {
    const key = this.#keys.authorization(grantId);
    if (key === undefined) return 'gone';
    const args = [upstream, person, tokens];
    const run = { script: COMPLETE_LOGIN, keys: [key], requestId, args };
    const { tag } = await this.#commands.run(run);
    return tag;
  }

  async allow(allow: Allow): Promise<DecisionOutcome> {
    const { grant, login, codeTtlMs, grantMaxTtlMs, requestId } = allow;
    const { grant_id, subject, granted } = grant;
    const authorization = this.#keys.authorization(grant_id);
    const key = this.#keys.grant(grant_id);
    const upstream = this.#keys.upstreamTokens(grant_id);
    if (authorization === undefined || key === undefined || upstream === undefined) return 'gone';
    const decided = [subject, granted, login?.person ?? ''];
    const { tag } = await this.#commands.run({
      script: ALLOW,
      keys: [authorization, key, upstream],
      requestId,
      args: [codeTtlMs, grantMaxTtlMs, ...decided, ...formatGrant(grant)],
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

function argsOf({ state, upstream, secrets }: LoginAttempt): string[] {
  requireDigest(state);
  return [state, upstream, secrets];
}
