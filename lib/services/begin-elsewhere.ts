/**
 * An authorization request of somebody whom only an identity provider knows.
 *
 * There is no login session of this server's own: each request asks the provider, whose session makes
 * that silent, so that the tokens of the provider belong to one grant alone.
 *
 * @module
 */
import type { AuthorizationRequest } from '../protocol/authorization-request.ts';
import { OAuthError } from '../protocol/errors.ts';
import type { AuthorizationStore, NewAuthorization, RequestedLogin } from '../storage/store.ts';
import { wishesOf } from './begin-login.ts';
import { chooseUpstream, type Upstreams } from './choose-upstream.ts';
import { startLogin, type UpstreamAttemptDeps } from './upstream-attempt.ts';

/** A pending authorization is kept for as long as a person may need to log in. */
export const PENDING_TTL_MS = 10 * 60 * 1000;

export interface ElsewhereDeps extends UpstreamAttemptDeps {
  readonly upstreams: Upstreams;
  readonly authorizations: Pick<AuthorizationStore, 'insert'>;
}

/**
 * Keeps the request together with the login that it begins.
 *
 * @returns Where the browser goes; `undefined` when the person has to choose a login first.
 * @throws {UpstreamUnavailableError} Nothing is kept then.
 */
export async function beginElsewhere(
  deps: ElsewhereDeps,
  draft: NewAuthorization,
  request: AuthorizationRequest,
): Promise<string | undefined> {
  const login_request = requestedLogin(request);
  const pending: NewAuthorization = { ...draft, login_request };
  const upstream = chooseUpstream(deps.upstreams, request);
  if (!upstream) {
    if (login_request.prompt === 'none') {
      throw new OAuthError('login_required', 'the person must choose where to log in');
    }
    await deps.authorizations.insert(pending, PENDING_TTL_MS);
    return undefined;
  }
  const { attempt, url } = await startLogin(deps, upstream, pending, wishesOf(pending));
  await deps.authorizations.insert(pending, PENDING_TTL_MS, attempt);
  return url;
}

/** What the request asks of the login, for one that may begin later. */
function requestedLogin({ prompt, max_age, login_hint }: AuthorizationRequest): RequestedLogin {
  const asked = (['none', 'login', 'select_account'] as const).find((one) => prompt.includes(one));
  return {
    ...(asked !== undefined && { prompt: asked }),
    ...(max_age !== undefined && { max_age }),
    ...(login_hint !== undefined && { login_hint }),
  };
}
