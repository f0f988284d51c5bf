import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { few, from, guess, onlyLimits, statuses, times, tokenAs } from '../http/support/limits.ts';
import type { Answer } from '../http/support/send.ts';
import type { TestApp } from '../support/app.ts';
import {
  inHeader,
  issueCodeTo,
  refreshForm,
  registeredConfidential,
  type ConfidentialClient,
} from '../support/confidential.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  createPkce,
  obtainCode,
  obtainTokens,
  redemption,
  type Form,
  type Tokens,
} from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SCOPE = 'openid offline_access';
const LIMIT = 20;
const REQUESTS = 1_000;
const ATTACKER = from('203.0.113.66');
const OWN = from('198.51.100.1');

describe.each(STORE_KINDS)('what strangers do in the name of a client ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let instances: readonly [TestApp, TestApp];

  beforeEach(() => {
    deployment = createDeployment(storeKind, {
      baselineClientScopes: ['offline_access'],
      rateLimits: onlyLimits({ token: few(LIMIT) }),
    });
    instances = [deployment.start(), deployment.start()];
    for (const { app } of instances) app.set('trust proxy', 1);
  });
  afterEach(async () => {
    await deployment.close();
  });

  /** As many wrong requests as fit, over both instances; most of them are not even looked at. */
  async function flood(send: (at: TestApp['app']) => Promise<Answer>): Promise<void> {
    const answers: number[] = [];
    const AT_ONCE = 50;
    while (answers.length < REQUESTS) {
      const some = Array.from({ length: AT_ONCE }, (_, i) =>
        send(instances[i % 2 === 0 ? 0 : 1].app),
      );
      answers.push(...statuses(await Promise.all(some)));
    }
    expect(answers.filter((status) => status === 429)).toHaveLength(REQUESTS - LIMIT);
    expect(answers.every((status) => [400, 401, 429].includes(status))).toBe(true);
  }

  it('keeps no public client out: wrong codes and refresh tokens (ABUSE-15)', async () => {
    const [{ app }, { app: other }] = instances;
    const { client_id, refresh_token } = await obtainTokens(app, SCOPE);
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { scope: SCOPE });
    const wrong = redemption(client_id, code, createPkce());
    let turn = 0;
    await flood((at) => tokenAs(at, (turn += 1) % 2 === 0 ? wrong : guess(client_id), ATTACKER));
    const answers = [
      await tokenAs(other, redemption(client_id, code, pkce), OWN),
      await tokenAs(app, { grant_type: 'refresh_token', client_id, refresh_token }, OWN),
    ];
    expect(statuses(answers)).toEqual([200, 200]);
  });

  it('keeps no confidential client out: wrong secrets (ABUSE-15)', async () => {
    const [{ app }, { app: other }] = instances;
    const client = await registeredConfidential(app);
    const { form } = await issueCodeTo(app, client);
    const as =
      (presented: ConfidentialClient, request: Form, headers = OWN) =>
      (at: TestApp['app']) =>
        tokenAs(at, request, {
          ...inHeader(presented).headers,
          ...headers,
        });
    await flood(as({ ...client, client_secret: 'A'.repeat(43) }, form, ATTACKER));
    const redeemed = await as(client, form)(other);
    expect(redeemed.status).toBe(200);
    const { refresh_token } = redeemed.body as Tokens;
    expect((await as(client, refreshForm(refresh_token))(app)).status).toBe(200);
  });

  it('tells who shares their network to come again, and not that the client is unknown (ABUSE-15)', async () => {
    const [{ app }] = instances;
    const { client_id, refresh_token } = await obtainTokens(app, SCOPE);
    await times(LIMIT + 1, () => tokenAs(app, guess(client_id), ATTACKER));
    // Behind the same address, while the limit holds: told to come again, and not that it is unknown.
    const form = { grant_type: 'refresh_token', client_id, refresh_token };
    const refused = await tokenAs(app, form, ATTACKER);
    expect(refused).toMatchObject({ status: 429, body: { error: 'temporarily_unavailable' } });
    expect((await tokenAs(app, form, OWN)).status).toBe(200);
  });
});
