/**
 * The login of `npm run start:upstream`: people log in at an identity provider, and this app never
 * sees a password. The provider is started here too, for the demo.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';

// In an app of your own: from 'express-dcr'.
import { oidcLogin } from '../lib/index.ts';
import type { AuthorizationServerOptions } from '../lib/index.ts';
import { withExampleDefaults } from './environment.ts';
import type { Environment } from './environment.ts';
import { startIdentityProvider } from './identity-provider.ts';

/** A running provider, and the login that uses it. */
export interface UpstreamExample {
  readonly login: AuthorizationServerOptions['login'];
  readonly issuer: string;
  close(): Promise<void>;
}

/** @param env - As for the app: the provider has to know its callback endpoint. */
export async function startUpstreamLogin(env: Environment): Promise<UpstreamExample> {
  const client = {
    client_id: 'notes',
    client_secret: randomBytes(32).toString('base64url'),
    redirect_uris: [`${withExampleDefaults(env).DCR_ISSUER}/oauth/callback`],
  };
  const provider = await startIdentityProvider({ name: 'accounts', client });
  const login = oidcLogin({
    name: 'accounts',
    label: 'Example accounts',
    issuer: provider.issuer,
    clientId: client.client_id,
    clientSecret: client.client_secret,
  });
  return { login, issuer: provider.issuer, close: () => provider.close() };
}
