/**
 * What every store does with remembered consents.
 *
 * @module
 */
import type { KeptConsent, RememberedConsent } from '../../storage/store.ts';
import { expect } from './expect.ts';
import { DAY, HOSTILE_IDS, MINUTE, newConsent, newDigest, SECOND } from './records.ts';
import type { Bench, Suite } from './suite.ts';
import { tamper } from './tamper.ts';

const YEAR = 365 * DAY;

export function describeConsents({ describe, it }: Suite, bench: Bench): void {
  const kept = (subject: string, client: string): Promise<readonly KeptConsent[]> =>
    bench.store.consents.find(subject, client);
  /** Without the time that the store adds. */
  const find = async (subject: string, client: string): Promise<RememberedConsent[]> =>
    (await kept(subject, client)).map(({ target, scope, shown }) => ({ target, scope, shown }));
  const remember = (
    subject: string,
    client: string,
    consent: RememberedConsent,
    ttlMs = YEAR,
  ): Promise<void> => bench.store.consents.remember(subject, client, consent, ttlMs);

  describe('remembered consents', () => {
    it('are none where nothing was remembered', async () => {
      expect(await find(newDigest(), newDigest())).toEqual([]);
    });

    it('are found by person and client, and by nobody and nothing else', async () => {
      const [subject, client, consent] = [newDigest(), newDigest(), newConsent()];
      await remember(subject, client, consent);
      expect(await find(subject, client)).toEqual([consent]);
      expect(await find(newDigest(), client)).toEqual([]);
      expect(await find(subject, newDigest())).toEqual([]);
      expect(await find(client, subject)).toEqual([]);
    });

    it('are one for each target: the last', async () => {
      const [subject, client] = [newDigest(), newDigest()];
      const [one, other] = [newConsent(), newConsent({ scope: '' })];
      for (const consent of [one, other]) await remember(subject, client, consent);
      const again = { ...one, scope: 'read', shown: newDigest() };
      await remember(subject, client, again);
      const found = await find(subject, client);
      expect(found).toHaveLength(2);
      expect(found).toEqual(expect.arrayContaining([again, other]));
    });

    it('say when they were remembered, the last time', async () => {
      const [subject, client, consent] = [newDigest(), newDigest(), newConsent()];
      const timeOf = async (): Promise<number> => {
        await remember(subject, client, consent);
        return (await kept(subject, client))[0]?.remembered_at ?? 0;
      };
      const before = bench.store.now();
      const first = await timeOf();
      expect(Math.abs(first - before)).toBeLessThan(20 * SECOND);
      bench.advance(DAY);
      expect((await timeOf()) - first).toBeGreaterThanOrEqual(DAY);
    });

    it('end after their lifetime, not before', async () => {
      const [subject, client, consent] = [newDigest(), newDigest(), newConsent()];
      await remember(subject, client, consent);
      bench.advance(YEAR - 15 * SECOND);
      expect(await find(subject, client)).toEqual([consent]);
      bench.advance(15 * SECOND);
      expect(await find(subject, client)).toEqual([]);
    });

    it('end each at its own time, whichever came last', async () => {
      const [subject, client] = [newDigest(), newDigest()];
      const [long, short] = [newConsent(), newConsent()];
      await remember(subject, client, long, DAY);
      await remember(subject, client, short, MINUTE);
      bench.advance(MINUTE);
      expect(await find(subject, client)).toEqual([long]);
      bench.advance(DAY - 60 * MINUTE);
      expect(await find(subject, client)).toEqual([long]);
      await remember(subject, client, short, DAY);
      bench.advance(2 * 60 * MINUTE);
      expect(await find(subject, client)).toEqual([short]);
    });

    it('are all forgotten at once, and those of nobody else', async () => {
      const [subject, client, other] = [newDigest(), newDigest(), newDigest()];
      const kept = newConsent();
      for (const consent of [newConsent(), newConsent()]) await remember(subject, client, consent);
      await remember(subject, other, kept);
      await remember(other, client, kept);
      await bench.store.consents.forget(subject, client);
      await bench.store.consents.forget(subject, client);
      expect(await find(subject, client)).toEqual([]);
      expect(await find(subject, other)).toEqual([kept]);
      expect(await find(other, client)).toEqual([kept]);
    });

    it('keep what was remembered at the same time', async () => {
      const [subject, client] = [newDigest(), newDigest()];
      const consents = Array.from({ length: 50 }, () => newConsent());
      await Promise.all(consents.map((consent) => remember(subject, client, consent)));
      expect(await find(subject, client)).toHaveLength(50);
    });

    it('are out of reach of those who were handed one', async () => {
      const [subject, client, consent] = [newDigest(), newDigest(), newConsent()];
      const before = structuredClone(consent);
      await remember(subject, client, consent);
      tamper(consent);
      tamper((await kept(subject, client))[0]!);
      expect(await find(subject, client)).toEqual([before]);
    });

    it.each(HOSTILE_IDS)('are none under $name, which is no digest', async ({ id }) => {
      const consent = newConsent();
      expect(await find(id, newDigest())).toEqual([]);
      expect(await find(newDigest(), id)).toEqual([]);
      await bench.store.consents.forget(id, id);
      await expect(remember(id, newDigest(), consent)).rejects.toThrow(TypeError);
      await expect(remember(newDigest(), id, consent)).rejects.toThrow(TypeError);
      for (const odd of [newConsent({ target: id }), newConsent({ shown: id })]) {
        await expect(remember(newDigest(), newDigest(), odd)).rejects.toThrow(TypeError);
      }
    });
  });
}
