/**
 * Confidential clients: registered with a secret, and each way of sending one.
 */
import supertest, { type Response } from 'supertest';
import {
  createPkce,
  obtainCode,
  redemption,
  register,
  type At,
  type Form,
  type Pkce,
  type Tokens,
} from './flow.ts';

export const WEB_REDIRECT_URI = 'https://app.example.com/cb';

/** What a failed attempt in the header is answered with. */
export const BASIC_CHALLENGE = 'Basic realm="token endpoint", charset="UTF-8"';

/** The one answer to every client that is not known or has not proven it. */
export const INVALID_CLIENT = {
  error: 'invalid_client',
  error_description: 'the client is not known, or its credentials are missing or wrong',
};

export const SECRET_METHODS = ['client_secret_basic', 'client_secret_post'] as const;

export interface ConfidentialClient {
  readonly client_id: string;
  readonly client_secret: string;
}

/** What goes along with a token request to say who asks. */
export interface Presented {
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Form;
}

export async function registeredConfidential(
  app: At,
  metadata: object = {},
): Promise<ConfidentialClient> {
  const { status, body } = await register(app, {
    redirect_uris: [WEB_REDIRECT_URI],
    token_endpoint_auth_method: 'client_secret_basic',
    ...metadata,
  });
  if (status !== 201) throw new Error(`registration failed: ${JSON.stringify(body)}`);
  const { client_id, client_secret } = body as ConfidentialClient;
  return { client_id, client_secret };
}

/** As many clients write it: id and secret as they are. */
export function inHeader({ client_id, client_secret }: ConfidentialClient): Presented {
  return { headers: { Authorization: basic(`${client_id}:${client_secret}`) } };
}

/** As RFC 6749 §2.3.1 has it; every character is encoded, for those of our secrets need not be. */
export function inEncodedHeader({ client_id, client_secret }: ConfidentialClient): Presented {
  return inHeader({ client_id: encoded(client_id), client_secret: encoded(client_secret) });
}

export function inBody({ client_id, client_secret }: ConfidentialClient): Presented {
  return { form: { client_id, client_secret } };
}

export const WAYS = [
  { way: 'the header', present: inHeader },
  { way: 'the header, form-encoded', present: inEncodedHeader },
  { way: 'the body', present: inBody },
] as const;

export function basic(pair: string | Buffer): string {
  return `Basic ${Buffer.from(pair as string).toString('base64')}`;
}

function encoded(text: string): string {
  return Buffer.from(text)
    .toString('hex')
    .replace(/../g, (byte) => `%${byte}`);
}

/** A token request that says who asks with nothing but what is presented. */
export async function tokenRequestAs(
  app: At,
  { headers = {}, form = {} }: Presented,
  request: Form,
): Promise<Response> {
  const all: Form = { ...request, client_id: undefined, ...form };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return supertest(app)
    .post('/oauth/token')
    .type('form')
    .set(headers)
    .send(Object.fromEntries(given) as Record<string, string>);
}

/** A code that alice approved, and the form that redeems it. */
export interface IssuedCode {
  readonly client: ConfidentialClient;
  readonly code: string;
  readonly pkce: Pkce;
  readonly form: Form;
}

export async function issueCodeTo(
  app: At,
  client: ConfidentialClient,
  scope = 'openid offline_access',
): Promise<IssuedCode> {
  const pkce = createPkce();
  const redirect_uri = WEB_REDIRECT_URI;
  const code = await obtainCode(app, client.client_id, pkce, { redirect_uri, scope });
  const form = redemption(client.client_id, code, pkce, { redirect_uri });
  return { client, code, pkce, form: { ...form, client_id: undefined } };
}

export function refreshForm(refresh_token: string | undefined, more: Form = {}): Form {
  return { grant_type: 'refresh_token', refresh_token, ...more };
}

/** Tokens of a confidential client that presents itself in one way. */
export async function obtainTokensAs(
  app: At,
  client: ConfidentialClient,
  present: (client: ConfidentialClient) => Presented = inHeader,
): Promise<Omit<Tokens, 'client_id'> & { readonly refresh_token: string }> {
  const { form } = await issueCodeTo(app, client);
  const { status, body } = await tokenRequestAs(app, present(client), form);
  if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`);
  return body as Tokens & { refresh_token: string };
}
