import { describe, expect, it } from '@jest/globals';
import {
  inBody,
  inHeader,
  refreshForm,
  tokenRequestAs,
  WEB_REDIRECT_URI,
} from '../support/confidential.ts';
import {
  Browser,
  createPkce,
  locationOf,
  obtainCode,
  redemption,
  refreshRequest,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import type { LogEntry } from '../support/log-recorder.ts';
import { grantConfidentialTokens } from './support/confidential-grant.ts';
import { grantTokens, issueCode } from './support/grant.ts';
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';

const SCOPE = 'openid offline_access';

/** The lines that something adds. */
async function linesOf({ log }: WatchedApp, act: () => Promise<unknown>): Promise<LogEntry[]> {
  const before = log.entries.length;
  await act();
  return log.entries.slice(before);
}

function refusal(fields: object): object {
  return { level: 'debug', message: 'request refused', fields };
}

const unusableCode = (client_id: string, why: string): object =>
  refusal({
    path: '/oauth/token',
    status: 400,
    error: 'invalid_grant',
    reason: 'the authorization code is unknown, expired, used or was issued for another request',
    client_id,
    why,
  });
const unusableToken = (client_id: string, why: string): object =>
  refusal({
    path: '/oauth/token',
    status: 400,
    error: 'invalid_grant',
    reason: 'the refresh token is unknown, expired, revoked or was issued to another client',
    client_id,
    why,
  });

describe('each event is in the log once, with its client (LOG-06)', () => {
  it.each(['none', 'client_secret_basic'])('a registration: %s', async (method) => {
    const made = createWatchedApp();
    let client_id = '';
    const metadata = { redirect_uris: [WEB_REDIRECT_URI], token_endpoint_auth_method: method };
    const lines = await linesOf(made, async () => {
      ({ client_id } = (await register(made.app, metadata)).body as { client_id: string });
    });
    expect(lines).toMatchObject([
      { level: 'debug', message: 'client registered', fields: { client_id } },
    ]);
  });

  it('a registration that the baseline expands, by two lines', async () => {
    const made = createWatchedApp({ options: { baselineClientScopes: ['offline_access'] } });
    let client_id = '';
    const lines = await linesOf(made, async () => {
      client_id = await registeredClientId(made.app, { scope: 'openid' });
    });
    expect(lines).toMatchObject([
      { level: 'debug', message: 'client registered', fields: { client_id } },
      {
        level: 'debug',
        message: 'client scope expanded by the baseline',
        fields: { client_id, requested: ['openid'] },
      },
    ]);
  });

  it.each([
    { decision: 'allow', message: 'consent given' },
    { decision: 'deny', message: 'consent denied' },
  ] as const)('a consent: $decision', async ({ decision, message }) => {
    const made = createWatchedApp();
    const client_id = await registeredClientId(made.app);
    const browser = new Browser(made.app, 'alice');
    const begin = await linesOf(made, async () => {
      await browser.authorize(client_id, createPkce(), { scope: SCOPE });
    });
    expect(begin).toEqual([
      { level: 'debug', message: 'authorization begun', fields: { client_id, scope: SCOPE } },
    ]);
    const page = locationOf(await browser.authorize(client_id, createPkce(), { scope: SCOPE }));
    const lines = await linesOf(made, () => browser.submit(page, decision));
    const grant = { grant_id: expect.stringMatching(/^[\w-]{22}$/), granted: SCOPE.split(' ') };
    const fields = { client_id, subject: 'alice', ...(decision === 'allow' && grant) };
    expect(lines).toMatchObject([{ level: 'debug', message, fields }]);
  });

  it('a code that is issued and redeemed, under one grant', async () => {
    const made = createWatchedApp();
    const client_id = await registeredClientId(made.app);
    const pkce = createPkce();
    let code = '';
    const issued = await linesOf(made, async () => {
      code = await obtainCode(made.app, client_id, pkce, { scope: SCOPE });
    });
    const grant_id = code.split('.')[0];
    expect(issued.at(-1)).toMatchObject({ message: 'consent given', fields: { grant_id } });
    const redeemed = await linesOf(made, () =>
      tokenRequest(made.app, redemption(client_id, code, pkce)),
    );
    expect(redeemed).toEqual([
      {
        level: 'debug',
        message: 'code exchanged',
        fields: { client_id, grant_id, scope: SCOPE },
      },
    ]);
  });

  it.each([
    {
      after: 10_000,
      level: 'debug',
      message: 'authorization code sent twice',
      why: 'used a moment ago',
    },
    {
      after: 10_001,
      level: 'warn',
      message: 'authorization code replayed: grant revoked',
      why: 'used before',
    },
  ])('a code that is redeemed again after $after ms', async ({ after, level, message, why }) => {
    const made = await issueCode({ query: { scope: SCOPE } });
    const { app, form, clock, id: client_id, grantId: grant_id } = made;
    await tokenRequest(app, form);
    clock.advance(after);
    const lines = await linesOf(made, () => tokenRequest(app, form));
    expect(lines).toMatchObject([
      { level, message, fields: { client_id, grant_id } },
      unusableCode(client_id, why),
    ]);
  });

  it('a code that nobody issued', async () => {
    const made = await issueCode();
    const lines = await linesOf(made, () =>
      tokenRequest(made.app, { ...made.form, code: `${made.grantId}.${'A'.repeat(43)}` }),
    );
    expect(lines).toEqual([unusableCode(made.id, 'not known')]);
  });

  it('a refresh, and one that is repeated', async () => {
    const made = await grantTokens();
    const { id: client_id, grantId: grant_id, refreshToken } = made;
    const line = (outcome: string): object => ({
      level: 'debug',
      message: 'token refreshed',
      fields: { client_id, grant_id, outcome },
    });
    const first = await linesOf(made, () => made.rotate(refreshToken));
    const again = await linesOf(made, () => made.rotate(refreshToken));
    expect([...first, ...again]).toEqual([line('rotated'), line('repeated')]);
  });

  it('a refresh token that is used again', async () => {
    const made = await grantTokens();
    const { id: client_id, grantId: grant_id, refreshToken, app, clock } = made;
    await made.rotate(refreshToken);
    clock.advance(30_001);
    const lines = await linesOf(made, () => refreshRequest(app, client_id, refreshToken));
    const message = 'refresh token reused: grant revoked';
    const reused = { level: 'warn', message, fields: { client_id, grant_id } };
    expect(lines).toMatchObject([reused, unusableToken(client_id, 'used before')]);
  });

  it.each([
    { name: 'a wrong secret in the header', present: inHeader },
    { name: 'a wrong secret in the body', present: inBody },
  ])('a client that does not prove itself: $name', async ({ present }) => {
    const made = await grantConfidentialTokens();
    const wrong = { ...made.client, client_secret: 'x'.repeat(43) };
    const lines = await linesOf(made, () =>
      tokenRequestAs(made.app, present(wrong), refreshForm(made.refreshToken)),
    );
    expect(lines).toEqual([
      refusal({
        path: '/oauth/token',
        status: 401,
        error: 'invalid_client',
        reason: 'the client is not known, or its credentials are missing or wrong',
        client_id: made.client.client_id,
        why: 'secret wrong',
      }),
    ]);
  });
});
