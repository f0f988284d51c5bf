/**
 * What every store does with authorization requests in progress.
 *
 * @module
 */
import { StoreUnavailableError } from '../../storage/store.ts';
import { expect } from './expect.ts';
import { MINUTE, newPending, SECOND, without, type NewPending } from './records.ts';
import type { Bench, Suite } from './suite.ts';
import { tamper } from './tamper.ts';

export function describeAuthorizations({ describe, it }: Suite, bench: Bench): void {
  const insert = async (): Promise<NewPending> => {
    const pending = newPending();
    await bench.store.authorizations.insert(pending, 10 * MINUTE);
    return pending;
  };

  describe('authorizations', () => {
    it('finds an authorization as it was inserted, undecided and with its times', async () => {
      const pending = await insert();
      const found = await bench.store.authorizations.find(pending.grant_id);
      expect(found).toEqual({
        pending: {
          v: 1,
          ...pending,
          created_at: expect.any(Number),
          expires_at: found!.pending.created_at + 10 * MINUTE,
        },
      });
      expect(Math.abs(found!.pending.created_at - bench.store.now())).toBeLessThan(10 * SECOND);
    });

    it('keeps members absent that were so', async () => {
      const absent = [
        ...(['state', 'nonce', 'auth_time_not_before'] as const),
        ...(['ui_locales', 'login_request', 'consent_prompted'] as const),
      ];
      const pending = without(newPending(), ...absent);
      await bench.store.authorizations.insert(pending, MINUTE);
      const found = await bench.store.authorizations.find(pending.grant_id);
      for (const name of absent) {
        expect(found!.pending).not.toHaveProperty(name);
      }
      for (const name of ['decision', 'attempt', 'login']) expect(found).not.toHaveProperty(name);
    });

    it('takes a repeated insertion for the same one and refuses another under its id', async () => {
      const pending = await insert();
      await bench.store.authorizations.insert(pending, 10 * MINUTE);
      const other = newPending({ grant_id: pending.grant_id });
      await expect(bench.store.authorizations.insert(other, MINUTE)).rejects.toThrow(
        StoreUnavailableError,
      );
      expect(await bench.store.authorizations.find(pending.grant_id)).toMatchObject({ pending });
    });

    it('forgets an authorization at its end, not before', async () => {
      const { grant_id } = await insert();
      bench.advance(10 * MINUTE - 15 * SECOND);
      expect(await bench.store.authorizations.find(grant_id)).toBeDefined();
      bench.advance(15 * SECOND);
      expect(await bench.store.authorizations.find(grant_id)).toBeUndefined();
    });

    it('keeps its records out of reach of those who were handed one', async () => {
      const pending = await insert();
      const found = (await bench.store.authorizations.find(pending.grant_id))!;
      const before = structuredClone(found);
      tamper(pending);
      tamper(found);
      expect(await bench.store.authorizations.find(before.pending.grant_id)).toEqual(before);
    });
  });
}
