/**
 * What every store does with the switches of an incident that are for everybody.
 *
 * @module
 */
import { expect } from './expect.ts';
import { DAY, SECOND } from './records.ts';
import type { Bench, Suite } from './suite.ts';
import { tamper } from './tamper.ts';

const ISSUER = 'https://auth.example.com';

export function describeSwitches({ describe, it }: Suite, bench: Bench): void {
  const switches = (): Bench['store']['switches'] => bench.store.switches;
  const epoch = async (): Promise<number> => (await switches().read()).revoked_before;
  /** A moment of before, in whole milliseconds. */
  const ago = (ms: number): number => Math.floor(bench.store.now()) - ms;

  describe('the moment until which all grants are over', () => {
    it("is none at first, also for a store that is somebody's", async () => {
      expect(await switches().read()).toEqual({ revoked_before: 0 });
      await bench.store.claim(ISSUER);
      expect(await switches().read()).toEqual({ revoked_before: 0 });
    });

    it('is where it was moved to, and the store is whose it was', async () => {
      await bench.store.claim(ISSUER);
      const before = ago(DAY);
      expect(await switches().raise(before)).toBe(before);
      expect(await epoch()).toBe(before);
      expect(await bench.store.claim(`${ISSUER}/other`)).toBe(ISSUER);
    });

    it('never goes back, also with many who move it at once', async () => {
      await bench.store.claim(ISSUER);
      const moments = Array.from({ length: 20 }, (_, nth) => ago((nth + 1) * DAY));
      const latest = Math.max(...moments);
      await Promise.all(moments.map((moment) => switches().raise(moment)));
      expect(await epoch()).toBe(latest);
      expect(await switches().raise(ago(40 * DAY))).toBe(latest);
      expect(await epoch()).toBe(latest);
    });

    it('is never in the future, by the clock of the store', async () => {
      await bench.store.claim(ISSUER);
      const reached = await switches().raise(ago(-DAY));
      expect(Math.abs(reached - bench.store.now())).toBeLessThan(20 * SECOND);
      expect(await epoch()).toBe(reached);
    });

    it('has no end', async () => {
      await bench.store.claim(ISSUER);
      const before = await switches().raise(ago(DAY));
      bench.advance(400 * DAY);
      expect(await epoch()).toBe(before);
    });
  });

  describe('registration that is closed', () => {
    it('stays so, with its reason and since when, until it is opened', async () => {
      await bench.store.claim(ISSUER);
      expect(await switches().openRegistration()).toBe(false);
      const before = ago(0);
      expect(await switches().closeRegistration('a flood')).toBe(true);
      bench.advance(400 * DAY);
      const { registration_closed: closed, ...others } = await switches().read();
      expect(closed).toEqual({ since: expect.any(Number), reason: 'a flood' });
      expect(Math.abs((closed?.since ?? 0) - before)).toBeLessThan(20 * SECOND);
      expect(others).toEqual({ revoked_before: 0 });
      expect(await switches().openRegistration()).toBe(true);
      expect(await switches().read()).toEqual({ revoked_before: 0 });
    });

    it('is closed since when it was, also when it is closed again; a new reason counts', async () => {
      await bench.store.claim(ISSUER);
      await switches().closeRegistration();
      const { registration_closed: first } = await switches().read();
      expect(first).not.toHaveProperty('reason');
      bench.advance(DAY);
      expect(await switches().closeRegistration('a flood')).toBe(false);
      expect(await switches().closeRegistration()).toBe(false);
      const { registration_closed: then } = await switches().read();
      expect(then).toEqual({ since: first?.since, reason: 'a flood' });
      await switches().openRegistration();
      await switches().closeRegistration();
      expect((await switches().read()).registration_closed).not.toHaveProperty('reason');
      await switches().openRegistration();
    });

    it('is closed by one of many at once, and opened by one', async () => {
      await bench.store.claim(ISSUER);
      const many = <Outcome>(act: () => Promise<Outcome>): Promise<Outcome[]> =>
        Promise.all(Array.from({ length: 20 }, act));
      const closed = await many(() => switches().closeRegistration('at once'));
      expect(closed.filter(Boolean)).toHaveLength(1);
      const opened = await many(() => switches().openRegistration());
      expect(opened.filter(Boolean)).toHaveLength(1);
    });

    it('leaves the moment alone, and is left alone by it', async () => {
      await bench.store.claim(ISSUER);
      const before = await switches().raise(ago(DAY));
      await switches().closeRegistration('a flood');
      tamper(await switches().read());
      expect(await switches().read()).toMatchObject({
        revoked_before: before,
        registration_closed: { reason: 'a flood' },
      });
      const later = await switches().raise(ago(0));
      await switches().openRegistration();
      expect(await switches().read()).toEqual({ revoked_before: later });
    });
  });
}
