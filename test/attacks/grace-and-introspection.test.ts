import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endClientGrants } from '../../lib/services/decide-on-client.ts';
import type { TestApp } from '../support/app.ts';
import {
  inHeader,
  issueCodeTo,
  obtainTokensAs,
  refreshForm,
  registeredConfidential,
  tokenRequestAs,
  type ConfidentialClient,
} from '../support/confidential.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import type { Tokens } from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { askAs, errorOf, held, isActiveTo } from './support/ask.ts';

const SECOND = 1_000;
const DAY = 24 * 3600 * SECOND;
const API = { client_id: 'api', client_secret: 's'.repeat(32) };
const SERVERS = [{ id: API.client_id, secret: API.client_secret }];

describe.each(STORE_KINDS)('a refresh token and the moment ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let here: TestApp;
  let there: TestApp;
  let client: ConfidentialClient;

  beforeEach(async () => {
    deployment = createDeployment(storeKind, { resourceServers: SERVERS });
    [here, there] = [deployment.start(), deployment.start()];
    client = await registeredConfidential(here.app);
  });
  afterEach(async () => {
    await deployment.close();
  });

  const refresh = (at: TestApp, token: string | undefined): ReturnType<typeof tokenRequestAs> =>
    tokenRequestAs(at.app, inHeader(client), refreshForm(token));

  it('that was replaced in its last seconds is not active in the grace window either (MEET-41)', async () => {
    const { refresh_token: first } = await obtainTokensAs(here.app, client);
    deployment.clock.advance(30 * DAY - 20 * SECOND);
    const { refresh_token: second } = (await refresh(here, first)).body as Tokens;
    expect(await isActiveTo(there.app, client, first)).toBe(true);
    deployment.clock.advance(25 * SECOND);
    expect(errorOf(await refresh(there, first))).toBe('400 invalid_grant');
    expect(await isActiveTo(there.app, client, first)).toBe(false);
    expect(await isActiveTo(there.app, client, second)).toBe(true);
  });

  it('cannot be put together of a code, nor a code of it, wherever it is shown (MEET-42)', async () => {
    const { form } = await issueCodeTo(here.app, client);
    const { code = '' } = form;
    const [grant = '', mac = ''] = code.split('.');
    const made = [`${grant}.1.${mac}`, `${grant}.999999999.${mac}`, code];
    for (const token of made) {
      expect(errorOf(await refresh(there, token))).toBe('400 invalid_grant');
      expect(await isActiveTo(there.app, client, token)).toBe(false);
      expect((await askAs(there.app, '/oauth/revoke', client, { token })).status).toBe(200);
    }
    const redeemed = await tokenRequestAs(there.app, inHeader(client), form);
    const { refresh_token = '' } = redeemed.body as Tokens;
    const [, , own = ''] = refresh_token.split('.');
    const asCode = { ...form, code: `${grant}.${own}` };
    expect(errorOf(await tokenRequestAs(here.app, inHeader(client), asCode))).toBe(
      '400 invalid_grant',
    );
    expect(errorOf(await refresh(here, `${grant}.2.${own}`))).toBe('400 invalid_grant');
    expect((await refresh(here, refresh_token)).status).toBe(200);
  });

  it('is over with the client, in the grace window and out of it, when that is let in again (MEET-43)', async () => {
    const { refresh_token: first } = await obtainTokensAs(here.app, client);
    const { refresh_token: second } = (await refresh(here, first)).body as Tokens;
    await here.server.clients.block(client.client_id);
    expect(errorOf(await refresh(there, first))).toBe('401 invalid_client');
    expect(await isActiveTo(there.app, client, second)).toBe('401 invalid_client');
    await there.server.clients.unblock(client.client_id);
    for (const token of [first, second]) {
      expect(await isActiveTo(there.app, client, token)).toBe(false);
      expect(errorOf(await refresh(there, token))).toBe('400 invalid_grant');
    }
  });

  it('that is under way when its client is ended leads to nothing that is good (MEET-44)', async () => {
    const { wait, reached, letGo } = held();
    const active = async (): Promise<boolean> => wait().then(() => true);
    const slow = deployment.start({}, { login: { active } });
    const { refresh_token } = await obtainTokensAs(here.app, client);
    const asked = refresh(slow, refresh_token);
    await reached;
    const { clientStates } = deployment.store();
    const operator = { clientStates, grantMaxTtlMs: 90 * DAY, emit: () => undefined };
    await endClientGrants(operator, client.client_id);
    letGo();
    const { access_token, refresh_token: next } = (await asked).body as Partial<Tokens>;
    for (const token of [access_token, next]) {
      if (token === undefined) continue;
      expect(await isActiveTo(there.app, client, token)).toBe(false);
      expect(await isActiveTo(there.app, API, token)).toBe(false);
    }
    // Before it is tried: a refresh that finds it over ends it.
    expect(await there.server.grants.list({ subject: 'alice' })).toEqual([]);
    expect(errorOf(await refresh(there, next ?? refresh_token))).toBe('400 invalid_grant');
  });

  it('that is under way gives nothing when another instance hears that the person may not (MEET-45)', async () => {
    const { wait, reached, letGo } = held();
    const slow = deployment.start({}, { login: { active: () => wait().then(() => true) } });
    const strict = deployment.start({}, { login: { active: () => false } });
    const { refresh_token } = await obtainTokensAs(here.app, client);
    const asked = refresh(slow, refresh_token);
    await reached;
    expect(await isActiveTo(strict.app, client, refresh_token)).toBe(false);
    letGo();
    const answer = await asked;
    expect(errorOf(answer)).toBe('400 invalid_grant');
    expect(answer.body).not.toHaveProperty('access_token');
  });

  it('does not come of a code that is under way when the person ends it all (MEET-46)', async () => {
    const { wait, reached, letGo } = held();
    const accessTokenClaims = (): Promise<object> => wait().then(() => ({}));
    const slow = deployment.start({}, { login: { accessTokenClaims } as object });
    const { form } = await issueCodeTo(here.app, client);
    const asked = tokenRequestAs(slow.app, inHeader(client), form);
    await reached;
    expect(await there.server.grants.revoke({ subject: 'alice' })).toBe(1);
    letGo();
    const answer = await asked;
    expect(errorOf(answer)).toBe('400 invalid_grant');
    expect(answer.body).not.toHaveProperty('access_token');
    expect(await there.server.grants.list({ subject: 'alice' })).toEqual([]);
  });
});
