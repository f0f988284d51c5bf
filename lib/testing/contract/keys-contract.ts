/**
 * What every store does with the sealed signing keys, and with the issuer that it belongs to.
 *
 * @module
 */
import { expect } from './expect.ts';
import { newRequestId } from './records.ts';
import type { Bench, Suite } from './suite.ts';

const ISSUER = 'https://auth.example.com';

export function describeKeys({ describe, it }: Suite, bench: Bench): void {
  describe('signing keys', () => {
    const replace = (text: string, expected?: string, requestId = newRequestId()) =>
      bench.store.keys.replace({ text, expected, requestId });

    it('are not there at first', async () => {
      expect(await bench.store.keys.read()).toBeUndefined();
    });

    it('are not replaced by who expects others', async () => {
      expect(await replace('first', newRequestId())).toBe('changed');
      expect(await bench.store.keys.read()).toBeUndefined();
      const revision = newRequestId();
      await replace('first', undefined, revision);
      expect(await replace('second')).toBe('changed');
      expect(await replace('second', newRequestId())).toBe('changed');
      expect(await bench.store.keys.read()).toEqual({ text: 'first', revision });
    });

    it('are replaced by who has read them, once', async () => {
      const [one, two, three] = [newRequestId(), newRequestId(), newRequestId()];
      expect(await replace('first', undefined, one)).toBe('replaced');
      expect(await replace('second', one, two)).toBe('replaced');
      expect(await replace('third', one, three)).toBe('changed');
      expect(await bench.store.keys.read()).toEqual({ text: 'second', revision: two });
    });

    it('answer the same attempt as the first time', async () => {
      const requestId = newRequestId();
      await replace('first', undefined, requestId);
      expect(await replace('first', undefined, requestId)).toBe('replaced');
      expect(await bench.store.keys.read()).toEqual({ text: 'first', revision: requestId });
    });

    it('are written by one of many at once', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, i) => replace(`text ${String(i)}`)),
      );
      expect(outcomes.filter((outcome) => outcome === 'replaced')).toHaveLength(1);
      const winner = outcomes.indexOf('replaced');
      expect((await bench.store.keys.read())?.text).toBe(`text ${String(winner)}`);
    });

    it('have no end', async () => {
      await replace('first');
      bench.advance(400 * 24 * 3600_000);
      expect((await bench.store.keys.read())?.text).toBe('first');
    });
  });

  describe('the issuer of the store', () => {
    it('is the first that claims it, also of many at once', async () => {
      const issuers = Array.from({ length: 20 }, (_, i) => `${ISSUER}/${String(i)}`);
      const owners = await Promise.all(issuers.map((issuer) => bench.store.claim(issuer)));
      expect(new Set(owners).size).toBe(1);
      expect(issuers).toContain(owners[0]);
      expect(await bench.store.claim(ISSUER)).toBe(owners[0]);
    });

    it('stays what it is', async () => {
      expect(await bench.store.claim(ISSUER)).toBe(ISSUER);
      bench.advance(400 * 24 * 3600_000);
      expect(await bench.store.claim(`${ISSUER}/other`)).toBe(ISSUER);
    });

    it('is told without a claim', async () => {
      expect(await bench.store.owner?.()).toBeUndefined();
      await bench.store.claim(ISSUER);
      expect(await bench.store.owner?.()).toBe(ISSUER);
    });
  });
}
