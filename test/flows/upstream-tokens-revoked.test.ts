import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Response } from 'supertest';
import { sealUpstreamTokens } from '../../lib/services/kept-upstream-tokens.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { createEnvelopes } from '../../lib/tokens/envelope.ts';
import { createGrantCredentials } from '../../lib/tokens/grant-credentials.ts';
import { createKeyring } from '../../lib/tokens/keyring.ts';
import { UpstreamUnavailableError, type UpstreamTokens } from '../../lib/upstream/port.ts';
import { allowOf, MINUTE, newLogin, newPending, newRequestId } from '../contract/records.ts';
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
async function allowedCode(): Promise<{
  client_id: string;
  grantId: string;
  redeem: () => Promise<Response>;
}> {
  const client_id = await registeredClientId(made.app);
  const pkce = createPkce();
  const { code_challenge } = pkce;
  const scope = 'openid offline_access';
  const asked = { client_id, code_challenge, scope, redirect_uri: REDIRECT_URI };
  const pending = newPending({ ...asked, resource: RESOURCE });
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

  it('are not to be had with the login of the host, nor for what is no req.auth', async () => {
    const hosted = createTestApp();
    const none = { extra: {} } as never;
    await expect(hosted.server.upstreamToken(none)).rejects.toThrow(/^upstreamToken: .*oidcLogin/);
    for (const auth of [none, undefined as never]) {
      await expect(made.server.upstreamToken(auth)).rejects.toThrow(/pass req\.auth/);
    }
  });
});
