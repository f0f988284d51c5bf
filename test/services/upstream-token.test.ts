import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { createUpstreamToken, type UpstreamTokenOf } from '../../lib/services/upstream-token.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { StoreUnavailableError, type Store } from '../../lib/storage/store.ts';
import { createEnvelopes, type Envelopes } from '../../lib/tokens/envelope.ts';
import {
  UpstreamRefusedError,
  UpstreamUnavailableError,
  type UpstreamTokens,
} from '../../lib/upstream/port.ts';
import { newGrantId, newRequestId, redeemedGrant, without } from '../contract/records.ts';
import { createClock, type Clock } from '../support/clock.ts';
import { createLogRecorder, type LogRecorder } from '../support/log-recorder.ts';
import {
  createScriptedUpstream,
  grantWithTokens,
  tokensAt,
  UPSTREAM,
  type ScriptedUpstream,
} from '../support/scripted-upstream.ts';

const envelopesOf = (...secrets: string[]): Envelopes =>
  createEnvelopes({ secrets, issuer: 'https://auth.example.com', randomBytes });
const SECOND = 1_000;

let clock: Clock;
let store: Store;
let log: LogRecorder;
let login: ScriptedUpstream;
let tokenOf: UpstreamTokenOf;
const envelopes = envelopesOf('a'.repeat(32));

beforeEach(() => {
  clock = createClock();
  store = new MemoryStore({ now: clock.now });
  log = createLogRecorder();
  login = createScriptedUpstream();
  tokenOf = create();
});

function create(upstreamTokens = store.upstreamTokens, sealing = envelopes): UpstreamTokenOf {
  return createUpstreamToken({
    upstreams: new Map([[login.name, login]]),
    requireStanding: () => Promise.resolve(),
    upstreamTokens,
    envelopes: sealing,
    logger: log.logger,
    now: clock.now,
    newRequestId: randomUUID,
  });
}

const grantWith = (tokens: UpstreamTokens, upstream?: string): Promise<string> =>
  grantWithTokens(store, envelopes, tokens, upstream);
