import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestApp } from '../support/app.ts';
import {
  inBody,
  inHeader,
  INVALID_CLIENT,
  issueCodeTo,
  obtainTokensAs,
  refreshForm,
  registeredConfidential,
  tokenRequestAs,
  WAYS,
  WEB_REDIRECT_URI,
  type Presented,
} from '../support/confidential.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { createPkce, registeredClientId, type Form, type Tokens } from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SECOND = 1000;
const INVALID_GRANT = { status: 400, body: { error: 'invalid_grant' } };
const REFUSED = { status: 401, body: INVALID_CLIENT };

describe.each(STORE_KINDS)('what was issued to a confidential client ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let app: TestApp['app'];
  let log: TestApp['log'];

  beforeEach(() => {
    deployment = createDeployment(storeKind);
    ({ app, log } = deployment.start());
  });
  afterEach(async () => {
    await deployment.close();
  });

  /** Whether the grant that a refresh token belongs to is still there. */
  async function isAlive({ refresh_token = '' }: Pick<Tokens, 'refresh_token'>): Promise<boolean> {
    const [grantId = ''] = refresh_token.split('.');
    return (await deployment.store().grants.find(grantId)) !== undefined;
  }

  it('survives a replay of its code by who lacks the secret or the verifier (TOKEN-03)', async () => {
    const client = await registeredConfidential(app);
    const other = await registeredConfidential(app);
    const publicId = await registeredClientId(app, { redirect_uris: [WEB_REDIRECT_URI] });
    const { form } = await issueCodeTo(app, client);
    const tokens = (await tokenRequestAs(app, inHeader(client), form)).body as Tokens;
    // Late enough that a replay by the client itself would end the grant.
    deployment.clock.advance(11 * SECOND);
    const wrong = { ...client, client_secret: other.client_secret };
    for (const { present } of WAYS) {
      const { status, body } = await tokenRequestAs(app, present(wrong), form);
      expect({ status, body }).toEqual(REFUSED);
    }
    const named = { form: { client_id: client.client_id } };
    const unproven = await tokenRequestAs(app, named, form);
    expect({ status: unproven.status, body: unproven.body }).toEqual(REFUSED);
    const { code_verifier } = createPkce();
    const replays: [Presented, Form, object][] = [
      [inHeader(client), { ...form, code_verifier }, INVALID_GRANT],
      [
        inHeader(client),
        { ...form, code_verifier: undefined },
        { status: 400, body: { error: 'invalid_request' } },
      ],
      [inHeader(other), form, INVALID_GRANT],
      [{ form: { client_id: publicId } }, form, INVALID_GRANT],
    ];
    for (const [presented, replay, want] of replays) {
      const { status, body } = await tokenRequestAs(app, presented, replay);
      expect({ status, body }).toMatchObject(want);
    }
    expect(await isAlive(tokens)).toBe(true);
    const refreshed = await tokenRequestAs(
      app,
      inHeader(client),
      refreshForm(tokens.refresh_token),
    );
    expect(refreshed.status).toBe(200);
    expect(log.at('warn').map(({ message }) => message)).not.toContain(
      'authorization code replayed: grant revoked',
    );
  });

  it('ends when its code is replayed by the client itself, secret and verifier right', async () => {
    const client = await registeredConfidential(app);
    const { form } = await issueCodeTo(app, client);
    const tokens = (await tokenRequestAs(app, inHeader(client), form)).body as Tokens;
    expect(await isAlive(tokens)).toBe(true);
    deployment.clock.advance(11 * SECOND);
    const { status, body } = await tokenRequestAs(app, inBody(client), form);
    expect({ status, body }).toMatchObject(INVALID_GRANT);
    expect(await isAlive(tokens)).toBe(false);
  });

  it('is a code for nobody else, and stays one for the client (TOKEN-05)', async () => {
    const client = await registeredConfidential(app);
    const other = await registeredConfidential(app);
    const attacker = await registeredClientId(app, { redirect_uris: [WEB_REDIRECT_URI] });
    const { form } = await issueCodeTo(app, client);
    const attempts: [Presented, object][] = [
      [{ form: { client_id: attacker } }, INVALID_GRANT],
      [inHeader(other), INVALID_GRANT],
      [inBody(other), INVALID_GRANT],
      [{}, { status: 400, body: { error: 'invalid_request' } }],
      [{ ...inHeader(other), form: { client_id: client.client_id } }, REFUSED],
      [{ ...inHeader(client), form: { client_id: other.client_id } }, REFUSED],
      [inBody({ ...other, client_id: client.client_id }), REFUSED],
      [{ form: { client_id: client.client_id } }, REFUSED],
    ];
    for (const [presented, want] of attempts) {
      const { status, body } = await tokenRequestAs(app, presented, form);
      expect({ status, body }).toMatchObject(want);
    }
    expect((await tokenRequestAs(app, inHeader(client), form)).status).toBe(200);
  });

  it('is a code of a public client for no confidential one (TOKEN-05)', async () => {
    const client_id = await registeredClientId(app, { redirect_uris: [WEB_REDIRECT_URI] });
    const other = await registeredConfidential(app);
    const { form } = await issueCodeTo(app, { client_id, client_secret: '' });
    for (const { present } of WAYS) {
      const { status, body } = await tokenRequestAs(app, present(other), form);
      expect({ status, body }).toMatchObject(INVALID_GRANT);
      const mixed = await tokenRequestAs(app, present({ ...other, client_id }), form);
      expect({ status: mixed.status, body: mixed.body }).toEqual(REFUSED);
    }
    expect((await tokenRequestAs(app, { form: { client_id } }, form)).status).toBe(200);
  });

  it('is a refresh token for the client alone, also within the grace window (REFRESH-05)', async () => {
    const client = await registeredConfidential(app);
    const other = await registeredConfidential(app);
    const attacker = await registeredClientId(app, { redirect_uris: [WEB_REDIRECT_URI] });
    const { refresh_token: first } = await obtainTokensAs(app, client);
    const rotated = await tokenRequestAs(app, inHeader(client), refreshForm(first));
    const { refresh_token: second } = rotated.body as Tokens;
    const attempts: [Presented, Form, object][] = [
      [inHeader(other), {}, INVALID_GRANT],
      [inBody(other), {}, INVALID_GRANT],
      [{ form: { client_id: attacker } }, {}, INVALID_GRANT],
      [inHeader({ ...client, client_secret: other.client_secret }), {}, REFUSED],
      [inBody({ ...client, client_secret: 'x' }), {}, REFUSED],
      [{ form: { client_id: client.client_id } }, {}, REFUSED],
      [
        inHeader(client),
        { scope: 'openid email' },
        { status: 400, body: { error: 'invalid_scope' } },
      ],
      [
        inHeader(client),
        { resource: 'https://other.example.com/mcp' },
        { status: 400, body: { error: 'invalid_target' } },
      ],
    ];
    for (const [presented, more, want] of attempts) {
      const refused = await tokenRequestAs(app, presented, refreshForm(first, more));
      expect({ status: refused.status, body: refused.body }).toMatchObject(want);
      expect(refused.text).not.toContain(second);
    }
    const repeated = await tokenRequestAs(app, inBody(client), refreshForm(first));
    expect(repeated.body).toMatchObject({ refresh_token: second });
    expect((await tokenRequestAs(app, inHeader(client), refreshForm(second))).status).toBe(200);
  });

  it('is not rotated by a refresh that is refused (REFRESH-10)', async () => {
    const client = await registeredConfidential(app);
    const { refresh_token } = await obtainTokensAs(app, client);
    const wrong = { ...client, client_secret: 'wrong' };
    let current = refresh_token;
    for (const { present } of WAYS) {
      const refused = await tokenRequestAs(app, present(wrong), refreshForm(current));
      expect({ status: refused.status, body: refused.body }).toEqual(REFUSED);
      deployment.clock.advance(60 * SECOND);
      const { status, body } = await tokenRequestAs(app, present(client), refreshForm(current));
      expect(status).toBe(200);
      current = (body as Tokens & { refresh_token: string }).refresh_token;
    }
    expect(current).toMatch(/\.4\./);
  });

  it('is rotated like that of a public client, and reuse ends it (REFRESH-20)', async () => {
    const client = await registeredConfidential(app);
    const { refresh_token: first } = await obtainTokensAs(app, client);
    const refresh = async (token: string | undefined) =>
      tokenRequestAs(app, inHeader(client), refreshForm(token));
    const rotated = await refresh(first);
    const { refresh_token: second } = rotated.body as Tokens;
    expect(second).not.toBe(first);
    deployment.clock.advance(31 * SECOND);
    for (const token of [first, second, first]) {
      const { status, body } = await refresh(token);
      expect({ status, body }).toMatchObject(INVALID_GRANT);
    }
    expect(await isAlive(rotated.body as Tokens)).toBe(false);
    expect(log.at('warn').map(({ message }) => message)).toContain(
      'refresh token reused: grant revoked',
    );
  });
});
