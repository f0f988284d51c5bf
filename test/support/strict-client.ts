/**
 * An OAuth client that takes the specifications at their word: openid-client, with the scripted
 * browser for the person.
 *
 * @module
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  dynamicClientRegistration,
  None,
  randomPKCECodeVerifier,
  randomState,
  type ClientAuth,
  type ClientMetadata,
  type Configuration,
  type DynamicClientRegistrationRequestOptions,
} from 'openid-client';
import { Browser, logInAndDecide, type Decision } from './browser.ts';

export const ALICE = { username: 'alice', password: 'password' };
export const REDIRECT_URI = 'http://127.0.0.1:28765/callback';

/** RFC 8414, and plain http, for the example listens on loopback. */
export const DISCOVERY: DynamicClientRegistrationRequestOptions = {
  algorithm: 'oauth2',
  execute: [allowInsecureRequests],
};

/**
 * Discovers the server and registers a client there; a public one unless told otherwise.
 *
 * @param initialAccessToken - What opens registration; nothing is sent when it is absent.
 */
export function registerStrictly(
  issuer: string,
  metadata: Partial<ClientMetadata> = {},
  clientAuth: ClientAuth = None(),
  initialAccessToken?: string,
): Promise<Configuration> {
  return dynamicClientRegistration(
    new URL(issuer),
    {
      client_name: 'Strict client',
      redirect_uris: [REDIRECT_URI],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      ...metadata,
    },
    clientAuth,
    { ...DISCOVERY, ...(initialAccessToken !== undefined && { initialAccessToken }) },
  );
}

/** Where the person came out, and what the client has to check there. */
export interface Authorized {
  readonly callback: URL;
  readonly checks: { readonly expectedState: string; readonly pkceCodeVerifier: string };
}

/** From the authorization request to the redirect. @throws {Error} When the person stays on a page. */
export async function authorizeStrictly(
  config: Configuration,
  parameters: Readonly<Record<string, string>> | URLSearchParams,
  decision: Decision = 'allow',
): Promise<Authorized> {
  const pkceCodeVerifier = randomPKCECodeVerifier();
  const expectedState = randomState();
  // Those that may be there more than once stay so.
  const all = new URLSearchParams(parameters);
  for (const [name, value] of Object.entries({
    redirect_uri: REDIRECT_URI,
    code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
  })) {
    if (!all.has(name)) all.set(name, value);
  }
  const request = buildAuthorizationUrl(config, all);
  const end = await logInAndDecide(new Browser(request), request, ALICE, decision);
  if (end.kind === 'page') throw new Error(`stayed on a page: ${String(end.status)}`);
  return { callback: end.url, checks: { expectedState, pkceCodeVerifier } };
}

export type StrictTokens = Awaited<ReturnType<typeof authorizationCodeGrant>>;

/** The whole way to tokens; the client checks `state` and `iss` on it. */
export async function obtainStrictly(
  config: Configuration,
  parameters: Readonly<Record<string, string>>,
): Promise<StrictTokens> {
  const { callback, checks } = await authorizeStrictly(config, parameters);
  return authorizationCodeGrant(config, callback, checks);
}
