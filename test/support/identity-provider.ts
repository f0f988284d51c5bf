/**
 * An identity provider over real HTTP on loopback: OpenID Connect, or OAuth 2.0 alone. What it does is
 * scripted and can be changed between two requests; what it was asked is kept.
 *
 * Its authorization endpoint sends the browser back at once, as the person of the script.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { freePort } from './free-port.ts';
import { failWith, type ProviderFault } from './identity-provider-faults.ts';
import { createGrants, type ProviderGrants } from './identity-provider-grants.ts';
import {
  createProviderKeys,
  type IdTokenPlan,
  type ProviderKeys,
} from './identity-provider-tokens.ts';

export const PROVIDER_PATHS = {
  discovery: '/.well-known/openid-configuration',
  jwks: '/jwks',
  authorize: '/authorize',
  token: '/token',
  userinfo: '/userinfo',
  revoke: '/revoke',
  /** Nobody has a reason to ask it. */
  canary: '/canary',
} as const;

export type ProviderEndpoint = keyof typeof PROVIDER_PATHS;

/** Claims of somebody. */
export type ProviderPerson = Readonly<Record<string, unknown>>;

/** What the provider does. Every member can be changed at any time. */
export interface ProviderScript {
  clientId: string;
  /** Absent: a public client. */
  clientSecret: string | undefined;
  /** Who is at the browser; nobody: `prompt=none` is answered with `login_required`. */
  person: ProviderPerson | undefined;
  /** When they logged in, epoch seconds; `undefined` leaves it out. Now, unless set. */
  authTime: (() => number) | undefined;
  /** What of `person` stands in the ID token beside `sub`; the rest only userinfo says. */
  inIdToken: readonly string[];
  /** `false`: OAuth 2.0 alone, without ID tokens. */
  oidc: boolean;
  /** Errors of the token endpoint come with status 200, as GitHub's do. */
  errorsWith200: boolean;
  refreshTokens: 'rotated' | 'kept' | 'none';
  /** Seconds; `undefined` leaves `expires_in` out. */
  expiresIn: number | undefined;
  /** Whether authorization responses carry `iss`, and the metadata say so (RFC 9207). */
  iss: boolean;
  /** Changes the discovery document. */
  document: (document: Record<string, unknown>) => object;
  /** Changes the parameters with which the browser comes back. */
  answer: (answer: URLSearchParams, asked: URLSearchParams) => void;
  /** Changes an ID token before it is signed. */
  idToken: (plan: IdTokenPlan) => void;
  /** Changes an answer of the token endpoint. */
  tokens: (body: Record<string, unknown>) => void;
  /** Changes what userinfo says. */
  userinfo: (claims: Record<string, unknown>) => void;
  faults: Partial<Record<ProviderEndpoint, ProviderFault>>;
}

export interface ProviderRequest {
  readonly endpoint: ProviderEndpoint | 'unknown';
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: URLSearchParams;
}

export interface IdentityProvider {
  readonly issuer: string;
  readonly script: ProviderScript;
  readonly keys: ProviderKeys;
  readonly grants: ProviderGrants;
  /** Everything it was asked, in order. */
  readonly requests: readonly ProviderRequest[];
  asked(endpoint: ProviderRequest['endpoint']): ProviderRequest[];
  url(endpoint: ProviderEndpoint): string;
  /** Nobody listens any more; {@link start} brings it back at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export const ALICE_UPSTREAM: ProviderPerson = {
  sub: 'alice-upstream',
  name: 'Alice Upstream',
  email: 'alice@example.com',
  email_verified: true,
};

/** Starts a provider. Whoever starts it stops it. */
export async function startIdentityProvider(
  changes: Partial<ProviderScript> = {},
): Promise<IdentityProvider> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${String(port)}`;
  const url = (endpoint: ProviderEndpoint): string => `${issuer}${PROVIDER_PATHS[endpoint]}`;
  const script: ProviderScript = { ...defaultScript(), ...changes };
  const keys = createProviderKeys();
  const grants = createGrants(issuer, script, keys);
  const requests: ProviderRequest[] = [];

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(req.url ?? '/', issuer);
    const found = Object.entries(PROVIDER_PATHS).find(([, path]) => path === pathname);
    const endpoint = (found?.[0] ?? 'unknown') as ProviderRequest['endpoint'];
    const { method = '', headers } = req;
    const body = new URLSearchParams(await text(req));
    const request = { endpoint, method, query, headers, body };
    requests.push(request);
    const fault = endpoint === 'unknown' ? undefined : script.faults[endpoint];
    if (fault !== undefined) {
      failWith(fault, res, url('canary'));
      return;
    }
    const json = (status: number, content: object): void => {
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    };
    switch (endpoint) {
      case 'discovery': {
        json(200, script.document(discoveryDocument(issuer, script.iss, url)));
        return;
      }
      case 'jwks': {
        json(200, keys.jwks());
        return;
      }
      case 'authorize':
        res.writeHead(302, { location: grants.authorize(query) }).end();
        return;
      case 'token': {
        json(...grants.token(request));
        return;
      }
      case 'userinfo': {
        json(...grants.userinfo(request));
        return;
      }
      case 'revoke': {
        json(...grants.revoke(request));
        return;
      }
      case 'canary':
      case 'unknown': {
        json(404, {});
        return;
      }
    }
  }

  let server: Server | undefined;
  const provider: IdentityProvider = {
    issuer,
    script,
    keys,
    grants,
    requests,
    url,
    asked: (endpoint) => requests.filter((request) => request.endpoint === endpoint),
    async start() {
      server = createServer((req, res) => void answer(req, res)).listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    async stop() {
      const stopped = server;
      server = undefined;
      if (!stopped) return;
      stopped.close();
      stopped.closeAllConnections();
      await once(stopped, 'close');
    },
  };
  await provider.start();
  return provider;
}

function defaultScript(): ProviderScript {
  return {
    clientId: 'express-dcr',
    clientSecret: 'a-secret-of-the-provider',
    person: ALICE_UPSTREAM,
    authTime: () => Math.floor(Date.now() / 1000),
    inIdToken: ['name', 'email', 'email_verified'],
    oidc: true,
    errorsWith200: false,
    refreshTokens: 'rotated',
    expiresIn: 3600,
    iss: true,
    document: (document) => document,
    answer: () => {},
    idToken: () => {},
    tokens: () => {},
    userinfo: () => {},
    faults: {},
  };
}

function discoveryDocument(
  issuer: string,
  iss: boolean,
  url: (endpoint: ProviderEndpoint) => string,
): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: url('authorize'),
    token_endpoint: url('token'),
    jwks_uri: url('jwks'),
    userinfo_endpoint: url('userinfo'),
    revocation_endpoint: url('revoke'),
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
    ...(iss && { authorization_response_iss_parameter_supported: true }),
  };
}
