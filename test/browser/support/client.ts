/**
 * A client that a person connects: it registers, sends the person off and redeems what comes back.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { authorizationQuery, createPkce, METADATA, type Query } from '../../support/flow.ts';

export const WEB_CLIENT = 'https://client.example/callback';

/** One authorization request. */
export interface Asking {
  readonly url: string;
  readonly state: string;
  /** Redeems the code that arrived with this address. */
  redeem(arrival: URL | string): Promise<Response>;
}

export interface ClientOptions {
  readonly redirect_uri?: string;
  readonly metadata?: object;
}

/** Registers a client at a running server; each call of what it returns is a new request. */
export async function registerClient(
  issuer: string,
  { redirect_uri = WEB_CLIENT, metadata = {} }: ClientOptions = {},
): Promise<(more?: Query) => Asking> {
  const response = await fetch(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...METADATA, redirect_uris: [redirect_uri], ...metadata }),
  });
  if (response.status !== 201) throw new Error(`registration failed: ${await response.text()}`);
  const { client_id } = (await response.json()) as { client_id: string };

  return (more = {}) => {
    const pkce = createPkce();
    const state = randomUUID();
    const query = { redirect_uri, state, scope: 'notes:read notes:write', ...more };
    const parameters = new URLSearchParams(authorizationQuery(client_id, pkce, query));
    return {
      url: `${issuer}/oauth/authorize?${parameters.toString()}`,
      state: parameters.get('state') ?? '',
      redeem: (arrival) => {
        const code = new URL(arrival).searchParams.get('code') ?? '';
        return fetch(`${issuer}/oauth/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'authorization_code',
            client_id,
            code,
            redirect_uri: parameters.get('redirect_uri') ?? '',
            code_verifier: pkce.code_verifier,
          }),
        });
      },
    };
  };
}
