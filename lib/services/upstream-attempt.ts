/**
 * Sending a browser to log in elsewhere: the state that it takes along, and what is kept of it here.
 *
 * The state names the authorization request and is good once. What is kept is a digest of it
 * together with the browser it was given to, so that nobody can finish in another browser what was
 * begun in this one, and to try uses nothing up.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.7
 * @module
 */
import { OAuthError } from '../protocol/errors.ts';
import type { LoginAttempt } from '../storage/store.ts';
import { sha256 } from '../tokens/digest.ts';
import type { Envelopes } from '../tokens/envelope.ts';
import { openFor, sealFor } from './seal-for-grant.ts';
import {
  isUpstreamRefused,
  type UpstreamLogin,
  type UpstreamRequest,
  type UpstreamSecrets,
} from '../upstream/port.ts';

/** What the provider is asked beside what every request has. */
export type UpstreamWishes = Pick<
  UpstreamRequest,
  'prompt' | 'max_age' | 'login_hint' | 'ui_locales'
>;

export interface UpstreamAttemptDeps {
  readonly envelopes: Pick<Envelopes, 'seal' | 'open'>;
  /** Where a login sends the browser back to. */
  readonly callbackUrl: (login: string) => string;
  /** 16 random bytes, base64url. */
  readonly newStatePart: () => string;
  /** 32 random bytes, base64url: as long as RFC 7636 §4.1 asks of a code verifier. */
  readonly newUpstreamSecret: () => string;
}

export interface StartedLogin {
  readonly attempt: LoginAttempt;
  /** Where the browser goes. */
  readonly url: string;
}

/** Which request of which browser is to log in. */
export interface AttemptOwner {
  readonly grant_id: string;
  /** Digest of the browser id. */
  readonly browser: string;
}

/**
 * @throws {OAuthError} `login_required` when the provider cannot do what is wished.
 * @throws {UpstreamUnavailableError}
 */
export async function startLogin(
  deps: UpstreamAttemptDeps,
  upstream: UpstreamLogin,
  { grant_id, browser }: AttemptOwner,
  wishes: UpstreamWishes,
): Promise<StartedLogin> {
  const state = `${grant_id}.${deps.newStatePart()}`;
  const secrets: UpstreamSecrets = {
    nonce: deps.newUpstreamSecret(),
    code_verifier: deps.newUpstreamSecret(),
  };
  const redirect_uri = deps.callbackUrl(upstream.name);
  const url = await begun(upstream, { ...wishes, ...secrets, redirect_uri, state });
  return {
    url: url.href,
    attempt: {
      state: stateDigest(state, browser),
      upstream: upstream.name,
      secrets: sealFor(deps.envelopes, 'login_attempt', grant_id, secrets),
    },
  };
}

async function begun(upstream: UpstreamLogin, request: UpstreamRequest): Promise<URL> {
  try {
    return await upstream.begin(request);
  } catch (error) {
    if (!isUpstreamRefused(error)) throw error;
    throw new OAuthError('login_required', 'the login cannot do what was asked of it', {
      cause: error,
    });
  }
}

/** @throws {OAuthError} `temporarily_unavailable` when it does not open. */
export function openSecrets(
  { envelopes }: Pick<UpstreamAttemptDeps, 'envelopes'>,
  grant_id: string,
  { secrets }: LoginAttempt,
): UpstreamSecrets {
  const { value } = openFor(envelopes, 'login_attempt', grant_id, secrets);
  return value as UpstreamSecrets;
}

/** The request that a state names; `undefined` for what cannot be a state of ours. */
export function grantIdOf(state: string): string | undefined {
  const [grant_id, part, ...more] = state.split('.');
  return part !== undefined && more.length === 0 ? grant_id : undefined;
}

export function stateDigest(state: string, browser: string): string {
  return sha256(JSON.stringify([state, browser]));
}
