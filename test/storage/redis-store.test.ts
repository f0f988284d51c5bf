import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { describeStoreContract } from '../contract/store-contract.ts';
import { randomPrefix, testRedisUrl } from '../support/redis-url.ts';

describeStoreContract('RedisStore (contract)', () => {
  let offset = 0;
  const store = new RedisStore({
    url: testRedisUrl(),
    prefix: randomPrefix(),
    clockOffsetMs: () => offset,
  });
  return { store, advance: (ms) => (offset += ms) };
});
