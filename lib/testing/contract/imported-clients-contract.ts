/**
 * What every store does with clients whose ids another server has given them.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { clientPlaceOf } from '../../storage/ids.ts';
import type { ClientRecord } from '../../storage/store.ts';
import { expect } from './expect.ts';
import { DAY, HOUR, newClient } from './records.ts';
import type { Bench, Suite } from './suite.ts';

const IDS = [
  'a',
  'my-connector_2.0~x',
  '__proto__',
  'constructor',
  '0F8FAD5B-D9CB-469F-A165-70867728950E',
  '01945a2e-7c3b-7def-8a12-3456789abcde',
  'x'.repeat(128),
];

export function describeImportedClients({ describe, it }: Suite, bench: Bench): void {
  const inserted = async (client_id: string): Promise<ClientRecord> => {
    await bench.store.clients.insert(newClient({ client_id }), HOUR);
    return (await bench.store.clients.find(client_id))!;
  };
  const listed = async (used: boolean): Promise<string[]> => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await bench.store.clients.list({ used, limit: 2, ...(cursor && { cursor }) });
      ids.push(...page.clients.map(({ client_id }) => client_id));
      ({ cursor } = page);
    } while (cursor !== undefined);
    return ids;
  };

  describe('clients with ids of another server', () => {
    it.each(IDS)('%s is kept, renewed, updated, noted and removed', async (id) => {
      const { clients } = bench.store;
      expect(await clients.find(id)).toBeUndefined();
      const read = await inserted(id);
      expect(read).toMatchObject({ client_id: id, used: false });
      await clients.renew(read, DAY);
      const renewed = (await clients.find(id))!;
      expect(renewed.used).toBe(true);
      const changed = newClient({ client_id: id, requested: 'email' });
      expect(await clients.update(renewed, changed)).toBe('updated');
      const updated = (await clients.find(id))!;
      expect(updated).toMatchObject({ requested: 'email', revision: 1 });
      const note = { scopes: [], policy: 'another' };
      expect(await clients.annotate(updated, note)).toBe('annotated');
      expect((await clients.find(id))?.registered).toEqual(note);
      await clients.remove(id);
      expect(await clients.find(id)).toBeUndefined();
      expect(await listed(true)).toEqual([]);
    });

    it('are listed beside ours, each once, page by page', async () => {
      const all = [...IDS, randomUUID(), randomUUID()];
      for (const id of all) await inserted(id);
      expect((await listed(false)).sort()).toEqual([...all].sort());
    });

    it.each(IDS)('%s is nobody under the name of the place where it is kept', async (id) => {
      await inserted(id);
      const place = clientPlaceOf(id)!;
      expect(place).not.toBe(id);
      expect(await bench.store.clients.find(place)).toBeUndefined();
    });
  });
}
