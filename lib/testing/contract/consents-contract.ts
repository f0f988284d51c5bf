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

    it('are as old as the oldest of them, where that is told, and never from the future', async () => {
      const [subject, client, consent] = [newDigest(), newDigest(), newConsent()];
      await remember(subject, client, consent);
      const since = (await kept(subject, client))[0]!.remembered_at!;
      bench.advance(100 * DAY);
      await remember(subject, client, { ...consent, since });
      expect((await kept(subject, client))[0]!.remembered_at).toBe(since);
      bench.advance(264 * DAY);
      expect(await find(subject, client)).toEqual([consent]);
      bench.advance(DAY);
      expect(await find(subject, client)).toEqual([]);
      await remember(subject, client, { ...consent, since: Math.ceil(bench.store.now()) + DAY });
      bench.advance(YEAR);
      expect(await find(subject, client)).toEqual([]);
      await remember(subject, client, { ...consent, since: 0 });
      expect(await find(subject, client)).toEqual([]);
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

    it('are all forgotten for a person, whichever client they were for, and for nobody else', async () => {
      const [subject, other, clients] = [newDigest(), newDigest(), [newDigest(), newDigest()]];
      const consent = newConsent();
      for (const client of clients) {
        await remember(subject, client, consent);
        await remember(other, client, consent);
      }
      await bench.store.consents.forgetAll(subject, YEAR + DAY);
      await bench.store.consents.forgetAll(subject, YEAR + DAY);
      for (const client of clients) {
        expect(await find(subject, client)).toEqual([]);
        expect(await find(other, client)).toEqual([consent]);
      }
    });

    it('are remembered anew when all before were forgotten, and those alone', async () => {
      const [subject, client] = [newDigest(), newDigest()];
      const [before, after] = [newConsent(), newConsent()];
      await remember(subject, client, before);
      await bench.store.consents.forgetAll(subject, YEAR + DAY);
      bench.advance(SECOND);
      await remember(subject, client, after);
      expect(await find(subject, client)).toEqual([after]);
      await remember(subject, client, before);
      expect(await find(subject, client)).toHaveLength(2);
    });

    it('stay forgotten until they have ended, however many were forgotten since', async () => {
      const [subject, client, consent] = [newDigest(), newDigest(), newConsent()];
      await remember(subject, client, consent);
      await bench.store.consents.forgetAll(subject, YEAR + DAY);
      for (const days of [100, 264]) {
        bench.advance(days * DAY);
        expect(await find(subject, client)).toEqual([]);
      }
      await remember(subject, client, newConsent());
      await bench.store.consents.forgetAll(subject, YEAR + DAY);
      bench.advance(DAY);
      expect(await find(subject, client)).toEqual([]);
      bench.advance(363 * DAY);
      expect(await find(subject, client)).toEqual([]);
    });

    it('of before are forgotten also when others come at the same time', async () => {
      const subject = newDigest();
      const clients = Array.from({ length: 20 }, newDigest);
      const [before, meanwhile] = [newConsent(), newConsent()];
      await Promise.all(clients.map((client) => remember(subject, client, before)));
      bench.advance(SECOND);
      await Promise.all([
        ...clients.slice(0, 10).map((client) => remember(subject, client, meanwhile)),
        bench.store.consents.forgetAll(subject, YEAR + DAY),
        ...clients.slice(10).map((client) => remember(subject, client, meanwhile)),
      ]);
      for (const client of clients) {
        const found = await find(subject, client);
        expect(found.filter(({ target }) => target !== meanwhile.target)).toEqual([]);
      }
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
      await expect(bench.store.consents.forgetAll(id, DAY)).rejects.toThrow(TypeError);
      await expect(remember(id, newDigest(), consent)).rejects.toThrow(TypeError);
      await expect(remember(newDigest(), id, consent)).rejects.toThrow(TypeError);
      for (const odd of [newConsent({ target: id }), newConsent({ shown: id })]) {
        await expect(remember(newDigest(), newDigest(), odd)).rejects.toThrow(TypeError);
      }
    });
  });
}
