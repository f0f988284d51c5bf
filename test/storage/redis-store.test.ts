import { afterAll, beforeAll, describe } from '@jest/globals';
import { RedisStore, type RedisSource } from '../../lib/storage/redis/redis-store.ts';
import { describeStoreContract } from '../contract/store-contract.ts';
import { IOREDIS_CLIENTS } from '../support/ioredis-clients.ts';
import { randomPrefix, redisUrl } from '../support/redis-url.ts';

function describeRedisStore(source: () => RedisSource): void {
  describeStoreContract('RedisStore (contract)', () => {
    let offset = 0;
    const store = new RedisStore({
      ...source(),
      prefix: randomPrefix(),
      clockOffsetMs: () => offset,
    });
    return { store, advance: (ms) => (offset += ms) };
  });
}

describeRedisStore(() => ({ url: redisUrl() }));

describe.each(IOREDIS_CLIENTS)("on the host's client, of $name", ({ connect }) => {
  let client: ReturnType<typeof connect>;
  beforeAll(() => {
    client = connect(redisUrl());
  });
  afterAll(() => client.disconnect());

  describeRedisStore(() => ({ client }));
});
