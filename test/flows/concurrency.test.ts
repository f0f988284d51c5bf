import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  consentForm,
  createPkce,
  locationOf,
  obtainCode,
  obtainTokens,
  redemption,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SCOPE = 'openid offline_access';
const FIFTY = Array.from({ length: 50 }, (_, index) => index);
const SECOND = 1000;

/** One after another. */
async function each(
  tokens: readonly string[],
  send: (token: string) => Promise<Response>,
): Promise<Response[]> {
  const answers: Response[] = [];
  for (const token of tokens) answers.push(await send(token));
  return answers;
}

/** The same text but for its last character. */
function withAnotherEnd(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`;
}

describe.each(STORE_KINDS)('at the same time ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let instances: readonly [TestApp, TestApp];

  beforeEach(() => {
    deployment = createDeployment(storeKind);
    instances = [deployment.start(), deployment.start()];
  });
  afterEach(async () => {
    await deployment.close();
  });

  /** Fifty requests at once, over both instances. */
  async function fifty(send: (app: TestApp['app']) => Promise<Response>): Promise<Response[]> {
    return Promise.all(FIFTY.map((index) => send(instances[index % 2 === 0 ? 0 : 1].app)));
  }

  it('gives one of fifty redemptions of a code a token set, and that one keeps working', async () => {
    const [{ app }] = instances;
    const client_id = await registeredClientId(app, { scope: SCOPE });
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { scope: SCOPE });
    const answers = await fifty((at) => tokenRequest(at, redemption(client_id, code, pkce)));

    const [winner, ...others] = answers.filter(({ status }) => status === 200);
    expect(others).toEqual([]);
    const losers = answers.filter((answer) => answer !== winner);
    expect(losers).toHaveLength(49);
    for (const { status, body } of losers) {
      expect({ status, body: body as unknown }).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      });
    }
    const { refresh_token } = winner?.body as Tokens;
    expect((await refreshRequest(app, client_id, refresh_token)).status).toBe(200);
  });

  it('gives fifty refreshes of one token the same successor', async () => {
    const [{ app }] = instances;
    const { client_id, refresh_token } = await obtainTokens(app, SCOPE, { scope: SCOPE });
    const answers = await fifty((at) => refreshRequest(at, client_id, refresh_token));

    expect(answers.map(({ status }) => status)).toEqual(FIFTY.map(() => 200));
    const successors = new Set(answers.map(({ body }) => (body as Tokens).refresh_token));
    expect(successors.size).toBe(1);
    const accessTokens = new Set(answers.map(({ body }) => (body as Tokens).access_token));
    expect(accessTokens.size).toBe(50);
    const [successor] = successors;
    expect((await refreshRequest(app, client_id, successor)).status).toBe(200);
  });

  it('revokes the grant when the token before is presented after the grace window', async () => {
    const [{ app }, { app: other, log }] = instances;
    const { client_id, refresh_token } = await obtainTokens(app, SCOPE, { scope: SCOPE });
    const first = await refreshRequest(app, client_id, refresh_token);
    const { refresh_token: successor } = first.body as Tokens;

    // The clock of Redis goes on by itself, and the machine may stand still.
    deployment.clock.advance(15 * SECOND);
    const repeated = await refreshRequest(other, client_id, refresh_token);
    expect(repeated.body).toMatchObject({ refresh_token: successor });

    // The window is counted from the rotation, not from the last use.
    deployment.clock.advance(16 * SECOND);
    const reused = await refreshRequest(other, client_id, refresh_token);
    expect(reused.status).toBe(400);
    expect(reused.body).toMatchObject({ error: 'invalid_grant' });
    expect(log.at('warn')).toContainEqual(
      expect.objectContaining({ message: 'refresh token reused: grant revoked' }),
    );
    const dead = await refreshRequest(app, client_id, successor);
    expect(dead.body).toMatchObject({ error: 'invalid_grant' });
  });

  it('revokes the grant when a code is replayed later than a doubled request would be', async () => {
    const [{ app }, { app: other, log }] = instances;
    const client_id = await registeredClientId(app, { scope: SCOPE });
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { scope: SCOPE });
    const redeemed = await tokenRequest(app, redemption(client_id, code, pkce));

    deployment.clock.advance(SECOND);
    const doubled = await tokenRequest(other, redemption(client_id, code, pkce));
    expect(doubled.body).toMatchObject({ error: 'invalid_grant' });
    const { refresh_token } = redeemed.body as Tokens;
    const alive = await refreshRequest(app, client_id, refresh_token);
    expect(alive.status).toBe(200);

    deployment.clock.advance(10 * SECOND);
    const replayed = await tokenRequest(other, redemption(client_id, code, pkce));
    expect(replayed.body).toMatchObject({ error: 'invalid_grant' });
    expect(log.at('warn')).toContainEqual(
      expect.objectContaining({ message: 'authorization code replayed: grant revoked' }),
    );
    const dead = await refreshRequest(app, client_id, (alive.body as Tokens).refresh_token);
    expect(dead.body).toMatchObject({ error: 'invalid_grant' });
  });

  it('changes nothing for a forged token that names a real grant (TOKEN-06)', async () => {
    const [{ app }] = instances;
    const client_id = await registeredClientId(app, { scope: SCOPE });
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { scope: SCOPE });
    const { body } = await tokenRequest(app, redemption(client_id, code, pkce));
    const { refresh_token = '' } = body as Tokens;
    // Late enough that the code itself, with its verifier, would end the grant.
    deployment.clock.advance(11 * SECOND);

    const [grant_id = '', generation = '', mac = ''] = refresh_token.split('.');
    const forgeries = [
      `${grant_id}.${generation}.${'A'.repeat(43)}`,
      `${grant_id}.2.${mac}`,
      `${grant_id}.0.${mac}`,
      `${grant_id}.999.${mac}`,
      `${grant_id}.${generation}.${withAnotherEnd(mac)}`,
      `${grant_id}.${mac}`,
      `${grant_id}.${'A'.repeat(43)}`,
      withAnotherEnd(code),
    ];
    const answers = [
      ...(await each([...forgeries, code], (token) => refreshRequest(app, client_id, token))),
      ...(await each([...forgeries, refresh_token], (token) =>
        tokenRequest(app, redemption(client_id, token, pkce)),
      )),
    ];
    for (const { status, body: refused } of answers) {
      expect({ status, body: refused as unknown }).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      });
    }
    const alive = await refreshRequest(app, client_id, refresh_token);
    expect(alive.status).toBe(200);

    const replayed = await tokenRequest(app, redemption(client_id, code, pkce));
    expect(replayed.body).toMatchObject({ error: 'invalid_grant' });
    const dead = await refreshRequest(app, client_id, (alive.body as Tokens).refresh_token);
    expect(dead.body).toMatchObject({ error: 'invalid_grant' });
  });

  it('answers fifty allows of one page with one code', async () => {
    const [{ app }, { app: other }] = instances;
    const client_id = await registeredClientId(app, { scope: SCOPE });
    const browser = new Browser(app, 'alice');
    const begun = await browser.authorize(client_id, createPkce(), { scope: SCOPE });
    const { action, csrf } = consentForm((await browser.get(locationOf(begun))).text);
    const answers = await Promise.all(
      FIFTY.map((index) =>
        browser.at(index % 2 === 0 ? app : other).post(action, { decision: 'allow', csrf }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    expect(new Set(answers.map(locationOf)).size).toBe(1);
  });
});
