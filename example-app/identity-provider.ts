/**
 * An identity provider for the demo: a real one, oidc-provider, with a login form of its own. It
 * knows the two people and one client, and keeps everything in memory.
 *
 * In production this is somebody else's: Entra ID, Google, Keycloak.
 *
 * @module
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import express from 'express';
import type { ErrorRequestHandler, Express } from 'express';
import { interactionPolicy, Provider } from 'oidc-provider';
import type { Context } from 'oidc-provider';

import { errorPage, providerLoginPage } from './pages.ts';
import { findPerson, personFrom } from './people.ts';

/** Who may send people here to log in. */
export interface ProviderClient {
  readonly client_id: string;
  readonly client_secret: string;
  /** The callback endpoint of the app. */
  readonly redirect_uris: readonly string[];
}

export interface IdentityProviderOptions {
  /** What its pages call it, and the beginning of its cookies' names: a port tells no cookies apart. */
  readonly name: string;
  readonly client: ProviderClient;
  /** @default a free one */
  readonly port?: number;
}

export interface IdentityProvider {
  readonly issuer: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the provider on the loopback interface. */
export async function startIdentityProvider(
  options: IdentityProviderOptions,
): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, 'localhost', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, configurationFor(options));
  server.on('request', withLoginForm(provider, options.name));
  return { issuer, port, close: () => closed(server) };
}

/** The client sends its secret in the body, and may stay logged in. */
const OF_CLIENT = {
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: ['authorization_code', 'refresh_token'],
};

function configurationFor({ name, client }: IdentityProviderOptions): object {
  const { redirect_uris, ...credentials } = client;
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clients: [{ ...credentials, ...OF_CLIENT, redirect_uris: [...redirect_uris] }],
    findAccount: (_ctx: Context, sub: string) => accountOf(sub),
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    // Also in the ID token, for clients that do not ask at the userinfo endpoint.
    conformIdTokenClaims: false,
    interactions: {
      policy,
      url: (_ctx: Context, { uid }: { readonly uid: string }) => `/login/${uid}`,
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
    },
    loadExistingGrant: grantOfOwnApp,
    issueRefreshToken: () => true,
    ttl: {
      Interaction: 3600,
      AccessToken: 3600,
      IdToken: 3600,
      RefreshToken: 86_400,
      Session: 86_400,
      Grant: 86_400,
    },
    jwks: { keys: [privateKey.export({ format: 'jwk' })] },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: { session: name, interaction: `${name}.login`, resume: `${name}.resume` },
    },
  };
}

function accountOf(sub: string): object | undefined {
  const person = findPerson(sub);
  return person && { accountId: sub, claims: () => ({ ...person, email_verified: true }) };
}

/** The only client is the company's own app: nobody is asked whether it may know who they are. */
async function grantOfOwnApp({ oidc }: Context): Promise<object> {
  const { accountId } = oidc.session;
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId });
  grant.addOIDCScope('openid profile email offline_access');
  await grant.save();
  return grant;
}

function withLoginForm(provider: Provider, name: string): Express {
  const app = express();
  app.get('/login/:uid', async (req, res) => {
    await provider.interactionDetails(req, res);
    res.send(providerLoginPage(name));
  });
  app.post('/login/:uid', express.urlencoded({ extended: false }), async (req, res) => {
    const person = personFrom(req.body);
    const isCancelled = (req.body as { cancel?: unknown } | undefined)?.cancel !== undefined;
    if (isCancelled) {
      await provider.interactionFinished(req, res, { error: 'access_denied' });
    } else if (person) {
      const login = { accountId: person.sub };
      await provider.interactionFinished(req, res, { login, select_account: {} });
    } else {
      res.status(403).send(providerLoginPage(name, 'That name and password do not match.'));
    }
  });
  app.use(provider.callback());
  app.use(answerError);
  return app;
}

/** The login expired, or began in another browser. */
const answerError: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (res.headersSent) next(error);
  else res.status(400).send(errorPage());
};

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
