/**
 * Registering a client, and being one that is known already.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 * @module
 */
import type { ServerMetadata } from '../protocol/server-metadata.ts';
import { discover, type DiscoverOptions } from './discover.ts';
import { request, type AppUnderTest } from './request.ts';
import { noteSecret } from './secrets.ts';
import { insist, insistOn, secretBody, type Members } from './strictly.ts';

/** A client as its owner knows it: what was answered to its registration, and where it asks. */
export interface TestClient {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly token_endpoint_auth_method: string;
  readonly redirect_uris: readonly string[];
  /** The registered set: what it may ask for (RFC 7591 §2). */
  readonly scope?: string;
  readonly registration_access_token?: string;
  readonly registration_client_uri?: string;
  /** Everything that was answered. */
  readonly information: Members;
  /** The server that it is a client of. */
  readonly server: ServerMetadata;
}

/** Where the client registers. */
export interface RegisterOptions extends DiscoverOptions {
  /** For a server with `registration: 'token'` (RFC 7591 §3). */
  readonly initialAccessToken?: string;
}

/** As most MCP clients register: a native app without a secret that can refresh. */
const USUAL = {
  client_name: 'Test client',
  redirect_uris: ['http://127.0.0.1/callback'],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
};

/**
 * Registers a client.
 *
 * @param metadata - Client metadata as on the wire (RFC 7591 §2), over those of a native app that can
 * refresh; `undefined` leaves a member out.
 * @throws {RefusedError} When the server refuses the registration.
 * @throws {AssertionError} When the answer is not what RFC 7591 §3.2.1 says.
 */
export async function registerClient(
  app: AppUnderTest,
  metadata: Members = {},
  options: RegisterOptions = {},
): Promise<TestClient> {
  const server = await discover(app, options);
  const endpoint = server.registration_endpoint;
  insist(endpoint !== undefined, 'this server has no registration endpoint');
  const { initialAccessToken: token } = options;
  const sent: Members = { ...USUAL, ...metadata };
  const response = await request(app, endpoint, {
    method: 'POST',
    json: sent,
    ...(token !== undefined && { token }),
  });
  const information = secretBody(response, 201, 'the registration');
  insist(typeof information['client_id'] === 'string', 'the client got no client_id');
  insist(Array.isArray(information['redirect_uris']), 'the client is not told its redirect URIs');
  const { client_secret, registration_access_token } = information as TextMembers;
  noteSecret(client_secret, 'a client secret');
  noteSecret(registration_access_token, 'a registration access token');
  noteSecret(token, 'an initial access token');
  const method = information['token_endpoint_auth_method'];
  insist(typeof method === 'string', 'the client is not told how to authenticate');
  const isPublic = method === 'none' || method === 'private_key_jwt';
  insistOn(client_secret === undefined, isPublic, `a client with ${method} has no secret: that`);
  return clientOf(information as KnownClient & Members, server);
}

/** A client that did not register here: one of the configuration, or known by its metadata document. */
export interface KnownClient {
  readonly client_id: string;
  readonly client_secret?: string;
  /** Default `client_secret_basic` with a secret, else `none`. */
  readonly token_endpoint_auth_method?: string;
  readonly redirect_uris: readonly string[];
}

/**
 * A client that the server knows already.
 *
 * @throws {AssertionError} When there is no such server.
 */
export async function knownClient(
  app: AppUnderTest,
  client: KnownClient,
  options: DiscoverOptions = {},
): Promise<TestClient> {
  noteSecret(client.client_secret, 'a client secret');
  return clientOf({ ...client }, await discover(app, options));
}

type TextMembers = Readonly<Record<string, string | undefined>>;

function clientOf(information: Members & KnownClient, server: ServerMetadata): TestClient {
  const { client_secret, scope, registration_access_token, registration_client_uri } =
    information as TextMembers;
  const usual = client_secret === undefined ? 'none' : 'client_secret_basic';
  return {
    client_id: information.client_id,
    token_endpoint_auth_method: information.token_endpoint_auth_method ?? usual,
    redirect_uris: information.redirect_uris,
    ...(client_secret !== undefined && { client_secret }),
    ...(scope !== undefined && { scope }),
    ...(registration_access_token !== undefined && { registration_access_token }),
    ...(registration_client_uri !== undefined && { registration_client_uri }),
    information,
    server,
  };
}