/** Waits for what goes on by itself. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate);
}
const inAnHour = (): UpstreamTokens =>
  tokensAt(clock.now(), { expires_at: clock.now() + 3_600_000 });
const refused = (code: ConstructorParameters<typeof UpstreamRefusedError>[0]) => () =>
  Promise.reject(new UpstreamRefusedError(code, 'the provider refused'));
const down = () => Promise.reject(new UpstreamUnavailableError('the provider is down'));

describe('the token of the identity provider, refused', () => {
  it.each([
    { name: 'there never was a grant', grant: async () => newGrantId() },
    { name: 'the login was not elsewhere', grant: () => redeemedGrant(store) },
    {
      name: 'the grant was revoked',
      grant: async () => {
        const grantId = await grantWith(tokensAt(clock.now()));
        await store.grants.revoke(grantId, { requestId: newRequestId() });
        return grantId;
      },
    },
  ])('is none where $name', async ({ grant }) => {
    const token = tokenOf(await grant());
    await expect(token).rejects.toMatchObject({
      name: 'UpstreamTokenError',
      code: 'no_upstream_token',
      status: 401,
    });
  });

  it('needs a new login where the secret that it was sealed under is gone', async () => {
    const grantId = await grantWith(tokensAt(clock.now()));
    const other = create(store.upstreamTokens, envelopesOf('b'.repeat(32)));
    const want = { code: 'login_required', status: 401 };
    await expect(other(grantId)).rejects.toMatchObject(want);
  });

  it('is sealed again when it is asked for, so that no change of secrets loses it', async () => {
    const grantId = await grantWith(inAnHour());
    const [old, next] = ['a'.repeat(32), 'b'.repeat(32)];
    const sealed = await store.upstreamTokens.find(grantId);
    const both = create(store.upstreamTokens, envelopesOf(old, next));
    const token = await both(grantId);
    await until(async () => (await store.upstreamTokens.find(grantId)) !== sealed);
    const later = create(store.upstreamTokens, envelopesOf(next));
    expect(await later(grantId)).toEqual(token);
    expect(login.refreshed).toEqual([]);
  });

  it('is not available to another grant that the text was moved to', async () => {
    const [one, other] = [await grantWith(inAnHour()), await grantWith(inAnHour())];
    const moved = {
      ...store.upstreamTokens,
      find: () => store.upstreamTokens.find(one),
    } as Store['upstreamTokens'];
    const token = create(moved)(other);
    await expect(token).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });

  it('needs a new login once the provider says so, and does not ask it again', async () => {
    const tokens = tokensAt(clock.now(), { expires_at: clock.now() + 30 * SECOND });
    const grantId = await grantWith(tokens);
    login.refreshes(refused('invalid_grant'));
    const want = { code: 'login_required', status: 401 };
    await expect(tokenOf(grantId)).rejects.toMatchObject(want);
    await expect(tokenOf(grantId)).rejects.toMatchObject(want);
    expect(login.refreshed).toEqual([tokens]);
    // What is left of it can still be revoked, and nobody is held up by a lock.
    expect(await store.upstreamTokens.lock(grantId, 'next', SECOND)).toBe(true);
    expect(await store.upstreamTokens.take(grantId)).toBeDefined();
  });

  it('needs a new login when it has expired and cannot be refreshed', async () => {
    const tokens = without(tokensAt(clock.now()), 'refresh_token');
    const grantId = await grantWith(tokens);
    const want = { code: 'login_required' };
    await expect(tokenOf(grantId, { insteadOf: tokens.access_token })).rejects.toMatchObject(want);
    clock.advance(600 * SECOND);
    await expect(tokenOf(grantId)).rejects.toMatchObject(want);
    expect(login.refreshed).toEqual([]);
  });

  it('needs a new login when it has expired and the login is not configured any more', async () => {
    const grantId = await grantWith(tokensAt(clock.now()), 'gone');
    expect(await tokenOf(grantId)).toMatchObject({ upstream: 'gone' });
    clock.advance(600 * SECOND);
    await expect(tokenOf(grantId)).rejects.toMatchObject({ code: 'login_required' });
  });

  it.each([
    { name: 'the provider is down', answer: down },
    { name: 'the provider does not know us', answer: refused('server_error') },
    { name: 'the login fails as nobody foresaw', answer: () => Promise.reject(new TypeError('x')) },
  ])('is not available when it has expired and $name', async ({ answer }) => {
    const grantId = await grantWith(tokensAt(clock.now(), { expires_at: clock.now() }));
    login.refreshes(answer);
    const want = { code: 'temporarily_unavailable', status: 503 };
    await expect(tokenOf(grantId)).rejects.toMatchObject(want);
    expect(log.at('warn')).toMatchObject([
      {
        message: 'upstream tokens not refreshed',
        fields: { grant_id: grantId, upstream: UPSTREAM },
      },
    ]);
    login.refreshes(async () => inAnHour());
    expect(await tokenOf(grantId)).toMatchObject({ upstream: UPSTREAM });
  });

  it('is not available while the store is away', async () => {
    const away = () => Promise.reject(new StoreUnavailableError('away'));
    const token = create({ ...store.upstreamTokens, find: away })(newGrantId());
    await expect(token).rejects.toThrow(StoreUnavailableError);
  });
});

describe('the token of the identity provider', () => {
  it('is the one of the login while it has more than a minute left', async () => {
    const tokens = tokensAt(clock.now());
    const grantId = await grantWith(tokens);
    clock.advance(539 * SECOND);
    expect(await tokenOf(grantId)).toEqual({
      accessToken: tokens.access_token,
      tokenType: 'bearer',
      scope: 'files.read',
      expiresAt: Math.floor(tokens.expires_at! / 1000),
      upstream: UPSTREAM,
    });
    expect(login.refreshed).toEqual([]);
  });

  it('is refreshed with a minute left, once, and kept (G191)', async () => {
    const tokens = tokensAt(clock.now());
    const grantId = await grantWith(tokens);
    const next = inAnHour();
    login.refreshes(async () => next);
    clock.advance(540 * SECOND);
    for (let i = 0; i < 3; i += 1) {
      expect(await tokenOf(grantId)).toMatchObject({ accessToken: next.access_token });
    }
    expect(login.refreshed).toEqual([tokens]);
  });

  it.each([
    { name: 'rotates refresh tokens', change: {} },
    { name: 'keeps the refresh token', change: { refresh_token: undefined } },
  ])('is refreshed again and again at a provider that $name', async ({ change }) => {
    const tokens = tokensAt(clock.now());
    const grantId = await grantWith(tokens);
    const given: UpstreamTokens[] = [tokens];
    login.refreshes(async ({ refresh_token }) => {
      const kept = 'refresh_token' in change && refresh_token ? { refresh_token } : {};
      const next = { ...inAnHour(), ...kept };
      given.push(next);
      return next;
    });
    for (let i = 0; i < 3; i += 1) {
      clock.advance(3_600 * SECOND);
      const { accessToken } = await tokenOf(grantId);
      expect(accessToken).toBe(given.at(-1)?.access_token);
    }
    // Each with what the one before had brought.
    expect(login.refreshed).toEqual(given.slice(0, -1));
  });

  it('has no end where the provider does not say when, and is fetched anew when an API refused it', async () => {
    const tokens = without(tokensAt(clock.now()), 'expires_at');
    const grantId = await grantWith(tokens);
    clock.advance(6 * 24 * 3_600 * SECOND);
    const { accessToken, ...rest } = await tokenOf(grantId);
    expect(rest).toEqual({ tokenType: 'bearer', scope: 'files.read', upstream: UPSTREAM });
    const next = without(tokensAt(clock.now()), 'expires_at');
    login.refreshes(async () => next);
    const other = await tokenOf(grantId, { insteadOf: accessToken });
    expect(other.accessToken).toBe(next.access_token);
    // Whoever still has the old one gets the one that is there.
    expect(await tokenOf(grantId, { insteadOf: accessToken })).toEqual(other);
    expect(login.refreshed).toHaveLength(1);
  });

  it.each([
    { name: 'down', answer: down },
    { name: 'refusing for no fault of the person', answer: refused('server_error') },
  ])(
    'is still the old one while it has time left and the provider is $name',
    async ({ answer }) => {
      const tokens = tokensAt(clock.now(), { expires_at: clock.now() + 5 * SECOND });
      const grantId = await grantWith(tokens);
      login.refreshes(answer);
      expect(await tokenOf(grantId)).toMatchObject({ accessToken: tokens.access_token });
      const refusedOne = tokenOf(grantId, { insteadOf: tokens.access_token });
      await expect(refusedOne).rejects.toMatchObject({ code: 'temporarily_unavailable' });
      clock.advance(5 * SECOND);
      await expect(tokenOf(grantId)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    },
  );

  it('is short-lived where the provider wants it so, and each is handed out once it is fetched', async () => {
    const grantId = await grantWith(tokensAt(clock.now(), { expires_at: clock.now() }));
    const brief = tokensAt(clock.now(), { expires_at: clock.now() + 30 * SECOND });
    login.refreshes(async () => brief);
    const given = await Promise.all(Array.from({ length: 10 }, () => tokenOf(grantId)));
    expect(new Set(given.map(({ accessToken }) => accessToken))).toEqual(
      new Set([brief.access_token]),
    );
    expect(login.refreshed).toHaveLength(1);
  });
});
