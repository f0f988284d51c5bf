/**
 * What every store does with the logins elsewhere that an authorization request waits for.
 *
 * @module
 */
import type { FoundAuthorization, LoginAttempt, LoginResult } from '../../storage/store.ts';
import { StoreUnavailableError } from '../../storage/store.ts';
import { expect } from './expect.ts';
import {
  allowOf,
  HOSTILE_IDS,
  MINUTE,
  newAttempt,
  newDigest,
  newGrantId,
  newLogin,
  newPending,
  newRequestId,
  without,
  type NewPending,
} from './records.ts';
import type { Bench, Suite } from './suite.ts';

export function describeLogins({ describe, it }: Suite, bench: Bench): void {
  const insert = async (attempt?: LoginAttempt): Promise<NewPending> => {
    const pending = newPending();
    await bench.store.authorizations.insert(pending, 10 * MINUTE, attempt);
    return pending;
  };
  const find = (grantId: string): Promise<FoundAuthorization | undefined> =>
    bench.store.authorizations.find(grantId);
  const begin = (grantId: string, attempt: LoginAttempt): Promise<string> =>
    bench.store.authorizations.beginLogin(grantId, attempt);
  const take = (grantId: string, state: string, requestId = newRequestId()): Promise<string> =>
    bench.store.authorizations.takeLogin(grantId, state, { requestId });
  const complete = (
    grantId: string,
    result: LoginResult,
    requestId = newRequestId(),
  ): Promise<string> => bench.store.authorizations.completeLogin(grantId, result, { requestId });
  const deny = (grantId: string): Promise<string> =>
    bench.store.authorizations.deny(grantId, { requestId: newRequestId() });

  describe('a login elsewhere that begins', () => {
    it('is refused where the state is no digest', async () => {
      const attempt = newAttempt({ state: 'state' });
      await expect(insert(attempt)).rejects.toThrow(TypeError);
      const { grant_id } = await insert();
      await expect(begin(grant_id, attempt)).rejects.toThrow(TypeError);
    });

    it('is found beside the request that it was inserted with', async () => {
      const attempt = newAttempt();
      const pending = await insert(attempt);
      expect(await find(pending.grant_id)).toMatchObject({ pending, attempt });
    });

    it('is the same when it is inserted again, and no other under that id', async () => {
      const attempt = newAttempt();
      const pending = await insert(attempt);
      const { authorizations } = bench.store;
      await authorizations.insert(pending, 10 * MINUTE, attempt);
      for (const other of [undefined, newAttempt()]) {
        const inserted = authorizations.insert(pending, 10 * MINUTE, other);
        await expect(inserted).rejects.toThrow(StoreUnavailableError);
      }
      expect(await take(pending.grant_id, attempt.state)).toBe('taken');
    });

    it('takes the place of an earlier one, whose state is good no more', async () => {
      const [first, second] = [newAttempt(), newAttempt({ upstream: 'other', secrets: 'others' })];
      const { grant_id } = await insert(first);
      expect(await begin(grant_id, second)).toBe('done');
      expect(await find(grant_id)).toMatchObject({ attempt: second });
      expect(await take(grant_id, first.state)).toBe('gone');
      expect(await take(grant_id, second.state)).toBe('taken');
    });

    it('can begin after another has been used up', async () => {
      const [first, second] = [newAttempt(), newAttempt()];
      const { grant_id } = await insert(first);
      await take(grant_id, first.state);
      expect(await begin(grant_id, second)).toBe('done');
      expect(await take(grant_id, first.state)).toBe('gone');
      expect(await take(grant_id, second.state)).toBe('taken');
    });

    it('does not make a used state good again when it is noted twice', async () => {
      const attempt = newAttempt();
      const { grant_id } = await insert();
      expect(await begin(grant_id, attempt)).toBe('done');
      await take(grant_id, attempt.state);
      expect(await begin(grant_id, attempt)).toBe('done');
      expect(await take(grant_id, attempt.state)).toBe('gone');
    });

    it('does not begin once the request is decided, and is gone with it', async () => {
      const { grant_id } = await insert();
      await deny(grant_id);
      expect(await begin(grant_id, newAttempt())).toBe('decided');
      expect(await find(grant_id)).not.toHaveProperty('attempt');
      bench.advance(10 * MINUTE);
      expect(await begin(grant_id, newAttempt())).toBe('gone');
      expect(await begin(newGrantId(), newAttempt())).toBe('gone');
    });
  });

  describe('the state of a login elsewhere', () => {
    it('is good once, and the attempt can still be found', async () => {
      const attempt = newAttempt();
      const { grant_id } = await insert(attempt);
      expect(await take(grant_id, attempt.state)).toBe('taken');
      expect(await take(grant_id, attempt.state)).toBe('gone');
      expect(await find(grant_id)).toMatchObject({ attempt });
    });

    it('answers a repetition of the call as it answered the call, also once decided', async () => {
      const attempt = newAttempt();
      const requestId = newRequestId();
      const { grant_id } = await insert(attempt);
      expect(await take(grant_id, attempt.state, requestId)).toBe('taken');
      await deny(grant_id);
      expect(await take(grant_id, attempt.state, requestId)).toBe('taken');
    });

    it.each(['', 'state', newDigest()])('is not used up by another: "%s"', async (state) => {
      const attempt = newAttempt();
      const { grant_id } = await insert(attempt);
      const before = await find(grant_id);
      expect(await take(grant_id, state)).toBe('gone');
      expect(await find(grant_id)).toEqual(before);
      expect(await take(grant_id, attempt.state)).toBe('taken');
    });

    it('is gone where no login was begun', async () => {
      const { grant_id } = await insert();
      for (const state of ['', newDigest()]) expect(await take(grant_id, state)).toBe('gone');
      expect(await take(newGrantId(), newDigest())).toBe('gone');
    });

    it('is gone once the request is decided or over', async () => {
      const attempt = newAttempt();
      const denied = await insert(attempt);
      await deny(denied.grant_id);
      expect(await take(denied.grant_id, attempt.state)).toBe('gone');
      const allowed = await insert(attempt);
      await bench.store.authorizations.allow(allowOf(allowed));
      expect(await take(allowed.grant_id, attempt.state)).toBe('gone');
      const expired = await insert(attempt);
      bench.advance(10 * MINUTE);
      expect(await take(expired.grant_id, attempt.state)).toBe('gone');
    });

    it('is taken by one of fifty who come at once', async () => {
      const attempt = newAttempt();
      const { grant_id } = await insert(attempt);
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, () => take(grant_id, attempt.state)),
      );
      expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(1);
    });
  });

  describe('a login elsewhere that is done', () => {
    it('is found beside the request, with and without tokens', async () => {
      const attempt = newAttempt();
      for (const login of [newLogin(), without(newLogin(), 'tokens')]) {
        const pending = await insert(attempt);
        expect(await complete(pending.grant_id, login)).toBe('done');
        const found = (await find(pending.grant_id))!;
        expect(found).toMatchObject({ pending, attempt });
        expect(found.login).toEqual(login);
      }
    });

    it('takes the place of an earlier one, and of its tokens', async () => {
      const { grant_id } = await insert();
      const second = without(newLogin({ upstream: 'other' }), 'tokens');
      expect(await complete(grant_id, newLogin())).toBe('done');
      expect(await complete(grant_id, second)).toBe('done');
      expect((await find(grant_id))!.login).toEqual(second);
    });

    it('answers a repetition of the call as it answered the call, and changes nothing', async () => {
      const [first, second] = [newLogin(), newLogin()];
      const requestId = newRequestId();
      const { grant_id } = await insert();
      await complete(grant_id, first, requestId);
      expect(await complete(grant_id, second, requestId)).toBe('done');
      await deny(grant_id);
      expect(await complete(grant_id, second, requestId)).toBe('done');
      expect((await find(grant_id))!.login).toEqual(first);
    });

    it('stays when another one begins', async () => {
      const login = newLogin();
      const { grant_id } = await insert(newAttempt());
      await complete(grant_id, login);
      await begin(grant_id, newAttempt());
      expect(await find(grant_id)).toMatchObject({ login });
    });

    it('is not noted once the request is decided or over', async () => {
      const { grant_id } = await insert();
      await deny(grant_id);
      expect(await complete(grant_id, newLogin())).toBe('decided');
      expect(await find(grant_id)).not.toHaveProperty('login');
      bench.advance(10 * MINUTE);
      expect(await complete(grant_id, newLogin())).toBe('gone');
      expect(await complete(newGrantId(), newLogin())).toBe('gone');
    });
  });

  it.each(HOSTILE_IDS)('knows no login of an authorization whose id is $name', async ({ id }) => {
    expect(await begin(id, newAttempt())).toBe('gone');
    expect(await take(id, newDigest())).toBe('gone');
    expect(await complete(id, newLogin())).toBe('gone');
  });
}
