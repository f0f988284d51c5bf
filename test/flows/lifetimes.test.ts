import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectApiError } from '../http/support/expect.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
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
const DAY_SECONDS = 24 * 3600;
const DAY = DAY_SECONDS * 1000;

/** Nothing that nobody has used is kept for longer than a day. */
const BRIEF = { clientUnusedTtlSeconds: DAY_SECONDS, refreshTokenTtlSeconds: 30 * DAY_SECONDS };

describe.each(STORE_KINDS)('what was given ($kind)', (storeKind) => {
  let deployment: TestDeployment;

  beforeEach(() => {
    deployment = createDeployment(storeKind, { baselineClientScopes: ['offline_access'] });
  });
  afterEach(async () => {
    await deployment.close();
  });

  const tokensOf = ({ status, body }: { status: number; body: unknown }): Tokens => {
    expect({ status, body }).toMatchObject({ status: 200 });
    return body as Tokens;
  };

  it.each([{ day: 20 }, { day: 29.99 }])(
    'lasts on day $day of thirty, though a client is kept for one day when nobody uses it (ABUSE-10)',
    async ({ day }) => {
      const { app } = deployment.start(BRIEF);
      const unused = await registeredClientId(app);
      const { client_id, refresh_token } = await obtainTokens(app, SCOPE);
      deployment.clock.advance(day * DAY);
      const other = deployment.start(BRIEF);
      const next = tokensOf(await refreshRequest(other.app, client_id, refresh_token));
      // And thirty days from then on.
      deployment.clock.advance(29 * DAY);
      tokensOf(await refreshRequest(app, client_id, next.refresh_token));
      expect((await new Browser(app, 'alice').authorize(unused, createPkce())).status).toBe(400);
    },
  );

  it('lasts to the end of the grant, and then it is the grant that is gone (ABUSE-10)', async () => {
    const brief = { ...BRIEF, grantMaxTtlSeconds: 40 * DAY_SECONDS };
    const { app } = deployment.start({ ...brief, clientIdleTtlSeconds: 40 * DAY_SECONDS });
    let tokens = await obtainTokens(app, SCOPE);
    const { client_id } = tokens;
    for (const day of [20, 39]) {
      deployment.clock.advance((day === 20 ? 20 : 19) * DAY);
      const answer = await refreshRequest(app, client_id, tokens.refresh_token);
      tokens = { ...tokensOf(answer), client_id };
    }
    deployment.clock.advance(DAY);
    const ended = await refreshRequest(app, client_id, tokens.refresh_token);
    expectApiError(ended, 400, 'invalid_grant');
  });

  it('is a code for a client whose day was over before it was redeemed (ABUSE-10)', async () => {
    const { app } = deployment.start(BRIEF);
    const client_id = await registeredClientId(app);
    deployment.clock.advance(DAY - 60_000);
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { scope: SCOPE });
    deployment.clock.advance(120_000);
    tokensOf(await tokenRequest(app, redemption(client_id, code, pkce)));
  });

  it('is not taken back by settings that are shorter since (ABUSE-10)', async () => {
    const before = deployment.start();
    const { client_id, refresh_token } = await obtainTokens(before.app, SCOPE);
    const shorter = deployment.start({
      clientUnusedTtlSeconds: 60,
      clientIdleTtlSeconds: DAY_SECONDS,
      grantMaxTtlSeconds: DAY_SECONDS,
      refreshTokenTtlSeconds: DAY_SECONDS,
    });
    // A person logs in with it, and it is used: each of them renews its client.
    await obtainCode(shorter.app, client_id, createPkce(), { scope: SCOPE });
    deployment.clock.advance(20 * DAY);
    const next = tokensOf(await refreshRequest(shorter.app, client_id, refresh_token));
    deployment.clock.advance(DAY - 60_000);
    tokensOf(await refreshRequest(shorter.app, client_id, next.refresh_token));
  });

  it('is a client in use for as long as somebody uses it (ABUSE-08)', async () => {
    const { app } = deployment.start(BRIEF);
    const client_id = await registeredClientId(app);
    // Nobody refreshes here: what keeps it is that people log in.
    for (let month = 0; month < 24; month += 1) {
      const pkce = createPkce();
      const code = await obtainCode(app, client_id, pkce);
      tokensOf(await tokenRequest(app, redemption(client_id, code, pkce)));
      deployment.clock.advance(90 * DAY);
    }
    deployment.clock.advance(89 * DAY);
    const begun = await new Browser(app, 'alice').authorize(client_id, createPkce());
    expect(locationOf(begun)).toMatch(/^\/oauth\/consent/);
  });

  it.each([
    {
      name: 'asks at the token endpoint in vain',
      use: async (client_id: string, { app }: { app: Parameters<typeof refreshRequest>[0] }) =>
        expectApiError(await refreshRequest(app, client_id, 'none'), 400, 'invalid_grant'),
    },
    {
      name: 'begins a login that nobody ends',
      use: async (client_id: string, { app }: { app: Parameters<typeof refreshRequest>[0] }) => {
        const begun = await new Browser(app, 'alice').authorize(client_id, createPkce());
        expect(begun.status).toBe(302);
      },
    },
  ])('is no longer life for a client that $name (ABUSE-08)', async ({ use }) => {
    const made = deployment.start(BRIEF);
    const client_id = await registeredClientId(made.app);
    deployment.clock.advance(DAY - 60_000);
    await use(client_id, made);
    deployment.clock.advance(60_000);
    expectApiError(await refreshRequest(made.app, client_id, 'none'), 401, 'invalid_client');
  });
});
