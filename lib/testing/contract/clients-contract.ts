/**
 * What every store does with registered clients.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { StoreUnavailableError } from '../../storage/store.ts';
import { expect } from './expect.ts';
import {
  DAY,
  HOSTILE_CLIENT_IDS,
  HOUR,
  newClient,
  SECOND,
  without,
  type NewClient,
} from './records.ts';
import type { Bench, Suite } from './suite.ts';
import { tamper } from './tamper.ts';

export function describeClients({ describe, it }: Suite, bench: Bench): void {
  describe('clients', () => {
    it('finds a client as it was inserted, unused and with its end', async () => {
      const client = newClient();
      const before = bench.store.now();
      await bench.store.clients.insert(client, DAY);
      const found = await bench.store.clients.find(client.client_id);
      expect(found).toEqual({ v: 1, ...client, expires_at: expect.any(Number), used: false });
      expect(found!.expires_at - before - DAY).toBeGreaterThanOrEqual(-SECOND);
      expect(found!.expires_at - before - DAY).toBeLessThan(10 * SECOND);
    });

    it('keeps lists empty and members absent that were so', async () => {
      const all = newClient({
        metadata: {
          redirect_uris: ['http://localhost/'],
          token_endpoint_auth_method: 'none',
          grant_types: [],
          response_types: [],
        },
        registered: { scopes: [], policy: '' },
      });
      const client = without(all, 'requested');
      await bench.store.clients.insert(client, DAY);
      await bench.store.clients.renew((await bench.store.clients.find(client.client_id))!, DAY);
      const found = await bench.store.clients.find(client.client_id);
      expect(found).toEqual({ v: 1, ...client, expires_at: expect.any(Number), used: true });
      expect(found).not.toHaveProperty('requested');
    });

    it.each<{ name: string; more: Partial<NewClient['metadata']> }>([
      {
        name: 'names in several languages',
        more: {
          localized: {
            'client_name#ja': '\u30a2\u30d7\u30ea "x" \\ },"used":true}',
            'client_name#pt-BR': 'Aplicativo',
            'tos_uri#x-a': 'https://app.example.com/tos?a=1#b',
          },
        },
      },
      { name: 'contacts', more: { contacts: ['dev@example.com', '+1 555 0100', '}'] } },
      {
        name: 'keys',
        more: {
          jwks: {
            keys: [
              { kty: 'EC', crv: 'P-256', x: 'AQ', y: 'Ag', kid: '"}' },
              { kty: 'RSA', n: 'AQ', e: 'AQAB', use: 'sig', alg: 'RS256' },
            ],
          },
        },
      },
      { name: 'the place of its keys', more: { jwks_uri: 'https://app.example.com/jwks?a=1' } },
    ])('gives back $name as they were inserted, also when it is renewed', async ({ more }) => {
      const { metadata } = newClient();
      const client = newClient({ metadata: { ...metadata, ...more } });
      await bench.store.clients.insert(client, DAY);
      const found = (await bench.store.clients.find(client.client_id))!;
      expect(found).toEqual({ v: 1, ...client, expires_at: expect.any(Number), used: false });
      await bench.store.clients.renew(found, DAY);
      const renewed = (await bench.store.clients.find(client.client_id))!;
      expect(renewed).toEqual({ ...found, expires_at: expect.any(Number), used: true });
      tamper(renewed);
      expect(await bench.store.clients.find(client.client_id)).toMatchObject(client);
    });

    it('does not know a client that was never inserted', async () => {
      expect(await bench.store.clients.find(randomUUID())).toBeUndefined();
    });

    it('takes a repeated insertion for the same one', async () => {
      const client = newClient();
      await bench.store.clients.insert(client, DAY);
      await bench.store.clients.renew((await bench.store.clients.find(client.client_id))!, DAY);
      await bench.store.clients.insert(client, DAY);
      expect(await bench.store.clients.find(client.client_id)).toMatchObject({ used: true });
    });

    it('never puts one client in the place of another', async () => {
      const client = newClient();
      await bench.store.clients.insert(client, DAY);
      const other = newClient({ client_id: client.client_id, requested: 'admin' });
      await expect(bench.store.clients.insert(other, DAY)).rejects.toThrow(StoreUnavailableError);
      expect(await bench.store.clients.find(client.client_id)).toMatchObject(client);
    });

    it('forgets a client at its end, not before', async () => {
      const client = newClient();
      await bench.store.clients.insert(client, HOUR);
      bench.advance(HOUR - 15 * SECOND);
      expect(await bench.store.clients.find(client.client_id)).toBeDefined();
      bench.advance(15 * SECOND);
      expect(await bench.store.clients.find(client.client_id)).toBeUndefined();
    });

    it('renews a client from now on and marks it as used', async () => {
      const client = newClient();
      await bench.store.clients.insert(client, HOUR);
      const found = (await bench.store.clients.find(client.client_id))!;
      bench.advance(HOUR / 2);
      await bench.store.clients.renew(found, DAY);
      const renewed = (await bench.store.clients.find(client.client_id))!;
      expect(renewed).toEqual({ ...found, used: true, expires_at: renewed.expires_at });
      expect(renewed.expires_at).toBeGreaterThanOrEqual(found.expires_at - HOUR / 2 + DAY);
      bench.advance(DAY - 15 * SECOND);
      expect(await bench.store.clients.find(client.client_id)).toBeDefined();
    });

    it('renews no client to a sooner end than it has (ABUSE-10)', async () => {
      const client = newClient();
      await bench.store.clients.insert(client, DAY);
      const found = (await bench.store.clients.find(client.client_id))!;
      await bench.store.clients.renew(found, HOUR);
      const renewed = await bench.store.clients.find(client.client_id);
      expect(renewed).toEqual({ ...found, used: true });
    });

    it('renews from a copy of the record as well', async () => {
      const client = newClient();
      await bench.store.clients.insert(client, HOUR);
      const found = (await bench.store.clients.find(client.client_id))!;
      await bench.store.clients.renew(structuredClone(found), DAY);
      expect(await bench.store.clients.find(client.client_id)).toMatchObject({ used: true });
    });

    it('leaves a client alone that changed since it was read', async () => {
      const client = newClient();
      await bench.store.clients.insert(client, HOUR);
      const stale = (await bench.store.clients.find(client.client_id))!;
      await bench.store.clients.renew(stale, DAY);
      const renewed = await bench.store.clients.find(client.client_id);
      await bench.store.clients.renew(stale, 2 * DAY);
      expect(await bench.store.clients.find(client.client_id)).toEqual(renewed);
    });

    it('does not bring back a client that has expired or never was', async () => {
      const client = newClient();
      await bench.store.clients.insert(client, HOUR);
      const found = (await bench.store.clients.find(client.client_id))!;
      bench.advance(HOUR);
      await bench.store.clients.renew(found, DAY);
      expect(await bench.store.clients.find(client.client_id)).toBeUndefined();
      const never = { ...found, client_id: randomUUID(), expires_at: bench.store.now() + HOUR };
      await bench.store.clients.renew(never, DAY);
      expect(await bench.store.clients.find(never.client_id)).toBeUndefined();
    });

    it('keeps its records out of reach of those who were handed one', async () => {
      const client = newClient();
      await bench.store.clients.insert(client, DAY);
      const found = (await bench.store.clients.find(client.client_id))!;
      const before = structuredClone(found);
      tamper(client);
      tamper(found);
      expect(await bench.store.clients.find(before.client_id)).toEqual(before);
    });

    it.each(HOSTILE_CLIENT_IDS)('knows no client whose id is $name', async ({ id }) => {
      expect(await bench.store.clients.find(id)).toBeUndefined();
      await bench.store.clients.renew(
        { v: 1, ...newClient({ client_id: id }), expires_at: bench.store.now() + DAY, used: false },
        DAY,
      );
      expect(await bench.store.clients.find(id)).toBeUndefined();
      await expect(bench.store.clients.insert(newClient({ client_id: id }), DAY)).rejects.toThrow(
        TypeError,
      );
    });
  });
}
