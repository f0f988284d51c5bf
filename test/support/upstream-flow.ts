/**
 * A person who logs in at an identity provider, on the way from an authorization request to consent.
 *
 * @module
 */
import type { Response } from 'supertest';
import { oidcLogin } from '../../lib/upstream/oidc-login.ts';
import type { OidcLoginOptions } from '../../lib/upstream/options.ts';
import type { UpstreamLogin } from '../../lib/upstream/port.ts';
import { locationOf, type Browser, type Pkce, type Query } from './flow.ts';
import type { IdentityProvider } from './identity-provider.ts';

/** A busy machine may take its time where time is not the matter. */
const PATIENCE = { now: () => Date.now(), deadlineMs: 20_000 };

/** The login at a provider of the tests. */
export function loginAt(
  { issuer, script }: IdentityProvider,
  options: Partial<OidcLoginOptions> = {},
): UpstreamLogin {
  const { clientId, clientSecret } = script;
  const secret = clientSecret === undefined ? {} : { clientSecret };
  return oidcLogin({ issuer, clientId, ...secret, ...options }, PATIENCE);
}

/** What the browser is sent back with by the provider that it was sent to: path and query of ours. */
export async function answerOf(begun: Response): Promise<string> {
  const answer = await fetch(locationOf(begun), { redirect: 'manual' });
  const { pathname, search } = new URL(answer.headers.get('location') ?? '');
  return `${pathname}${search}`;
}

/** From the authorization request through the provider to whatever the callback answers. */
export async function logInElsewhere(
  browser: Browser,
  client_id: string,
  pkce: Pkce,
  more: Query = {},
): Promise<Response> {
  const begun = await browser.authorize(client_id, pkce, more);
  return browser.get(await answerOf(begun));
}
