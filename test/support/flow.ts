/**
 * A client and a person, going through the flow by HTTP.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Express } from 'express';
import supertest, { type Response } from 'supertest';
import { VERIFIER_MARK } from './secrets.ts';

/** The app itself, or where one listens: then the sockets are kept, which many requests want. */
export type At = Express | string;

export const REDIRECT_URI = 'http://localhost:8080/callback';

export const METADATA = {
  client_name: 'Test client',
  redirect_uris: [REDIRECT_URI],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
};

export interface Pkce {
  readonly code_verifier: string;
  readonly code_challenge: string;
}

export function createPkce(): Pkce {
  const code_verifier = `${VERIFIER_MARK}-${randomBytes(32).toString('base64url')}`;
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  return { code_verifier, code_challenge };
}

export async function register(app: At, metadata: object = {}): Promise<Response> {
  return supertest(app)
    .post('/oauth/register')
    .send({ ...METADATA, ...metadata });
}

export async function registeredClientId(app: At, metadata: object = {}): Promise<string> {
  const { body, status } = await register(app, metadata);
  if (status !== 201) throw new Error(`registration failed: ${JSON.stringify(body)}`);
  return (body as { client_id: string }).client_id;
}

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The query of an authorization request; `undefined` leaves a parameter out. */
export function authorizationQuery(client_id: string, pkce: Pkce, more: Query = {}): string {
  const query = new URLSearchParams();
  const parameters: Query = {
    response_type: 'code',
    client_id,
    redirect_uri: REDIRECT_URI,
    state: 'xyz-state',
    code_challenge: pkce.code_challenge,
    code_challenge_method: 'S256',
    ...more,
  };
  for (const [name, value] of Object.entries(parameters)) {
    for (const item of [value ?? []].flat()) query.append(name, item);
  }
  return query.toString();
}

/** One browser: its cookies, and who is logged in at the host. */
export class Browser {
  readonly #app: At;
  readonly #cookies = new Map<string, string>();

  constructor(app: At, person?: string) {
    this.#app = app;
    if (person !== undefined) this.login(person);
  }

  login(person: string): this {
    this.#cookies.set('person', person);
    return this;
  }

  logout(): this {
    this.#cookies.delete('person');
    return this;
  }

  /** The same browser in front of another instance. */
  at(app: At): Browser {
    const browser = new Browser(app);
    for (const [name, value] of this.#cookies) browser.#cookies.set(name, value);
    return browser;
  }

  async get(url: string): Promise<Response> {
    return this.#keep(await supertest(this.#app).get(url).set('Cookie', this.cookie()));
  }

  async post(
    url: string,
    form: Readonly<Record<string, string | readonly string[]>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const request = supertest(this.#app).post(url).type('form').set('Cookie', this.cookie());
    return this.#keep(await request.set(headers).send(form));
  }

  async request(method: 'HEAD' | 'POST' | 'PUT', url: string): Promise<Response> {
    const agent = supertest(this.#app);
    const request = { HEAD: agent.head(url), POST: agent.post(url), PUT: agent.put(url) }[method];
    return this.#keep(await request.set('Cookie', this.cookie()));
  }

  async authorize(client_id: string, pkce: Pkce, more: Query = {}): Promise<Response> {
    return this.get(`/oauth/authorize?${authorizationQuery(client_id, pkce, more)}`);
  }

  /** From the authorization request to the redirect that the decision leads to. */
  async decide(
    decision: 'allow' | 'deny',
    client_id: string,
    pkce: Pkce,
    more: Query = {},
  ): Promise<Response> {
    const begun = await this.authorize(client_id, pkce, more);
    if (!locationOf(begun).startsWith('/oauth/consent')) return begun;
    return this.submit(locationOf(begun), decision);
  }

  /** Opens a consent page and presses a button. */
  async submit(consentUrl: string, decision: 'allow' | 'deny'): Promise<Response> {
    const page = await this.get(consentUrl);
    if (page.status !== 200) return page;
    const { action, csrf } = consentForm(page.text);
    return this.post(action, { decision, csrf });
  }

  cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keep(response: Response): Response {
    const set = (response.headers as Record<string, unknown>)['set-cookie'];
    for (const line of Array.isArray(set) ? (set as string[]) : []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return response;
  }
}

/** The form of a consent page. */
export function consentForm(html: string): { action: string; csrf: string } {
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1] ?? '';
  const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
  return { action: action.replaceAll('&amp;', '&'), csrf };
}

export function locationOf(response: Response): string {
  return (response.headers as Record<string, string | undefined>)['location'] ?? '';
}

/** The parameters of a redirect to the client. */
export function redirectParameters(response: Response): Record<string, string> {
  return Object.fromEntries(new URL(locationOf(response)).searchParams);
}

/** Through login and consent to a code. */
export async function obtainCode(
  app: At,
  client_id: string,
  pkce: Pkce,
  more: Query = {},
  person = 'alice',
): Promise<string> {
  const response = await new Browser(app, person).decide('allow', client_id, pkce, more);
  const code = response.status === 303 ? redirectParameters(response)['code'] : undefined;
  if (code === undefined)
    throw new Error(`no code: ${String(response.status)} ${locationOf(response)} ${response.text}`);
  return code;
}

export type Form = Readonly<Record<string, string | undefined>>;

export async function tokenRequest(app: At, form: Form): Promise<Response> {
  const given = Object.entries(form).filter(([, value]) => value !== undefined);
  return supertest(app)
    .post('/oauth/token')
    .type('form')
    .send(Object.fromEntries(given) as Record<string, string>);
}

/** What redeems a code. */
export function redemption(client_id: string, code: string, pkce: Pkce, more: Form = {}): Form {
  return {
    grant_type: 'authorization_code',
    client_id,
    code,
    code_verifier: pkce.code_verifier,
    redirect_uri: REDIRECT_URI,
    ...more,
  };
}

export interface Tokens {
  readonly client_id: string;
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly scope: string;
  readonly expires_in: number;
}

/** The whole flow, from registration to tokens. */
export async function obtainTokens(app: At, scope: string, metadata: object = {}): Promise<Tokens> {
  const client_id = await registeredClientId(app, metadata);
  const pkce = createPkce();
  const code = await obtainCode(app, client_id, pkce, { scope });
  const { status, body } = await tokenRequest(app, redemption(client_id, code, pkce));
  if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`);
  return { client_id, ...(body as Omit<Tokens, 'client_id'>) };
}

export async function refreshRequest(
  app: At,
  client_id: string,
  refresh_token: string | undefined,
  more: Form = {},
): Promise<Response> {
  return tokenRequest(app, { grant_type: 'refresh_token', client_id, refresh_token, ...more });
}
