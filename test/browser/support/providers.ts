/**
 * Identity providers for the example, which can go away and come back.
 *
 * @module
 */
import { oidcLogin } from '../../../lib/index.ts';
import type { OidcLoginOptions, UpstreamLogin } from '../../../lib/index.ts';
import {
  startIdentityProvider,
  type IdentityProvider,
} from '../../../example-app/identity-provider.ts';
import { freePort } from '../../support/free-port.ts';

export interface Provider {
  readonly login: UpstreamLogin;
  stop(): Promise<void>;
  /** At the same address, with nobody logged in. */
  start(): Promise<void>;
}

/**
 * @param url - Of the example.
 * @param more - What the example wants of its login.
 */
export async function openProvider(
  url: string,
  name: string,
  more: Pick<OidcLoginOptions, 'allow'> = {},
): Promise<Provider> {
  const client = {
    client_id: 'notes',
    client_secret: `the secret of ${name}`,
    // The only login, or one of several.
    redirect_uris: [`${url}/oauth/callback`, `${url}/oauth/callback/${name}`],
  };
  // It comes back at the same one: not one that the system gives away meanwhile.
  const port = await freePort();
  let running: IdentityProvider | undefined = await startIdentityProvider({ name, client, port });
  const { issuer } = running;
  return {
    login: oidcLogin({
      name,
      label: `The ${name}`,
      issuer,
      clientId: client.client_id,
      clientSecret: client.client_secret,
      ...more,
    }),
    async stop() {
      await running?.close();
      running = undefined;
    },
    async start() {
      running ??= await startIdentityProvider({ name, client, port });
    },
  };
}
