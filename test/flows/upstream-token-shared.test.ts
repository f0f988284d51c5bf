import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { AuthInfo } from '../../lib/http/auth-info.ts';
import type { UpstreamToken } from '../../lib/services/upstream-token.ts';
import { StoreUnavailableError, type Store } from '../../lib/storage/store.ts';
import { createEnvelopes } from '../../lib/tokens/envelope.ts';
import { UpstreamRefusedError } from '../../lib/upstream/port.ts';
import { newRequestId } from '../contract/records.ts';
import { createTestApp, ISSUER, SECRET, type TestApp } from '../support/app.ts';
import { createClock, type Clock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import {
  createScriptedUpstream,
  grantWithTokens,
  tokensAt,
  type ScriptedUpstream,
} from '../support/scripted-upstream.ts';
import { STORE_KINDS, type Deployment } from '../support/stores.ts';

const MINUTE = 60_000;
const envelopes = createEnvelopes({ secrets: [SECRET], issuer: ISSUER, randomBytes });

describe.each(STORE_KINDS)('upstream tokens of two instances, in $kind', (kind) => {
  let clock: Clock;
  let deployment: Deployment;
  let store: Store;
  let login: ScriptedUpstream;
  let instances: [TestApp, TestApp];

  beforeEach(() => {
    clock = createClock(Date.now());
    deployment = kind.deploy(clock);
    store = deployment.store();
    login = createScriptedUpstream();
    const start = (own: Store = deployment.store()): TestApp =>
      createTestApp({ clock, options: { login, store: own, signingKeys: SIGNING_KEY } });
    instances = [start(), start()];
  });
  afterEach(() => deployment.close());

  const tokenOf = ({ server }: TestApp, grantId: string): Promise<UpstreamToken> =>
    server.upstreamToken({ extra: { grantId } } as unknown as AuthInfo);
  const expiredGrant = (): Promise<string> =>
    grantWithTokens(store, envelopes, tokensAt(clock.now(), { expires_at: clock.now() }));
  const manyAsk = (grantId: string): Promise<PromiseSettledResult<UpstreamToken>[]> =>
    Promise.allSettled(
      Array.from({ length: 40 }, (_, nth) => tokenOf(instances[nth % 2 === 0 ? 0 : 1], grantId)),
    );

  it('are refreshed once, however many need them, and all get the same (G194)', async () => {
    const grantId = await expiredGrant();
    login.refreshes(async () => {
      await wait(300);
      return tokensAt(clock.now());
    });
    const given = await manyAsk(grantId);
    const tokens = given.map((one) => (one.status === 'fulfilled' ? one.value.accessToken : one));
    expect(new Set(tokens).size).toBe(1);
    expect(login.refreshed).toHaveLength(1);
    // The provider has rotated: the next refresh is with what it gave.
    clock.advance(10 * MINUTE);
    await manyAsk(grantId);
    expect(login.refreshed).toHaveLength(2);
    expect(login.refreshed[1]!.access_token).toBe(tokens[0]);
  });

  it('are over for all who wait when the provider says so, and it is asked once', async () => {
    const grantId = await expiredGrant();
    login.refreshes(async () => {
      await wait(300);
      throw new UpstreamRefusedError('invalid_grant', 'the person has to log in again');
    });
    for (const answer of await manyAsk(grantId)) {
      expect(answer).toMatchObject({ reason: { code: 'login_required', status: 401 } });
    }
    expect(login.refreshed).toHaveLength(1);
  });

  it('are refreshed by another instance when one dies with the lock', async () => {
    const grantId = await expiredGrant();
    const next = tokensAt(clock.now());
    login.refreshes(async () => next);
    await store.upstreamTokens.lock(grantId, 'dead', 1_000 + MINUTE);
    const waiting = tokenOf(instances[0], grantId);
    await wait(250);
    expect(login.refreshed).toEqual([]);
    clock.advance(MINUTE + 1_000);
    expect(await waiting).toMatchObject({ accessToken: next.access_token });
  });

  it('are not put over those of whoever has the lock by then', async () => {
    const grantId = await expiredGrant();
    login.refreshes(async () => {
      await store.upstreamTokens.replace(grantId, {
        owner: await takeOver(grantId),
        sealed: 'those of another',
        requestId: newRequestId(),
      });
      return tokensAt(clock.now());
    });
    await tokenOf(instances[0], grantId).catch(() => undefined);
    expect(await store.upstreamTokens.find(grantId)).toBe('those of another');
  });

  it('are revoked at the provider when their grant ended while they were refreshed', async () => {
    const grantId = await expiredGrant();
    const next = tokensAt(clock.now());
    login.refreshes(async () => {
      await store.grants.revoke(grantId, { requestId: newRequestId() });
      return next;
    });
    const token = tokenOf(instances[0], grantId);
    await expect(token).rejects.toMatchObject({ code: 'no_upstream_token' });
    expect(login.revoked).toEqual([next]);
  });

  /** As if the lock had ended, and another had it. */
  async function takeOver(grantId: string): Promise<string> {
    clock.advance(MINUTE);
    await store.upstreamTokens.lock(grantId, 'other', MINUTE);
    return 'other';
  }
});

describe.each(STORE_KINDS)('upstream tokens that cannot be written, in $kind', (kind) => {
  it.each([
    { name: 'at once', failures: 1, want: 'kept' },
    { name: 'ever', failures: Infinity, want: 'not kept' },
  ])('are good all the same, and $want where not $name (G193)', async ({ failures, want }) => {
    const clock = createClock(Date.now());
    const deployment = kind.deploy(clock);
    const store = deployment.store();
    const login = createScriptedUpstream();
    let left = failures;
    const part = store.upstreamTokens;
    const failing: Store['upstreamTokens'] = {
      find: (id) => part.find(id),
      lock: (...given) => part.lock(...given),
      unlock: (...given) => part.unlock(...given),
      take: (id) => part.take(id),
      async replace(...given) {
        if ((left -= 1) >= 0) throw new StoreUnavailableError('away');
        return part.replace(...given);
      },
    };
    const grantId = await grantWithTokens(
      store,
      envelopes,
      tokensAt(clock.now(), { expires_at: clock.now() }),
    );
    const { clients, authorizations, grants, consents, assertions, keys, initialAccessTokens } =
      store;
    const given: Store = {
      ...{ shared: store.shared, clients, authorizations, grants, consents, keys },
      assertions,
      stats: store.stats,
      pushedRequests: store.pushedRequests,
      upstreamTokens: failing,
      initialAccessTokens,
      clientStates: store.clientStates,
      switches: store.switches,
      claim: (issuer) => store.claim(issuer),
      now: () => store.now(),
      close: () => store.close(),
    };
    const { server, log } = createTestApp({
      clock,
      options: { login, store: given, signingKeys: SIGNING_KEY },
    });
    const next = tokensAt(clock.now());
    login.refreshes(async () => next);
    const auth = { extra: { grantId } } as unknown as AuthInfo;
    expect(await server.upstreamToken(auth)).toMatchObject({ accessToken: next.access_token });
    const before = await store.upstreamTokens.find(grantId);
    expect(before).toBeDefined();
    const said = log.at('warn').map(({ message }) => message);
    expect(said.includes('upstream tokens not kept')).toBe(want === 'not kept');
    left = 0;
    const refreshes = login.refreshed.length;
    await server.upstreamToken(auth);
    expect(login.refreshed.length - refreshes).toBe(want === 'kept' ? 0 : 1);
    await deployment.close();
  });
});
