/**
 * What every store does with the notes on clients, and how it counts clients.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { ClientRecord, RegisteredNote } from '../../storage/store.ts';
import { expect } from './expect.ts';
import { DAY, HOSTILE_CLIENT_IDS, HOUR, newClient, without, type NewClient } from './records.ts';
import type { Bench, Suite } from './suite.ts';

/** What a stranger could say to have something of the record taken for the note. */
const HOSTILE = '\\",{"registered":{"scopes":[]},"policy":"digest"},"used":false}';

function noteOf(policy: string, ...scopes: readonly string[]): RegisteredNote {
  return { scopes: scopes.map((scope) => ({ scope, origin: { baseline: HOSTILE } })), policy };
}

export function describeClientNotes({ describe, it }: Suite, bench: Bench): void {
  const inserted = async (client: NewClient = newClient()): Promise<ClientRecord> => {
    await bench.store.clients.insert(client, HOUR);
    return found(client.client_id);
  };
  const found = async (client_id: string): Promise<ClientRecord> =>
    (await bench.store.clients.find(client_id))!;
  const again = (record: ClientRecord): NewClient =>
    without(without(without(record, 'v'), 'expires_at'), 'used');

  describe('the note on a client', () => {
    it('is replaced, and nothing else of what is kept', async () => {
      const { metadata } = newClient();
      const read = await inserted(
        newClient({
          metadata: {
            ...metadata,
            client_name: HOSTILE,
            grant_types: [],
            jwks: { keys: [{ registered: HOSTILE, kid: '' }] },
          },
          requested: HOSTILE,
        }),
      );
      const note = noteOf('next', 'openid', 'mcp:read');
      expect(await bench.store.clients.annotate(read, note)).toBe('annotated');
      expect(await found(read.client_id)).toEqual({ ...read, registered: note });
      const empty = { scopes: [], policy: '' };
      const second = await found(read.client_id);
      expect(await bench.store.clients.annotate(second, empty)).toBe('annotated');
      expect(await bench.store.clients.annotate({ ...read, registered: empty }, note)).toBe(
        'annotated',
      );
      expect(await found(read.client_id)).toEqual({ ...read, registered: note });
    });

    it('is replaced by one of many at once; a repetition of that one is told the same', async () => {
      const read = await inserted();
      const notes = Array.from({ length: 20 }, (_, nth) => noteOf(String(nth), 'openid'));
      const outcomes = await Promise.all(
        notes.map((note) => bench.store.clients.annotate(read, note)),
      );
      expect([...outcomes].sort()).toEqual(['annotated', ...Array<string>(19).fill('changed')]);
      const winner = notes[outcomes.indexOf('annotated')]!;
      expect((await found(read.client_id)).registered).toEqual(winner);
      expect(await bench.store.clients.annotate(read, winner)).toBe('annotated');
    });

    it('is left alone on a client that was updated since it was read', async () => {
      const read = await inserted();
      // Also by an update to the same note.
      await bench.store.clients.update(read, { ...again(read), requested: 'write' });
      const updated = await found(read.client_id);
      expect(await bench.store.clients.annotate(read, noteOf('next'))).toBe('changed');
      expect(await found(read.client_id)).toEqual(updated);
      expect(await bench.store.clients.annotate(updated, noteOf('next'))).toBe('annotated');
      expect(await found(read.client_id)).toMatchObject({ revision: 1, requested: 'write' });
    });

    it('is not lost to an update that was read before it and brings no other', async () => {
      const read = await inserted();
      await bench.store.clients.annotate(read, noteOf('next', 'openid'));
      const updated = { ...again(read), requested: 'write' };
      expect(await bench.store.clients.update(read, updated)).toBe('updated');
      expect(await found(read.client_id)).toMatchObject({
        requested: 'write',
        revision: 1,
        registered: noteOf('next', 'openid'),
      });
    });

    it('is none of the business of an update, a renewal or an end', async () => {
      const read = await inserted();
      await bench.store.clients.annotate(read, noteOf('next', 'openid'));
      await bench.store.clients.renew(read, DAY);
      const renewed = await found(read.client_id);
      expect(renewed).toMatchObject({ used: true, registered: noteOf('next', 'openid') });
      expect(renewed.expires_at).toBeGreaterThan(read.expires_at);
      expect(await bench.store.clients.annotate(read, noteOf('third'))).toBe('changed');
      expect(await bench.store.clients.annotate(renewed, noteOf('third'))).toBe('annotated');
      expect(await found(read.client_id)).toEqual({ ...renewed, registered: noteOf('third') });
      const whole = { ...again(read), registered: noteOf('of the update') };
      expect(await bench.store.clients.update(read, whole)).toBe('updated');
      expect((await found(read.client_id)).registered).toEqual(noteOf('of the update'));
      bench.advance(DAY);
      expect(await bench.store.clients.find(read.client_id)).toBeUndefined();
    });

    it('brings back no client that has ended, was removed or never was', async () => {
      const [ended, removed] = [await inserted(), await inserted()];
      await bench.store.clients.remove(removed.client_id);
      bench.advance(HOUR);
      const never = { ...ended, client_id: randomUUID() };
      for (const read of [ended, removed, never]) {
        expect(await bench.store.clients.annotate(read, noteOf('next'))).toBe('gone');
        expect(await bench.store.clients.find(read.client_id)).toBeUndefined();
      }
    });

    it.each(HOSTILE_CLIENT_IDS)('stands on no client whose id is $name', async ({ id }) => {
      const read = await inserted();
      expect(await bench.store.clients.annotate({ ...read, client_id: id }, noteOf('x'))).toBe(
        'gone',
      );
      expect(await found(read.client_id)).toEqual(read);
    });
  });

  describe('the number of clients', () => {
    it('is that of those that have not ended, by whether anybody uses them', async () => {
      expect(await bench.store.clients.count()).toEqual({ unused: 0, used: 0 });
      const [first, second] = [await inserted(), await inserted(), await inserted()];
      await bench.store.clients.renew(first, DAY);
      expect(await bench.store.clients.count()).toEqual({ unused: 2, used: 1 });
      await bench.store.clients.remove(second.client_id);
      expect(await bench.store.clients.count()).toEqual({ unused: 1, used: 1 });
      bench.advance(HOUR);
      expect(await bench.store.clients.count()).toEqual({ unused: 0, used: 1 });
    });
  });
}
