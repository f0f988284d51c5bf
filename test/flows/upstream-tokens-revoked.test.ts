import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import supertest, { type Response } from 'supertest';
import { subjectDigest } from '../../lib/services/index-grant.ts';
import { sealUpstreamTokens } from '../../lib/services/kept-upstream-tokens.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { MAX_GRANTS_PER_SUBJECT } from '../../lib/storage/store.ts';
import { createEnvelopes } from '../../lib/tokens/envelope.ts';
import { createGrantCredentials } from '../../lib/tokens/grant-credentials.ts';
import { createKeyring } from '../../lib/tokens/keyring.ts';
import { UpstreamUnavailableError, type UpstreamTokens } from '../../lib/upstream/port.ts';
import {
  allowOf,
  DAY,
  MINUTE,
  newClientId,
  newLogin,
  newPending,
  newRequestId,
  redeemedGrant,
} from '../contract/records.ts';
import { createTestApp, ISSUER, RESOURCE, SECRET, type TestApp } from '../support/app.ts';
import { createClock, type Clock } from '../support/clock.ts';
import {
  createPkce,
  REDIRECT_URI,
  redemption,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { until } from '../support/redis-ask.ts';
import {
  createScriptedUpstream,
  tokensAt,
  UPSTREAM,
  type ScriptedUpstream,
} from '../support/scripted-upstream.ts';

const envelopes = createEnvelopes({ secrets: [SECRET], issuer: ISSUER, randomBytes });
const credentials = createGrantCredentials(createKeyring([SECRET]), ISSUER);

const SUBJECT = `${UPSTREAM}|person-1`;
let clock: Clock;
let store: MemoryStore;
let login: ScriptedUpstream;
let made: TestApp;
let tokens: UpstreamTokens;

beforeEach(() => {
  clock = createClock();
  store = new MemoryStore({ now: clock.now });
  login = createScriptedUpstream();
  const baselineClientScopes = ['offline_access'];
  made = createTestApp({ clock, options: { login, store, baselineClientScopes } });
  tokens = tokensAt(clock.now());
});

/** A code that a login elsewhere led to, as often redeemed as it is asked. */
async function allowedCode(client?: string): Promise<{
  client_id: string;
  grantId: string;
  redeem: () => Promise<Response>;
}> {
  const client_id = client ?? (await registeredClientId(made.app));
  const pkce = createPkce();
  const { code_challenge } = pkce;
  const scope = 'openid offline_access';
  const asked = { client_id, code_challenge, scope, redirect_uri: REDIRECT_URI };
  const pending = newPending({ ...asked, resources: [RESOURCE] });
  const sealed = sealUpstreamTokens(envelopes, pending.grant_id, { upstream: UPSTREAM, tokens });
  const result = newLogin({ tokens: sealed });
  const { authorizations } = store;
  await authorizations.insert(pending, 10 * MINUTE);
  await authorizations.completeLogin(pending.grant_id, result, { requestId: newRequestId() });
  const granted = { granted: scope, subject: SUBJECT };
  await authorizations.allow({ ...allowOf(pending, granted), login: result });
  const code = credentials.code(pending);
  const redeem = (): Promise<Response> => tokenRequest(made.app, redemption(client_id, code, pkce));
  return { client_id, grantId: pending.grant_id, redeem };
}

const expectRevoked = (): Promise<void> =>
  until('the tokens are revoked at the provider', async () => login.revoked.length > 0).then(() =>
    expect(login.revoked).toEqual([tokens]),
  );

describe('the tokens of a login elsewhere', () => {
  it('are for the host, and never in what a client gets or a store holds in clear (FED-10)', async () => {
    const { grantId, redeem } = await allowedCode();
    const { status, text, body } = await redeem();
    expect(status).toBe(200);
    const { access_token } = body as Tokens;
    const auth = await made.server.verifyAccessToken(access_token);
    expect(auth.extra.grantId).toBe(grantId);
    const given = await made.server.upstreamToken(auth);
    expect(given).toMatchObject({ accessToken: tokens.access_token, upstream: UPSTREAM });
    const kept = (await store.upstreamTokens.find(grantId)) ?? '';
    expect(kept).not.toBe('');
    const claims = Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString();
    for (const secret of [tokens.access_token, tokens.refresh_token ?? '']) {
      for (const place of [text, claims, kept, made.log.text()])
        expect(place).not.toContain(secret);
    }
  });

  it('are revoked at the provider when a code is replayed', async () => {
    const { redeem } = await allowedCode();
    expect((await redeem()).status).toBe(200);
    clock.advance(MINUTE / 2);
    expect((await redeem()).status).toBe(400);
    await expectRevoked();
  });

  it('are revoked at the provider when a refresh token is reused', async () => {
    const { client_id, redeem } = await allowedCode();
    const first = (await redeem()).body as Tokens;
    const second = (await refreshRequest(made.app, client_id, first.refresh_token)).body as Tokens;
    await refreshRequest(made.app, client_id, second.refresh_token);
    expect((await refreshRequest(made.app, client_id, first.refresh_token)).status).toBe(400);
    await expectRevoked();
  });

  it.each(['refresh_token', 'access_token'] as const)(
    'are revoked at the provider when the client revokes its %s, and only then',
    async (which) => {
      const { client_id, redeem } = await allowedCode();
      const given = (await redeem()).body as Tokens;
      const other = await registeredClientId(made.app);
      const revoke = async (token: string | undefined, client: string): Promise<number> => {
        const request = supertest(made.app).post('/oauth/revoke').type('form');
        return (await request.send({ token, client_id: client })).status;
      };
      expect(await revoke(given[which], other)).toBe(200);
      expect(await revoke(`${given[which] ?? ''}x`, client_id)).toBe(200);
      expect(login.revoked).toEqual([]);
      const auth = await made.server.verifyAccessToken(given.access_token);
      expect(await revoke(given[which], client_id)).toBe(200);
      await expectRevoked();
      await expect(made.server.upstreamToken(auth)).rejects.toThrow();
      // Once is enough, however often the client asks.
      expect(await revoke(given[which], client_id)).toBe(200);
      expect(login.revoked).toHaveLength(1);
    },
  );

  it('are gone for the client too when the provider does not answer, and the log tells', async () => {
    const { client_id, grantId, redeem } = await allowedCode();
    const { refresh_token } = (await redeem()).body as Tokens;
    login.revokes(() => Promise.reject(new UpstreamUnavailableError('the provider is down')));
    const request = supertest(made.app).post('/oauth/revoke').type('form');
    expect((await request.send({ token: refresh_token, client_id })).status).toBe(200);
    const warned = (): boolean =>
      made.log.at('warn').some(({ message }) => message === 'upstream tokens not revoked');
    await until('the log tells', async () => warned());
    expect(await store.upstreamTokens.take(grantId)).toBeUndefined();
    expect((await refreshRequest(made.app, client_id, refresh_token)).status).toBe(400);
  });

  it('are revoked at the provider when the person connects an app too often', async () => {
    const { client_id, redeem } = await allowedCode();
    expect((await redeem()).status).toBe(200);
    const person = subjectDigest(ISSUER, SUBJECT);
    for (let grants = 1; grants < MAX_GRANTS_PER_SUBJECT; grants += 1) {
      const clientId = newClientId();
      const grantId = await redeemedGrant(store, { client_id: clientId, subject: SUBJECT });
      await store.grants.index({ grantId, clientId, subjectDigest: person, ttlMs: DAY });
    }
    expect(login.revoked).toEqual([]);
    const again = await allowedCode(client_id);
    expect((await again.redeem()).status).toBe(200);
    await expectRevoked();
  });

  it('are revoked at the provider when the host revokes the grant', async () => {
    const { grantId, redeem } = await allowedCode();
    await redeem();
    expect(await made.server.grants.revoke({ subject: SUBJECT, grantId })).toBe(1);
    await expectRevoked();
  });

  it('end with the grant, whatever the provider says, and the log tells', async () => {
    const { grantId, redeem } = await allowedCode();
    await redeem();
    login.revokes(() => Promise.reject(new UpstreamUnavailableError('the provider is down')));
    expect(await made.server.grants.revoke({ subject: SUBJECT, grantId })).toBe(1);
    expect(await store.upstreamTokens.take(grantId)).toBeUndefined();
    expect(made.log.at('warn').slice(-1)).toMatchObject([
      { message: 'upstream tokens not revoked', fields: { grant_id: grantId, upstream: UPSTREAM } },
    ]);
  });

  it.each([
    { name: 'is blocked', decide: (client: string) => store.clientStates.block(client) },
    {
      name: 'has lost its grants',
      decide: (client: string) => store.clientStates.endGrants(client, MINUTE),
    },
  ])('are not handed to the host for a client that $name', async ({ decide }) => {
    const { client_id, redeem } = await allowedCode();
    const { access_token, refresh_token } = (await redeem()).body as Tokens;
    const auth = await made.server.verifyAccessToken(access_token);
    await decide(client_id);
    await expect(made.server.upstreamToken(auth)).rejects.toMatchObject({
      code: 'no_upstream_token',
      status: 401,
    });
    await store.clientStates.unblock(client_id, MINUTE);
    await expect(made.server.upstreamToken(auth)).rejects.toMatchObject({ status: 401 });
    // A refresh by its client is the end of the grant, and of what hangs on it.
    await refreshRequest(made.app, client_id, refresh_token);
    await expectRevoked();
  });

  it('are not handed to the host for a client that is gone', async () => {
    const { client_id, redeem } = await allowedCode();
    const { access_token } = (await redeem()).body as Tokens;
    const auth = await made.server.verifyAccessToken(access_token);
    expect(await made.server.upstreamToken(auth)).toBeDefined();
    await store.clients.remove(client_id);
    await expect(made.server.upstreamToken(auth)).rejects.toMatchObject({
      code: 'no_upstream_token',
      status: 401,
    });
  });

  it('are not to be had with the login of the host, nor for what is no req.auth', async () => {
    const hosted = createTestApp();
    const none = { extra: {} } as never;
    await expect(hosted.server.upstreamToken(none)).rejects.toThrow(/^upstreamToken: .*oidcLogin/);
    for (const auth of [none, undefined as never]) {
      await expect(made.server.upstreamToken(auth)).rejects.toThrow(/pass req\.auth/);
    }
  });
});
