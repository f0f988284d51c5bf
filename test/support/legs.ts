/**
 * A client that is connected in every way there is, and what becomes of each.
 */
import type { Response } from 'supertest';
import supertest from 'supertest';
import type { TestApp } from './app.ts';
import { basic } from './confidential.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  refreshRequest,
  tokenRequest,
  type Form,
  type Tokens,
} from './flow.ts';
import { allowAt, askFrom, fateOf, HOSTED_URI } from './hosted.ts';
import { manage, registered, type Registration } from './management.ts';
import { push } from './pushed.ts';

const SCOPE = 'openid offline_access';
const API_SECRET = 's'.repeat(32);

/** Options of instances that {@link fatesAt} can ask. */
export const ASKED = { resourceServers: [{ id: 'api', secret: API_SECRET }] };

export interface Connected {
  readonly id: string;
  /** Absent for a client that did not register. */
  readonly registration?: Registration;
  readonly person: string;
  readonly browser: Browser;
  readonly tokens: Tokens;
  /** Redeems a code that nobody has used yet. */
  readonly redeem: Form;
  /** The page of a request that nobody has decided about. */
  readonly consentUrl: string;
}

/** Registers a client at a host of its own, and connects it. */
export async function connectedApp(at: TestApp, person = 'alice'): Promise<Connected> {
  const registration = await registered(at.app, { redirect_uris: [HOSTED_URI] });
  return { ...(await connect(at, registration.client_id, person)), registration };
}

/** Connects a client that there is; from then on the consent of the person is remembered. */
export async function connect({ app }: TestApp, id: string, person = 'alice'): Promise<Connected> {
  const browser = new Browser(app, person);
  const waiting = await askFrom(browser, id, { scope: SCOPE });
  const [first, second] = [createPkce(), createPkce()];
  const ask = { redirect_uri: HOSTED_URI, scope: SCOPE };
  const begun = await browser.authorize(id, first, ask);
  const code = codeOf(await allowAt(browser, locationOf(begun)));
  const redeemed = await tokenRequest(app, redemption(id, code, first, ask));
  const unused = codeOf(await browser.authorize(id, second, ask));
  return {
    id,
    person,
    browser,
    tokens: { ...(redeemed.body as Tokens), client_id: id },
    redeem: redemption(id, unused, second, ask),
    consentUrl: locationOf(waiting),
  };
}

/** What became of each, at this instance. Uses the code up. */
export async function fatesAt(at: TestApp, app: Connected): Promise<Record<string, unknown>> {
  const { id, person, tokens, redeem, consentUrl, registration } = app;
  const browser = app.browser.at(at.app);
  const { access_token } = tokens;
  const isOfApp = ({ clientId }: { readonly clientId: string }): boolean => clientId === id;
  const introspected = await supertest(at.app)
    .post('/oauth/introspect')
    .set('Authorization', basic(`api:${API_SECRET}`))
    .type('form')
    .send({ token: access_token });
  return {
    // First: what follows may add to them.
    list: (await at.server.grants.list({ subject: person })).filter(isOfApp).length,
    authorize: fateOf(await askFrom(browser, id, { scope: SCOPE })),
    silently: fateOf(await askFrom(browser, id, { scope: SCOPE, prompt: 'none' })),
    consent: (await browser.get(consentUrl)).status,
    push: errorOf(await push(at.app, id, createPkce(), { redirect_uri: HOSTED_URI })),
    introspect: (introspected.body as { active: boolean }).active,
    userinfo: errorOf(
      await supertest(at.app).get('/oauth/userinfo').auth(access_token, { type: 'bearer' }),
    ),
    bearer: await at.server.verifyAccessToken(access_token, { checkRevocation: true }).then(
      () => 'good',
      () => 'refused',
    ),
    code: errorOf(await tokenRequest(at.app, redeem)),
    refresh: errorOf(await refreshRequest(at.app, id, tokens.refresh_token)),
    ...(registration && { manage: errorOf(await manage(at.app, 'get', registration)) }),
  };
}

/** Of a client that is connected, and of its person nothing else. */
export const ALIVE = {
  authorize: 'code',
  silently: 'code',
  consent: 303,
  push: '201',
  list: 2,
  introspect: true,
  userinfo: '200',
  bearer: 'good',
  code: '200',
  refresh: '200',
  manage: '200',
};

/** Of one whose grants are over, and that may ask again. */
export const ENDED = {
  authorize: 'asked',
  silently: 'consent_required',
  consent: 200,
  push: '201',
  list: 0,
  introspect: false,
  userinfo: '401 invalid_token',
  bearer: 'refused',
  code: '400 invalid_grant',
  refresh: '400 invalid_grant',
  manage: '200',
};

/** Of one that nobody knows. */
export const UNKNOWN = {
  ...ENDED,
  authorize: '400',
  silently: '400',
  consent: 400,
  push: '401 invalid_client',
  code: '401 invalid_client',
  refresh: '401 invalid_client',
  manage: '401 invalid_token',
};

function codeOf(answer: Response): string {
  const { code } = redirectParameters(answer);
  if (code === undefined) throw new Error(`no code: ${fateOf(answer)}`);
  return code;
}

function errorOf({ status, body }: Response): string {
  const { error } = Object(body) as { error?: string };
  return error === undefined ? String(status) : `${String(status)} ${error}`;
}
