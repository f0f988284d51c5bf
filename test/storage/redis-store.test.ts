import { afterAll, beforeAll, describe } from '@jest/globals';
import { RedisStore, type RedisSource } from '../../lib/storage/redis/redis-store.ts';
import { describeStoreContract } from '../contract/store-contract.ts';
import { randomPrefix } from '../support/redis-url.ts';
import { PATIENCE_MS } from '../support/stores.ts';
import { HOST_CLIENTS, redisSource } from '../support/topology.ts';

function describeRedisStore(source: () => RedisSource): void {
  describeStoreContract('RedisStore (contract)', () => {
    let offset = 0;
    const store = new RedisStore({
      ...source(),
      prefix: randomPrefix(),
      clockOffsetMs: () => offset,
      commandTimeoutMs: PATIENCE_MS,
    });
    return { store, advance: (ms) => (offset += ms) };
  });
}

describeRedisStore(redisSource);

describe.each(HOST_CLIENTS)("on the host's client, of $name", ({ connect }) => {
  let client: ReturnType<typeof connect>;
  beforeAll(() => {
    client = connect();
  });
  afterAll(() => client.disconnect());

  describeRedisStore(() => ({ client }));
});
