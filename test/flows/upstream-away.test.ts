import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest, { type Response } from 'supertest';
import { oidcLogin } from '../../lib/upstream/oidc-login.ts';
import type { UpstreamLogin } from '../../lib/upstream/port.ts';
import { expectPage, returnLink } from '../http/support/expect.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Form,
} from '../support/flow.ts';
import type { ProviderFault } from '../support/identity-provider-faults.ts';
import {
  startIdentityProvider,
  type IdentityProvider,
  type ProviderEndpoint,
} from '../support/identity-provider.ts';
import { eventually } from '../support/eventually.ts';
import { inTime } from '../support/in-time.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { answerOf, logInElsewhere, loginAt } from '../support/upstream-flow.ts';

const SCOPE = 'openid offline_access';
/** How long a provider may take here; a busy machine needs more for an answer of ours. */
const DEADLINE_MS = 500;
const ANSWER_WITHIN_MS = 10_000;
/** Longer than a failure stands for those who ask next. */
const LATER_MS = 6_000;

const FAULTS: ProviderFault[] = ['hang', 'stall', 'unavailable', 'busy', 'reset'];

/** A client with tokens, and with a code that it has not redeemed yet. */
interface World {
  readonly client_id: string;
  readonly refresh_token: string;
  readonly code: Form;
}

describe.each(STORE_KINDS)('an identity provider that is away ($kind)', (storeKind) => {
  let provider: IdentityProvider;
  let deployment: TestDeployment;
  let world: World;

  beforeEach(async () => {
    // Its ID tokens say so little that userinfo is asked, too.
    provider = await startIdentityProvider({ inIdToken: [] });
    deployment = createDeployment(storeKind, { baselineClientScopes: ['offline_access'] });
    world = await createWorld();
  });
  afterEach(async () => {
    await deployment.close();
    await provider.stop();
  });

  async function createWorld(): Promise<World> {
    const { app } = deployment.start({ login: loginAt(provider) });
    const client_id = await registeredClientId(app);
    const obtain = async (): Promise<Form> => {
      const [pkce, browser] = [createPkce(), new Browser(app)];
      const back = await logInElsewhere(browser, client_id, pkce, { scope: SCOPE });
      const decided = await browser.submit(locationOf(back), 'allow');
      const { code = '' } = redirectParameters(decided);
      return redemption(client_id, code, pkce);
    };
    const { body } = await tokenRequest(app, await obtain());
    const { refresh_token } = body as { refresh_token: string };
    return { client_id, refresh_token, code: await obtain() };
  }

  /** An instance that has asked the provider for nothing yet. */
  function startImpatient(deadlineMs = DEADLINE_MS): TestApp {
    const { clientId, clientSecret = '' } = provider.script;
    const runtime = { now: deployment.clock.now, deadlineMs };
    const login: UpstreamLogin = oidcLogin(
      { issuer: provider.issuer, clientId, clientSecret },
      runtime,
    );
    return deployment.start({ login });
  }

  /** What has nothing to do with a login goes on. */
  async function expectUnaffected({ app }: TestApp): Promise<void> {
    const redeemed = await tokenRequest(app, world.code);
    const refreshed = await refreshRequest(app, world.client_id, world.refresh_token);
    const { access_token } = refreshed.body as { access_token: string };
    const answers = [
      redeemed,
      refreshed,
      await supertest(app).get('/mcp').set('Authorization', `Bearer ${access_token}`),
      await supertest(app).get('/oauth/jwks'),
      await supertest(app).get('/.well-known/oauth-authorization-server'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await registeredClientId(app)).not.toBe('');
  }

  function expectAway(answer: Response): void {
    expect(answer.status).toBe(503);
    expectPage(answer);
    expect(Number((answer.headers as Record<string, string>)['retry-after'])).toBeGreaterThan(0);
  }

  /** To a busy machine the provider may seem away in between: then it is asked again, later. */
  function inTheEnd<Value>(ask: () => Promise<Value>): Promise<Value> {
    return eventually(() =>
      ask().catch((error: unknown) => {
        deployment.clock.advance(LATER_MS);
        throw error;
      }),
    );
  }

  /** The person tries again. */
  function expectLogin(browser: Browser, away: Response): Promise<void> {
    return inTheEnd(async () => {
      const again = await browser.get(returnLink(away.text)?.href ?? '');
      expect((await browser.get(await answerOf(again))).status).toBe(303);
    });
  }

  it.each(FAULTS)('by %s, at the authorization request (FED-21)', async (fault) => {
    const made = startImpatient();
    const browser = new Browser(made.app);
    provider.script.faults = { discovery: fault };
    const asked = browser.authorize(world.client_id, createPkce());
    const answer = await inTime(asked, ANSWER_WITHIN_MS);
    expectAway(answer);
    await expectUnaffected(made);

    provider.script.faults = {};
    deployment.clock.advance(LATER_MS);
    await expectLogin(browser, answer);
  });

  it('by being switched off, at the authorization request (FED-21)', async () => {
    const made = startImpatient();
    await provider.stop();
    const browser = new Browser(made.app);
    const asked = browser.authorize(world.client_id, createPkce());
    expectAway(await inTime(asked, ANSWER_WITHIN_MS));
    await expectUnaffected(made);
  });

  describe.each<ProviderEndpoint>(['token', 'jwks', 'userinfo'])(
    'at its %s endpoint',
    (endpoint) => {
      it.each(FAULTS)('by %s, when the person comes back (FED-21)', async (fault) => {
        const made = startImpatient();
        const browser = new Browser(made.app);
        const callback = await inTheEnd(async () =>
          answerOf(await browser.authorize(world.client_id, createPkce())),
        );
        provider.script.faults = { [endpoint]: fault };
        const answer = await inTime(browser.get(callback), ANSWER_WITHIN_MS);
        expectAway(answer);
        await expectUnaffected(made);

        provider.script.faults = {};
        await expectLogin(browser, answer);
      });
    },
  );

  it('keeps nobody waiting but those who log in (FED-21)', async () => {
    // Nothing but the end of the provider ends the waiting.
    const made = startImpatient(60_000);
    const asked = new Promise<void>((resolve) => {
      provider.script.faults = {
        get discovery(): ProviderFault {
          resolve();
          return 'hang';
        },
      };
    });
    let isAnswered = false;
    const waiting = new Browser(made.app)
      .authorize(world.client_id, createPkce())
      .finally(() => (isAnswered = true));
    await asked;
    await expectUnaffected(made);
    expect(isAnswered).toBe(false);
    await provider.stop();
    expectAway(await waiting);
  });
});
