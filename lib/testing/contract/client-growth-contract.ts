/**
 * How every store bounds the clients that nobody has consented to, and how it lists clients.
 *
 * A store may spread clients by their ids and bound each part: those of one test begin alike.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { ClientRecord } from '../../storage/store.ts';
import { expect } from './expect.ts';
import { DAY, HOUR, MINUTE, newClient, SECOND, type NewClient } from './records.ts';
import type { Bench, Suite } from './suite.ts';
import { insist } from '../strictly.ts';

const ONE = { max: 1, protectedMs: 30 * MINUTE };
const GONE = { outcome: 'inserted', evicted: 1 };
const KEPT = { outcome: 'inserted', evicted: 0 };

export function describeClientGrowth({ describe, it }: Suite, bench: Bench): void {
  const begins = randomUUID().slice(0, 2);

  /** A client that has just registered, by the store's clock. */
  const fresh = (): NewClient =>
    newClient({
      client_id: begins + randomUUID().slice(2),
      client_id_issued_at: Math.floor(bench.store.now() / 1000),
    });
  const isKept = async ({ client_id }: NewClient): Promise<boolean> =>
    (await bench.store.clients.find(client_id)) !== undefined;
  const use = async ({ client_id }: NewClient): Promise<void> => {
    await bench.store.clients.renew((await bench.store.clients.find(client_id))!, DAY);
  };

  describe('clients that nobody has consented to', () => {
    it('are turned away while those before are protected, and it is said for how long', async () => {
      const [first, second] = [fresh(), fresh()];
      await bench.store.clients.insert(first, DAY, ONE);
      const full = await bench.store.clients.insert(second, DAY, ONE);
      insist(full.outcome === 'full', 'there was room');
      expect(full.waitMs).toBeGreaterThan(30 * MINUTE - 10 * SECOND);
      expect(full.waitMs).toBeLessThanOrEqual(30 * MINUTE);
      expect([await isKept(first), await isKept(second)]).toEqual([true, false]);
      bench.advance(full.waitMs);
      expect(await bench.store.clients.insert(second, DAY, ONE)).toEqual(GONE);
      expect([await isKept(first), await isKept(second)]).toEqual([false, true]);
    });

    it('make room for newcomers, the oldest first (ABUSE-06)', async () => {
      const clients = [fresh(), fresh(), fresh()];
      for (const client of clients) {
        await bench.store.clients.insert(client, DAY);
        bench.advance(MINUTE);
      }
      bench.advance(HOUR);
      expect(await bench.store.clients.insert(fresh(), DAY, ONE)).toEqual({
        outcome: 'inserted',
        evicted: 3,
      });
      expect(await Promise.all(clients.map(isKept))).toEqual([false, false, false]);
    });

    it('make no room by those that are protected, when there are some that are not', async () => {
      const [old, young] = [fresh(), fresh()];
      await bench.store.clients.insert(old, DAY);
      bench.advance(HOUR);
      await bench.store.clients.insert({ ...young, client_id_issued_at: seconds(bench) }, DAY);
      expect(await bench.store.clients.insert(fresh(), DAY, ONE)).toEqual(GONE);
      expect([await isKept(old), await isKept(young)]).toEqual([false, true]);
    });

    it('are not counted with those in use, which are never evicted (ABUSE-06)', async () => {
      const used = fresh();
      await bench.store.clients.insert(used, DAY, ONE);
      await use(used);
      bench.advance(HOUR);
      const second = fresh();
      expect(await bench.store.clients.insert(second, DAY, ONE)).toEqual(KEPT);
      bench.advance(HOUR);
      expect(await bench.store.clients.insert(fresh(), DAY, ONE)).toEqual(GONE);
      expect([await isKept(used), await isKept(second)]).toEqual([true, false]);
    });

    it('are not counted when they have expired', async () => {
      await bench.store.clients.insert(fresh(), HOUR, ONE);
      bench.advance(HOUR);
      expect(await bench.store.clients.insert(fresh(), DAY, ONE)).toEqual(KEPT);
    });

    it('make no room for one that is there already', async () => {
      const client = fresh();
      await bench.store.clients.insert(client, DAY, ONE);
      bench.advance(HOUR);
      expect(await bench.store.clients.insert(client, DAY, ONE)).toEqual(KEPT);
      expect(await isKept(client)).toBe(true);
    });
  });

  describe('a list of clients', () => {
    const pages = async (used: boolean, limit: number): Promise<string[][]> => {
      const found: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await bench.store.clients.list({ used, limit, ...(cursor && { cursor }) });
        found.push(page.clients.map(({ client_id }) => client_id));
        ({ cursor } = page);
      } while (cursor !== undefined);
      return found;
    };
    const insert = async (count: number): Promise<string[]> => {
      const clients = Array.from({ length: count }, () => newClient());
      for (const client of clients) await bench.store.clients.insert(client, DAY);
      return clients.map(({ client_id }) => client_id);
    };

    it.each([0, 101, 1.5, NaN, '5' as unknown as number])('has no limit of %j', async (limit) => {
      await expect(bench.store.clients.list({ used: false, limit })).rejects.toThrow(/limit/);
    });

    it.each(['', 'x', '0.1.x', `999.1.${randomUUID()}`, `0.1.${randomUUID()}x`, '__proto__'])(
      'has no cursor %j',
      async (cursor) => {
        const query = { used: false, limit: 1, cursor };
        await expect(bench.store.clients.list(query)).rejects.toThrow(/cursor/);
      },
    );

    it('is empty where there are none', async () => {
      expect(await bench.store.clients.list({ used: false, limit: 10 })).toEqual({ clients: [] });
    });

    it('has each client once, page after page, also those of one moment', async () => {
      const ids = await insert(25);
      const found = await pages(false, 10);
      expect(Math.max(...found.map((page) => page.length))).toBeLessThanOrEqual(10);
      expect(found.flat().sort()).toEqual([...ids].sort());
      expect(await pages(true, 10)).toEqual([[]]);
    });

    it('has whole records, and each where it belongs', async () => {
      const [unused = '', used = ''] = await insert(2);
      await bench.store.clients.renew((await bench.store.clients.find(used))!, DAY);
      const list = async (isUsed: boolean): Promise<readonly ClientRecord[]> =>
        (await bench.store.clients.list({ used: isUsed, limit: 100 })).clients;
      expect(await list(false)).toEqual([await bench.store.clients.find(unused)]);
      expect(await list(true)).toEqual([await bench.store.clients.find(used)]);
    });

    it('does not have clients that have ended', async () => {
      const [first = ''] = await insert(1);
      bench.advance(DAY);
      const [second = ''] = await insert(1);
      expect(await pages(false, 1)).not.toContainEqual([first]);
      expect((await pages(false, 1)).flat()).toEqual([second]);
    });
  });
}

function seconds(bench: Bench): number {
  return Math.floor(bench.store.now() / 1000);
}
