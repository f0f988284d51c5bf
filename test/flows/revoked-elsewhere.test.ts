import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  createPkce,
  obtainCode,
  obtainTokens,
  redemption,
  refreshRequest,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import type { TestApp } from '../support/app.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { expectApiError } from '../http/support/expect.ts';

const SCOPE = 'openid offline_access';
const DAY = 24 * 3600;

describe.each(STORE_KINDS)('what was ended at one instance ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let instances: readonly [TestApp, TestApp];

  beforeEach(() => {
    deployment = createDeployment(storeKind);
    instances = [deployment.start(), deployment.start()];
  });
  afterEach(async () => {
    await deployment.close();
  });

  const grantOf = ({ refresh_token = '' }: Tokens): string => refresh_token.split('.')[0] ?? '';

  /** What an operator or the person does, at an instance of their own. */
  async function revoke(grantId: string): Promise<void> {
    await deployment.store().grants.revoke(grantId, { requestId: randomUUID() });
  }

  it('cannot be refreshed at the other from that moment (REFRESH-15)', async () => {
    const [{ app }, { app: other }] = instances;
    const tokens = await obtainTokens(app, SCOPE);
    const refreshed = await refreshRequest(other, tokens.client_id, tokens.refresh_token);
    const { refresh_token: next } = refreshed.body as Tokens;
    await revoke(grantOf(tokens));
    for (const token of [next, tokens.refresh_token]) {
      const answer = await refreshRequest(other, tokens.client_id, token);
      expectApiError(answer, 400, 'invalid_grant');
    }
  });

  it('cannot be redeemed at the other either (REFRESH-15)', async () => {
    const [{ app }, { app: other }] = instances;
    const { client_id } = await obtainTokens(app, SCOPE);
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { scope: SCOPE });
    await revoke(code.split('.')[0] ?? '');
    const answer = await tokenRequest(other, redemption(client_id, code, pkce));
    expectApiError(answer, 400, 'invalid_grant');
  });

  it('is that grant alone: another of the same client goes on (REFRESH-15)', async () => {
    const [{ app }, { app: other }] = instances;
    const { client_id, ...first } = await obtainTokens(app, SCOPE);
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { scope: SCOPE });
    const { body } = await tokenRequest(app, redemption(client_id, code, pkce));
    await revoke(grantOf({ client_id, ...first }));
    const { refresh_token } = body as Tokens;
    expect((await refreshRequest(other, client_id, refresh_token)).status).toBe(200);
  });

  it('is every grant of a client that is gone, and says so (REFRESH-15)', async () => {
    // An instance that keeps clients, and what they are granted, for a day.
    const brief = deployment.start({
      clientUnusedTtlSeconds: DAY,
      clientIdleTtlSeconds: DAY,
      grantMaxTtlSeconds: DAY,
    });
    const tokens = await obtainTokens(brief.app, SCOPE);
    deployment.clock.advance(DAY * 1000 - 60_000);
    const alive = await refreshRequest(brief.app, tokens.client_id, tokens.refresh_token);
    expect(alive.status).toBe(200);
    // And a second, for an instance knows the clock of Redis by what it was told.
    deployment.clock.advance(61_000);
    const { refresh_token } = alive.body as Tokens;
    for (const at of instances) {
      const answer = await refreshRequest(at.app, tokens.client_id, refresh_token);
      expectApiError(answer, 401, 'invalid_client');
    }
  });
});
