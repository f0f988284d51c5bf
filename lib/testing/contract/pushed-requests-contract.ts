/**
 * What every store does with pushed authorization requests.
 *
 * @module
 */
import { StoreUnavailableError } from '../../storage/store.ts';
import { expect } from './expect.ts';
import { HOSTILE_IDS, newDigest, newPushed, SECOND } from './records.ts';
import type { Bench, Suite } from './suite.ts';
import { tamper } from './tamper.ts';

export function describePushedRequests({ describe, it }: Suite, bench: Bench): void {
  const insert = async (): Promise<ReturnType<typeof newPushed>> => {
    const pushed = newPushed();
    await bench.store.pushedRequests.insert(pushed, 90 * SECOND);
    return pushed;
  };

  describe('pushed requests', () => {
    it('are found as they were inserted, with their end and without a browser', async () => {
      const pushed = await insert();
      const found = await bench.store.pushedRequests.find(pushed.request_id);
      expect(found).toEqual({ v: 1, ...pushed, expires_at: expect.any(Number) });
      const left = found!.expires_at - bench.store.now();
      expect(Math.abs(left - 90 * SECOND)).toBeLessThan(10 * SECOND);
    });

    it('are kept once: the same again changes nothing, another is refused', async () => {
      const pushed = await insert();
      const browser = newDigest();
      await bench.store.pushedRequests.bind(pushed.request_id, browser);
      await bench.store.pushedRequests.insert(pushed, 90 * SECOND);
      const other = { ...pushed, parameters: 'scope=other' };
      const taken = bench.store.pushedRequests.insert(other, 90 * SECOND);
      await expect(taken).rejects.toThrow(StoreUnavailableError);
      const found = await bench.store.pushedRequests.find(pushed.request_id);
      expect(found).toMatchObject({ ...pushed, browser });
    });

    it('go to the first browser, as often as it comes, and to no other', async () => {
      const { request_id } = await insert();
      const [first, other] = [newDigest(), newDigest()];
      const bind = (browser: string): Promise<string> =>
        bench.store.pushedRequests.bind(request_id, browser);
      expect(await bind(first)).toBe('bound');
      expect(await bind(other)).toBe('foreign');
      expect(await bind(first)).toBe('bound');
      expect(await bench.store.pushedRequests.find(request_id)).toMatchObject({ browser: first });
    });

    it('go to one of many browsers that come at the same time', async () => {
      const { request_id } = await insert();
      const browsers = Array.from({ length: 20 }, newDigest);
      const outcomes = await Promise.all(
        browsers.map((browser) => bench.store.pushedRequests.bind(request_id, browser)),
      );
      expect(outcomes.filter((outcome) => outcome === 'bound')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'foreign')).toHaveLength(19);
    });

    it('end after their lifetime, for who looks and for who comes', async () => {
      const { request_id } = await insert();
      bench.advance(75 * SECOND);
      expect(await bench.store.pushedRequests.find(request_id)).toBeDefined();
      bench.advance(15 * SECOND);
      expect(await bench.store.pushedRequests.find(request_id)).toBeUndefined();
      expect(await bench.store.pushedRequests.bind(request_id, newDigest())).toBe('gone');
    });

    it('are out of reach of those who were handed one', async () => {
      const pushed = await insert();
      const before = structuredClone(pushed);
      tamper(pushed);
      tamper((await bench.store.pushedRequests.find(before.request_id))!);
      expect(await bench.store.pushedRequests.find(before.request_id)).toMatchObject(before);
    });

    it.each(HOSTILE_IDS)('are none under $name, which is no id of ours', async ({ id }) => {
      expect(await bench.store.pushedRequests.find(id)).toBeUndefined();
      expect(await bench.store.pushedRequests.bind(id, newDigest())).toBe('gone');
      const odd = newPushed({ request_id: id });
      await expect(bench.store.pushedRequests.insert(odd, SECOND)).rejects.toThrow(TypeError);
      const { request_id } = await insert();
      await expect(bench.store.pushedRequests.bind(request_id, id)).rejects.toThrow(TypeError);
    });
  });
}
