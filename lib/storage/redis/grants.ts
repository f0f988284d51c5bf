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
    return grant && this.#isAlive(grant) ? grant : undefined;
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
    await this.#end(grantId, requestId);
  }

  async index(entry: SubjectEntry): Promise<readonly GrantRecord[]> {
    requireGrantId(entry.grantId);
    requireDigest(entry.subjectDigest);
    const key = this.#keys.subjectGrants(entry.subjectDigest) ?? '';
    const deps = {
      commands: this.#commands,
      living: (ids: readonly string[]) => this.#living(ids),
      end: (id: string) => this.#end(id, ''),
    };
    return indexGrant(deps, key, entry);
  }

  async listBySubject(subjectDigest: string): Promise<readonly GrantRecord[]> {
    const key = this.#keys.subjectGrants(subjectDigest);
    if (key === undefined) return [];
    return this.#living(await subjectGrantIds(this.#commands, key));
  }

  /** Without those that nobody can read: for one of them a person must not lose sight of all others. */
  async #living(ids: readonly string[]): Promise<GrantRecord[]> {
    const known = ids.flatMap((id) => {
      const key = this.#keys.grant(id);
      return key === undefined ? [] : { id, key };
    });
    const grants = await this.#commands.hashes(
      known.map(({ key }) => key),
      (fields, nth) => parseGrant(fields, known[nth]?.id ?? ''),
    );
    return grants.filter((grant) => this.#isAlive(grant));
  }

  #isAlive({ expires_at, ends_at }: GrantRecord): boolean {
    return this.#commands.now() < Math.min(expires_at, ends_at);
  }

  /** Whether this call ended it. */
  async #end(grantId: string, requestId: string): Promise<boolean> {
    const keys = this.#keysOf(grantId);
    if (!keys) return false;
    const { tag } = await this.#commands.run({ script: REVOKE, keys, requestId });
    return tag === 'revoked';
  }

  /** The grant, and the tokens that live as long. */
  #keysOf(grantId: string): readonly [string, string] | undefined {
    const grant = this.#keys.grant(grantId);
    const upstream = this.#keys.upstreamTokens(grantId);
    return grant === undefined || upstream === undefined ? undefined : [grant, upstream];
  }
}
