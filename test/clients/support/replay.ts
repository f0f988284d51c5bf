/**
 * A client that sends exactly what was recorded of a real one: nothing is added but the ids, the code
 * challenge and the code, which differ each time.
 */
import type { Express } from 'express';
import supertest, { type Response } from 'supertest';
import {
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  tokenRequest,
  type Form,
  type Pkce,
  type Query,
} from '../../support/flow.ts';

/** What a client sends beside ids, challenge, code and tokens. */
export interface Recorded {
  /** The body of the registration request. */
  readonly registration: object;
  /** Parameters of the authorization request; `redirect_uri` among them. */
  readonly authorization: Query & { readonly redirect_uri: string };
  /** More parameters of the token request. */
  readonly token?: Form;
  /** More parameters of the refresh. */
  readonly refresh?: Form;
}

/** Client information, as far as it is looked at. */
export interface Registered {
  readonly client_id: string;
  readonly scope: string;
  readonly redirect_uris: readonly string[];
  readonly [member: string]: unknown;
}

/** A successful answer of the token endpoint. */
export interface Tokens {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly refresh_token?: string;
}

/** Everything that a login of a recorded client brought. */
export interface Login {
  readonly registered: Registered;
  /** The parameters of the redirect to the client. */
  readonly answer: Readonly<Record<string, string>>;
  readonly tokens: Tokens;
}

export async function register(app: Express, body: object): Promise<Registered> {
  const response = await supertest(app).post('/oauth/register').send(body);
  return bodyOf(response, 201) as Registered;
}

/** The authorization request as it is sent, and whatever is answered to it. */
export async function ask(
  browser: Browser,
  client_id: string,
  pkce: Pkce,
  authorization: Query,
): Promise<Response> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id,
    code_challenge: pkce.code_challenge,
    code_challenge_method: 'S256',
  });
  for (const [name, value] of Object.entries(authorization)) {
    for (const item of [value ?? []].flat()) query.append(name, item);
  }
  return browser.get(`/oauth/authorize?${query.toString()}`);
}

/** From the request to the redirect to the client; alice is logged in and allows. */
export async function authorize(
  app: Express,
  client_id: string,
  pkce: Pkce,
  authorization: Query,
): Promise<Readonly<Record<string, string>>> {
  const browser = new Browser(app, 'alice');
  const begun = await ask(browser, client_id, pkce, authorization);
  const consent = locationOf(begun);
  const decided = consent.startsWith('/oauth/consent')
    ? await browser.submit(consent, 'allow')
    : begun;
  if (decided.status !== 303) throw new Error(`no redirect: ${String(decided.status)}`);
  const { redirect_uri } = authorization;
  const target = typeof redirect_uri === 'string' ? redirect_uri : '';
  if (!locationOf(decided).startsWith(target)) throw new Error(`sent to ${locationOf(decided)}`);
  return redirectParameters(decided);
}

/** Authorizes and redeems the code. */
export async function logIn(
  app: Express,
  registered: Registered,
  { authorization, token = {} }: Omit<Recorded, 'registration'>,
): Promise<Login> {
  const { client_id } = registered;
  const pkce = createPkce();
  const answer = await authorize(app, client_id, pkce, authorization);
  const response = await tokenRequest(app, {
    grant_type: 'authorization_code',
    client_id,
    code: answer['code'],
    code_verifier: pkce.code_verifier,
    redirect_uri: authorization.redirect_uri,
    ...token,
  });
  return { registered, answer, tokens: bodyOf(response, 200) as Tokens };
}

/** The whole login of a client that was not here before. */
export async function firstLogin(app: Express, recorded: Recorded): Promise<Login> {
  return logIn(app, await register(app, recorded.registration), recorded);
}

export async function refresh(
  app: Express,
  { registered, tokens }: Login,
  more: Form = {},
): Promise<Response> {
  return tokenRequest(app, {
    grant_type: 'refresh_token',
    client_id: registered.client_id,
    refresh_token: tokens.refresh_token,
    ...more,
  });
}

function bodyOf({ status, body, text }: Response, expected: number): unknown {
  if (status === expected) return body;
  throw new Error(`expected ${String(expected)}: ${String(status)} ${text}`);
}
