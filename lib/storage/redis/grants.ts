/**
 * Authorization grants in Redis.
 *
 * @module
 */
import type {
  Attempt,
  GrantPage,
  GrantRecord,
  GrantStore,
  Redeem,
  RedeemOutcome,
  Rotate,
  RotateOutcome,
  SubjectEntry,
} from '../store.ts';
import { requireDigest, requireGrantId } from '../ids.ts';
import type { Commands } from './commands.ts';
import { scanGrants } from './grant-pages.ts';
import { parseGrant } from './grant-record.ts';
import { REDEEM, REVOKE, ROTATE } from './grant-scripts.ts';
import type { Keys } from './keys.ts';
import { indexGrant, subjectGrantIds } from './subject-grants.ts';

export class RedisGrants implements GrantStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  scan(cursor?: string): Promise<GrantPage> {
    return scanGrants({ commands: this.#commands, keys: this.#keys }, cursor);
  }

  async find(grantId: string): Promise<GrantRecord | undefined> {
    const key = this.#keys.grant(grantId);
    if (key === undefined) return undefined;
    const grant = await this.#commands.hash(key, (fields) => parseGrant(fields, grantId));
    return grant && this.#commands.now() < Math.min(grant.expires_at, grant.ends_at)
      ? grant
      : undefined;
  }

  async redeem(redeem: Redeem): Promise<RedeemOutcome> {
    const keys = this.#keysOf(redeem.grantId);
    if (!keys) return 'gone';
    const { tag } = await this.#commands.run({
      script: REDEEM,
      keys,
      requestId: redeem.requestId,
      args: [redeem.accessTtlMs, redeem.idleTtlMs, redeem.doubledWithinMs],
    });
    return tag;
  }

  async rotate(rotate: Rotate): Promise<RotateOutcome> {
    const keys = this.#keysOf(rotate.grantId);
    if (!keys || !Number.isSafeInteger(rotate.generation)) return { outcome: 'gone' };
    const {
      tag,
      values: [generation = 0],
    } = await this.#commands.run({
      script: ROTATE,
      keys,
      requestId: rotate.requestId,
      args: [rotate.generation, rotate.idleTtlMs, rotate.graceMs, ...[rotate.claims ?? []].flat()],
    });
    return tag === 'rotated' || tag === 'repeated'
      ? { outcome: tag, generation }
      : { outcome: tag };
  }

  async revoke(grantId: string, { requestId }: Attempt): Promise<void> {
    const keys = this.#keysOf(grantId);
    if (!keys) return;
    await this.#commands.run({ script: REVOKE, keys, requestId });
  }

  async index(entry: SubjectEntry): Promise<void> {
    requireGrantId(entry.grantId);
    requireDigest(entry.subjectDigest);
    const key = this.#keys.subjectGrants(entry.subjectDigest) ?? '';
    const find = (id: string): ReturnType<GrantStore['find']> => this.find(id);
    const revoke = (id: string): Promise<void> => this.revoke(id, { requestId: '' });
    await indexGrant({ commands: this.#commands, find, revoke }, key, entry);
  }

  async listBySubject(subjectDigest: string): Promise<readonly GrantRecord[]> {
    const key = this.#keys.subjectGrants(subjectDigest);
    if (key === undefined) return [];
    const ids = await subjectGrantIds(this.#commands, key);
    const grants = await Promise.all(ids.map((id) => this.find(id)));
    return grants.filter((grant) => grant !== undefined);
  }

  /** The grant, and the tokens that live as long. */
  #keysOf(grantId: string): readonly [string, string] | undefined {
    const grant = this.#keys.grant(grantId);
    const upstream = this.#keys.upstreamTokens(grantId);
    return grant === undefined || upstream === undefined ? undefined : [grant, upstream];
  }
}
