/** One login against a provider of the tests, from the request to the answer. */
import { randomBytes } from 'node:crypto';
import { afterEach } from '@jest/globals';
import { oidcLogin } from '../../lib/upstream/oidc-login.ts';
import type { OidcLoginOptions, UpstreamRuntime } from '../../lib/upstream/options.ts';
import type {
  UpstreamAnswer,
  UpstreamIdentity,
  UpstreamLogin,
  UpstreamRequest,
} from '../../lib/upstream/port.ts';
import {
  startIdentityProvider,
  type IdentityProvider,
  type ProviderScript,
} from '../support/identity-provider.ts';

export const CALLBACK = 'https://app.example.com/oauth/callback';

/** A busy machine may take its time where time is not the matter. */
export const RUNTIME: UpstreamRuntime = { now: () => Date.now(), deadlineMs: 20_000 };

const started: IdentityProvider[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((provider) => provider.stop()));
});

/** A provider that stops with the test. */
export async function provider(script: Partial<ProviderScript> = {}): Promise<IdentityProvider> {
  const one = await startIdentityProvider(script);
  started.push(one);
  return one;
}

/** The login at a provider, as its client. */
export function loginAt(
  { issuer, script }: IdentityProvider,
  options: Partial<OidcLoginOptions> = {},
  runtime: Partial<UpstreamRuntime> = {},
): UpstreamLogin {
  const { clientId, clientSecret } = script;
  return oidcLogin(
    { issuer, clientId, ...(clientSecret !== undefined && { clientSecret }), ...options },
    { ...RUNTIME, ...runtime },
  );
}

export function request(changes: Partial<UpstreamRequest> = {}): UpstreamRequest {
  const random = (): string => randomBytes(32).toString('base64url');
  return {
    redirect_uri: CALLBACK,
    state: random(),
    nonce: random(),
    code_verifier: random(),
    ...changes,
  };
}

/** Sends the browser there; what comes back is not completed yet. */
export async function answerTo(
  login: UpstreamLogin,
  asked: UpstreamRequest = request(),
): Promise<UpstreamAnswer> {
  const { state, nonce, code_verifier } = asked;
  const response = await fetch(await login.begin(asked), { redirect: 'manual' });
  const url = new URL(response.headers.get('location') ?? '');
  return { url, state, nonce, code_verifier };
}

/** The whole way. */
export async function logIn(
  login: UpstreamLogin,
  changes: Partial<UpstreamRequest> = {},
): Promise<UpstreamIdentity> {
  return login.complete(await answerTo(login, request(changes)));
}
