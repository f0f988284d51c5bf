/**
 * What every store does with registrations that change and end.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { ClientRecord } from '../../storage/store.ts';
import { expect } from './expect.ts';
import {
  DAY,
  HOSTILE_CLIENT_IDS,
  HOUR,
  newClient,
  newDigest,
  without,
  type NewClient,
} from './records.ts';
import type { Bench, Suite } from './suite.ts';

export function describeClientUpdates({ describe, it }: Suite, bench: Bench): void {
  const inserted = async (client: NewClient = newClient()): Promise<ClientRecord> => {
    await bench.store.clients.insert(client, HOUR);
    return (await bench.store.clients.find(client.client_id))!;
  };
  const changed = (record: ClientRecord, more: Partial<NewClient> = {}): NewClient => {
    const client = without(without(without(record, 'v'), 'expires_at'), 'used');
    return { ...client, metadata: { ...client.metadata, client_name: '"used":false}' }, ...more };
  };
  const listed = async (used: boolean, client_id: string): Promise<boolean> => {
    const { clients } = await bench.store.clients.list({ used, limit: 100 });
    return clients.some((client) => client.client_id === client_id);
  };

  describe('clients that are updated', () => {
    it('are what they are told to be, all of it, and count it', async () => {
      const previous = { digest: newDigest(), ends_at: bench.store.now() + DAY };
      const read = await inserted();
      const all = changed(read, {
        registration_token: { digest: newDigest(), previous },
        metadata: { ...read.metadata, token_endpoint_auth_method: 'client_secret_post' },
        secret_digest: newDigest(),
        previous_secret: previous,
      });
      const rest = without(all, 'requested');
      expect(await bench.store.clients.update(read, rest)).toBe('updated');
      const { v, expires_at, used } = read;
      const want = { v, ...rest, revision: 1, expires_at, used };
      const found = await bench.store.clients.find(read.client_id);
      expect(found).toEqual(want);
      expect(await bench.store.clients.update(found!, changed(found!))).toBe('updated');
      expect(await bench.store.clients.find(read.client_id)).toMatchObject({ revision: 2 });
    });

    it('keep their end and their use, also when they are renewed meanwhile (MGMT-20)', async () => {
      const read = await inserted();
      await bench.store.clients.renew(read, DAY);
      const renewed = (await bench.store.clients.find(read.client_id))!;
      expect(await bench.store.clients.update(read, changed(read))).toBe('updated');
      const { expires_at, used } = renewed;
      expect(await bench.store.clients.find(read.client_id)).toMatchObject({ expires_at, used });
      bench.advance(DAY);
      expect(await bench.store.clients.find(read.client_id)).toBeUndefined();
    });

    it('are renewed from what was read before as well', async () => {
      const read = await inserted();
      await bench.store.clients.update(read, changed(read));
      await bench.store.clients.renew(read, DAY);
      expect(await bench.store.clients.find(read.client_id)).toMatchObject({
        revision: 1,
        used: true,
      });
    });

    it('are updated by one of many at once; a repetition of that one is told the same', async () => {
      const read = await inserted();
      const updates = Array.from({ length: 20 }, (_, i) =>
        changed(read, { requested: `scope-${String(i)}` }),
      );
      const outcomes = await Promise.all(
        updates.map((client) => bench.store.clients.update(read, client)),
      );
      expect(outcomes.filter((outcome) => outcome === 'updated')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(19);
      const winner = updates[outcomes.indexOf('updated')]!;
      expect(await bench.store.clients.find(read.client_id)).toMatchObject(winner);
      expect(await bench.store.clients.update(read, winner)).toBe('updated');
      expect(await bench.store.clients.find(read.client_id)).toMatchObject({ revision: 1 });
    });

    it('are not brought back when they have ended, were removed or never were', async () => {
      const [ended, removed] = [await inserted(), await inserted()];
      await bench.store.clients.remove(removed.client_id);
      bench.advance(HOUR);
      const never = { ...ended, client_id: randomUUID() };
      for (const read of [ended, removed, never]) {
        expect(await bench.store.clients.update(read, changed(read))).toBe('gone');
        expect(await bench.store.clients.find(read.client_id)).toBeUndefined();
      }
    });
  });

  describe('clients that are removed', () => {
    it.each([{ used: false }, { used: true }])(
      'are nowhere any more, and cannot be renewed (used: $used)',
      async ({ used }) => {
        const read = await inserted();
        if (used) await bench.store.clients.renew(read, DAY);
        const found = (await bench.store.clients.find(read.client_id))!;
        expect(await listed(used, read.client_id)).toBe(true);
        await bench.store.clients.remove(read.client_id);
        await bench.store.clients.remove(read.client_id);
        await bench.store.clients.renew(found, DAY);
        expect(await bench.store.clients.find(read.client_id)).toBeUndefined();
        for (const use of [false, true]) expect(await listed(use, read.client_id)).toBe(false);
      },
    );

    it.each(HOSTILE_CLIENT_IDS)('are none whose id is $name', async ({ id }) => {
      const read = await inserted();
      const hostile = { ...read, client_id: id };
      expect(await bench.store.clients.update(hostile, changed(hostile))).toBe('gone');
      await bench.store.clients.remove(id);
      expect(await bench.store.clients.find(read.client_id)).toEqual(read);
    });
  });
}
