/**
 * What oidc-provider keeps, in Redis: a text for each thing, an index where it has another name, and the
 * list of what belongs to a grant.
 *
 * @module
 */
import type { Redis } from 'ioredis';

interface Payload {
  readonly grantId?: string;
  readonly uid?: string;
  readonly userCode?: string;
  readonly consumed?: number;
}

/** What goes when its grant goes. */
const OF_A_GRANT = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken']);

export interface Adapter {
  upsert(id: string, payload: Payload, expiresIn?: number): Promise<void>;
  find(id: string): Promise<Payload | undefined>;
  findByUid(uid: string): Promise<Payload | undefined>;
  findByUserCode(userCode: string): Promise<Payload | undefined>;
  consume(id: string): Promise<void>;
  destroy(id: string): Promise<void>;
  revokeByGrantId(grantId: string): Promise<void>;
}

export function adapterFor(redis: Redis, prefix: string): (model: string) => Adapter {
  return (model) => {
    const key = (id: string): string => `${prefix}${model}:${id}`;
    const grantKey = (id: string): string => `${prefix}grant:${id}`;
    const uidKey = (uid: string): string => `${prefix}uid:${uid}`;
    /** What is used once is a hash, so that its use can be noted without writing it again. */
    const find = async (id: string): Promise<Payload | undefined> => {
      const { payload, consumed } = await redis.hgetall(key(id));
      if (payload === undefined) return undefined;
      const read = JSON.parse(payload) as Payload;
      return consumed === undefined ? read : { ...read, consumed: Number(consumed) };
    };
    return {
      find,
      async upsert(id, payload, expiresIn) {
        const multi = redis.multi().hset(key(id), { payload: JSON.stringify(payload) });
        if (expiresIn) multi.expire(key(id), expiresIn);
        if (OF_A_GRANT.has(model) && payload.grantId !== undefined) {
          const grant = grantKey(payload.grantId);
          multi.rpush(grant, key(id));
          if (expiresIn) multi.expire(grant, expiresIn);
        }
        if (payload.uid !== undefined) {
          multi.set(uidKey(payload.uid), id);
          if (expiresIn) multi.expire(uidKey(payload.uid), expiresIn);
        }
        await multi.exec();
      },
      async findByUid(uid) {
        const id = await redis.get(uidKey(uid));
        return id === null ? undefined : find(id);
      },
      // There is no device flow in what is measured.
      findByUserCode: () => Promise.resolve(undefined),
      async consume(id) {
        await redis.hset(key(id), 'consumed', Math.floor(Date.now() / 1000));
      },
      async destroy(id) {
        await redis.del(key(id));
      },
      async revokeByGrantId(grantId) {
        const keys = await redis.lrange(grantKey(grantId), 0, -1);
        await redis.del(grantKey(grantId), ...keys);
      },
    };
  };
}
