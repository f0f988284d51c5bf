/**
 * What Redis and a server use for one of everything that clients and people do.
 *
 * @module
 */
import { Driver } from '../load/drive.ts';
import { registration } from '../load/client.ts';
import { codes, tokensOf, type Preparation } from '../operations/operation.ts';
import { operations } from '../operations/index.ts';
import { present } from '../present.ts';
import type { Costs, RequestCost } from './sizing.ts';
import type { Site } from './site.ts';

/** @param count - How often each is done. */
export async function requestCosts(site: Site, count: number): Promise<Omit<Costs, 'bytes'>> {
  const { server } = site;
  const driver = new Driver(server.origins, 8);
  const preparation: Preparation = { server, clients: driver.clients, requests: 2 * count };
  const each = async (work: () => Promise<unknown>): Promise<RequestCost> => {
    // Once for the compiler.
    await work();
    const before = await server.usage();
    await work();
    const after = await server.usage();
    const { redisCpuMicros: from = NaN } = before;
    const { redisCpuMicros: to = NaN } = after;
    return {
      commands: (after.redis.commands - before.redis.commands) / count,
      cpuMicros: (after.cpuMicros - before.cpuMicros) / count,
      redisCpuMicros: (to - from) / count,
    };
  };
  try {
    const register = await each(() => driver.drive(count, () => registration(server)));
    const login = await each(async () => {
      const redeemable = await codes(preparation, count);
      await Promise.all(redeemable.map((one) => tokensOf(preparation, one)));
    });
    const refreshing = present(operations.find(({ name }) => name === 'refresh'));
    const next = await refreshing.prepare(preparation);
    const refresh = await each(() => driver.drive(count, next));
    return { register, login, refresh };
  } finally {
    await driver.close();
  }
}
