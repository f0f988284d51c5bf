/**
 * The Redis calls of this project, and nothing else: the same scripts with the same keys and arguments,
 * on a plain client.
 *
 * @module
 */
import { INSERT_AUTHORIZATION } from '../../lib/storage/redis/authorization-scripts.ts';
import { INSERT_CLIENT } from '../../lib/storage/redis/client-scripts.ts';
import { REDEEM, ROTATE } from '../../lib/storage/redis/grant-scripts.ts';
import { script } from '../../lib/storage/redis/script.ts';
import { INDEX_GRANT } from '../../lib/storage/redis/subject-grants.ts';
import {
  ACCESS_TOKEN_SECONDS,
  CODE_SECONDS,
  NO_LIMIT,
  REFRESH_TOKEN_SECONDS,
  type Setting,
} from './contender.ts';

const DEADLINE_MS = 1600;
const DAY_MS = 24 * 3600 * 1000;

/** What a limiter of the project does for a request, with the words of its library. */
const COUNT = script(
  'floorCount',
  1,
  ['counted'],
  `
redis.call('set', KEYS[1], 0, 'EX', ARGV[5], 'NX')
local consumed = redis.call('incrby', KEYS[1], ARGV[4])
local ttl = redis.call('pttl', KEYS[1])
return answer('counted', consumed, ttl)
`,
);

type Command = (...args: (string | number)[]) => Promise<[string, string, ...string[]]>;

export interface FloorStore {
  /** Counts a request; one script for each limit, all sent at once. */
  count(...names: readonly string[]): Promise<unknown>;
  insertClient(clientId: string, record: string): Promise<unknown>;
  findClient(clientId: string): Promise<string | null>;
  clientState(clientId: string): Promise<Record<string, string>>;
  insertAuthorization(grantId: string, record: string): Promise<unknown>;
  authorization(grantId: string): Promise<Record<string, string>>;
  insertGrant(grantId: string, fields: Readonly<Record<string, string>>): Promise<unknown>;
  findGrant(grantId: string): Promise<Record<string, string>>;
  /** @returns Whether it was the first time. */
  redeem(grantId: string, requestId: string): Promise<boolean>;
  /** @returns The new generation. */
  rotate(grantId: string, requestId: string, generation: number): Promise<number>;
  index(subject: string, grantId: string): Promise<unknown>;
}

export function createFloorStore({ redis, prefix, limited }: Setting): FloorStore {
  const scripts = [COUNT, INSERT_CLIENT, INSERT_AUTHORIZATION, REDEEM, ROTATE, INDEX_GRANT];
  for (const { name, lua, numberOfKeys } of scripts)
    redis.defineCommand(name, { lua, numberOfKeys });
  const commands = redis as unknown as Record<string, Command>;
  const run = (
    { name }: { readonly name: string },
    keys: readonly string[],
    requestId: string,
    ...args: (string | number)[]
  ): ReturnType<Command> => {
    const command = commands[name];
    if (!command) throw new Error('a script is defined before it runs');
    return command.call(redis, ...keys, Date.now() + DEADLINE_MS, 0, requestId, ...args);
  };
  const grantKeys = (id: string): string[] => [
    `${prefix}grant:{${id}}`,
    `${prefix}upstream:{${id}}`,
  ];

  return {
    count: (...names) =>
      Promise.all(
        limited ? names.map((name) => run(COUNT, [`${prefix}limit:${name}`], '', 1, 60)) : [],
      ),
    insertClient: (id, record) =>
      run(
        INSERT_CLIENT,
        [`${prefix}client:{0}:${id}`, `${prefix}clients:{0}:unused`],
        ...(['', 7 * DAY_MS, record, id, NO_LIMIT, 1_800_000] as const),
      ),
    findClient: (id) => redis.get(`${prefix}client:{0}:${id}`),
    clientState: (id) => redis.hgetall(`${prefix}client-state:{0}:${id}`),
    insertAuthorization: (id, record) =>
      run(INSERT_AUTHORIZATION, [`${prefix}authz:{${id}}`], '', 600_000, record),
    authorization: (id) => redis.hgetall(`${prefix}authz:{${id}}`),
    async insertGrant(id, fields) {
      const [key = ''] = grantKeys(id);
      const endsAt = Date.now() + 90 * DAY_MS;
      const state = { v: 1, generation: 0, ends_at: endsAt, expires_at: endsAt };
      await redis.hset(key, { ...state, ...fields });
      await redis.expire(key, CODE_SECONDS);
    },
    findGrant: (id) => redis.hgetall(`${prefix}grant:{${id}}`),
    async redeem(id, requestId) {
      const lifetimes = [ACCESS_TOKEN_SECONDS * 1000, REFRESH_TOKEN_SECONDS * 1000, 10_000];
      const [, tag] = await run(REDEEM, grantKeys(id), requestId, ...lifetimes);
      return tag === 'redeemed';
    },
    async rotate(id, requestId, generation) {
      const args = [generation, REFRESH_TOKEN_SECONDS * 1000, 30_000];
      const [, , next] = await run(ROTATE, grantKeys(id), requestId, ...args);
      return Number(next);
    },
    index: (subject, id) =>
      run(
        INDEX_GRANT,
        [`${prefix}subject:{${subject}}:grants`],
        '',
        REFRESH_TOKEN_SECONDS * 1000,
        id,
      ),
  };
}
