/**
 * A client that reads, changes and ends its registration (RFC 7592).
 */
import supertest, { type Response } from 'supertest';
import {
  createPkce,
  METADATA,
  obtainCode,
  redemption,
  register,
  tokenRequest,
  type At,
  type Tokens,
} from './flow.ts';

/** What is answered to a registration, as far as the next request needs it. */
export interface Registration {
  readonly client_id: string;
  readonly registration_access_token: string;
  readonly registration_client_uri: string;
  readonly client_secret?: string;
  readonly scope: string;
}

export async function registered(app: At, metadata: object = {}): Promise<Registration> {
  const { status, body } = await register(app, metadata);
  if (status !== 201) throw new Error(`registration failed: ${JSON.stringify(body)}`);
  return body as Registration;
}

export interface Management {
  /** Whose token is sent, in place of the client's own. */
  readonly token?: string | undefined;
  readonly body?: object;
  readonly type?: string;
}

export function manage(
  app: At,
  method: 'get' | 'put' | 'delete',
  { client_id, registration_access_token }: Registration,
  { token = registration_access_token, body, type = 'application/json' }: Management = {},
): Promise<Response> {
  const request = supertest(app)[method](`/oauth/register/${client_id}`);
  request.set('Authorization', `Bearer ${token}`);
  return body ? request.type(type).send(body) : request;
}

/** An update with the metadata that most clients here register with. */
export function update(
  app: At,
  client: Registration,
  metadata: object = {},
  more: Management = {},
): Promise<Response> {
  const body = { ...METADATA, client_id: client.client_id, ...metadata };
  return manage(app, 'put', client, { body, ...more });
}

/** The client as an answer describes it. */
export function registrationIn({ status, body }: Response): Registration {
  if (status !== 200) throw new Error(`the update failed: ${JSON.stringify(body)}`);
  return body as Registration;
}

export const OFFLINE = 'openid offline_access';

/** Tokens of alice for a public client that is registered already. */
export async function tokensFor(
  app: At,
  { client_id }: Pick<Registration, 'client_id'>,
): Promise<Tokens> {
  const pkce = createPkce();
  const code = await obtainCode(app, client_id, pkce, { scope: OFFLINE });
  const { status, body } = await tokenRequest(app, redemption(client_id, code, pkce));
  if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`);
  return { client_id, ...(body as Omit<Tokens, 'client_id'>) };
}
