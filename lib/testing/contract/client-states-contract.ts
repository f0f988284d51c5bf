/**
 * What every store does with what an operator has decided about clients.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { ClientState } from '../../storage/store.ts';
import { expect } from './expect.ts';
import { DAY, HOSTILE_IDS, SECOND } from './records.ts';
import type { Bench, Suite } from './suite.ts';
import { tamper } from './tamper.ts';
import { insist } from '../strictly.ts';

const YEAR = 365 * DAY;

export function describeClientStates({ describe, it }: Suite, bench: Bench): void {
  const states = (): Bench['store']['clientStates'] => bench.store.clientStates;
  /** Of a client that something was decided about. */
  const stateOf = async (client: string): Promise<ClientState> => {
    const state = await states().find(client);
    insist(state !== undefined, 'there is no state');
    return state;
  };
  /** Blocked clients have no end in a store: none is left to others. */
  const blocked = async (reason?: string): Promise<string> => {
    const client = randomUUID();
    expect(await states().block(client, reason)).toBe(true);
    return client;
  };
  const letIn = (client: string): Promise<boolean> => states().unblock(client, YEAR);

  describe('what was decided about a client', () => {
    it('is nothing for a client that nothing was decided about', async () => {
      expect(await states().find(randomUUID())).toBeUndefined();
      expect(await letIn(randomUUID())).toBe(false);
    });

    it('is that it is blocked, since when and why, and that its grants are over', async () => {
      const before = bench.store.now();
      const client = await blocked('stolen tokens');
      const state = await stateOf(client);
      expect(state).toEqual({
        client_id: client,
        blocked: { since: state.revoked_before, reason: 'stolen tokens' },
        revoked_before: expect.any(Number),
      });
      expect(Math.abs(state.revoked_before - before)).toBeLessThan(20 * SECOND);
      expect(await states().find(randomUUID())).toBeUndefined();
      await letIn(client);
    });

    it('is that without a reason where none was given, in any characters where one was', async () => {
      const [silent, odd] = [await blocked(), await blocked('\u{1F512} "\n\u0000')];
      expect((await stateOf(silent)).blocked).not.toHaveProperty('reason');
      expect((await stateOf(odd)).blocked?.reason).toBe('\u{1F512} "\n\u0000');
      for (const client of [silent, odd]) await letIn(client);
    });

    it('has no end while it is blocked', async () => {
      const client = await blocked();
      bench.advance(20 * YEAR);
      expect((await stateOf(client)).blocked).toBeDefined();
      await letIn(client);
    });

    it('stays as it was when it is blocked again, but for its grants and a new reason', async () => {
      const client = await blocked('first');
      const first = await stateOf(client);
      bench.advance(DAY);
      expect(await states().block(client)).toBe(false);
      const second = await stateOf(client);
      expect(second.blocked).toEqual(first.blocked);
      expect(second.revoked_before - first.revoked_before).toBeGreaterThanOrEqual(DAY);
      expect(await states().block(client, 'second')).toBe(false);
      expect((await stateOf(client)).blocked).toEqual({ ...first.blocked, reason: 'second' });
      await letIn(client);
    });

    it('is, once it is let in again, that what it was granted until that moment is over', async () => {
      const client = await blocked('a mistake');
      const { revoked_before } = await stateOf(client);
      bench.advance(DAY);
      expect(await letIn(client)).toBe(true);
      expect(await letIn(client)).toBe(false);
      const state = await stateOf(client);
      expect(Object.keys(state)).toEqual(['client_id', 'revoked_before']);
      expect(state.revoked_before - revoked_before).toBeGreaterThanOrEqual(DAY);
    });

    it.each([
      { name: 'let in again', decide: (client: string) => states().unblock(client, YEAR) },
      { name: 'ended', decide: (client: string) => states().endGrants(client, YEAR) },
    ])('is kept for as long as it is told, and found until then: $name', async ({ decide }) => {
      const client = await blocked();
      await letIn(client);
      await states().block(client);
      await letIn(client);
      await decide(client);
      bench.advance(YEAR - 15 * SECOND);
      expect(await states().find(client)).toBeDefined();
    });

    it('is that its grants are over, each time until then', async () => {
      const client = randomUUID();
      await states().endGrants(client, YEAR);
      const first = await stateOf(client);
      expect(Object.keys(first)).toEqual(['client_id', 'revoked_before']);
      bench.advance(DAY);
      await states().endGrants(client, YEAR);
      const second = await stateOf(client);
      expect(second.revoked_before - first.revoked_before).toBeGreaterThanOrEqual(DAY);
    });

    it('leaves a client blocked whose grants are ended', async () => {
      const client = await blocked('stolen tokens');
      const { blocked: before } = await stateOf(client);
      bench.advance(DAY);
      await states().endGrants(client, DAY);
      bench.advance(2 * DAY);
      expect((await stateOf(client)).blocked).toEqual(before);
      await letIn(client);
    });

    it('is one block of many at once', async () => {
      const client = randomUUID();
      const blocks = Array.from({ length: 20 }, () => states().block(client, 'at once'));
      expect((await Promise.all(blocks)).filter(Boolean)).toHaveLength(1);
      await letIn(client);
    });

    it('is found by looking through all of them, whatever the client is called', async () => {
      const ids = [
        await blocked('one'),
        await blocked(),
        `https://app.example.com/?${randomUUID()}`,
      ];
      const [one, other, document] = ids as [string, string, string];
      await states().endGrants(document, DAY);
      await letIn(other);
      const found = new Map<string, ClientState>();
      let cursor: string | undefined;
      do {
        const page = await states().scan(cursor);
        for (const state of page.states) found.set(state.client_id, state);
        expect(page.entries).toBeGreaterThanOrEqual(page.states.length);
        ({ cursor } = page);
      } while (cursor !== undefined);
      for (const id of ids) expect(found.get(id)).toEqual(await stateOf(id));
      expect(found.get(one)?.blocked?.reason).toBe('one');
      expect(found.get(other)?.blocked).toBeUndefined();
      await letIn(one);
    });

    it.each(HOSTILE_IDS)('has no page that begins at $name', async ({ id }) => {
      await expect(states().scan(id)).rejects.toThrow(TypeError);
    });

    it('is out of reach of those who were handed it', async () => {
      const client = await blocked('stolen tokens');
      const before = structuredClone(await stateOf(client));
      tamper(await stateOf(client));
      expect(await stateOf(client)).toEqual(before);
      await letIn(client);
    });

    it.each(HOSTILE_IDS)('is kept for any text as an id: $name', async ({ id }) => {
      expect(await states().find(id)).toBeUndefined();
      expect(await states().block(id, 'a reason')).toBe(true);
      expect(await states().find(id)).toMatchObject({ client_id: id, blocked: {} });
      expect(await states().find(`${id}.`)).toBeUndefined();
      expect(await letIn(id)).toBe(true);
      await states().endGrants(id, SECOND);
    });
  });
}
