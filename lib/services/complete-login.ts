/**
 * Coming back from a login elsewhere.
 *
 * The answer counts only in the browser that was sent there, and once. Until that is certain nothing
 * is asked of the provider and nothing is sent to the client.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#AuthResponse
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import { OAuthError } from '../protocol/errors.ts';
import { parseScope } from '../protocol/scope.ts';
import type {
  AuthorizationStore,
  FoundAuthorization,
  LoginAttempt,
  PendingAuthorization,
} from '../storage/store.ts';
import { isUpstreamRefused, type UpstreamIdentity, type UpstreamLogin } from '../upstream/port.ts';
import type { Upstreams } from './choose-upstream.ts';
import { mayTravel, notAvailable, refusedHere, refusedThere } from './login-refusal.ts';
import { mayBeAnswered } from './pending-client.ts';
import type { ResolveClientDeps } from './resolve-client.ts';
import {
  grantIdOf,
  openSecrets,
  stateDigest,
  type UpstreamAttemptDeps,
} from './upstream-attempt.ts';
import { admittedPerson, loginResult, type UpstreamPersonDeps } from './upstream-person.ts';

export interface CompleteLoginDeps
  extends UpstreamAttemptDeps, UpstreamPersonDeps, ResolveClientDeps {
  readonly upstreams: Upstreams;
  readonly authorizations: Pick<
    AuthorizationStore,
    'find' | 'takeLogin' | 'completeLogin' | 'deny'
  >;
  readonly logger: Logger;
}

/** What came to the callback endpoint. */
export interface LoginAnswer {
  /** The address that it came to, without the query. */
  readonly callbackUrl: string;
  readonly state: string | undefined;
  /** The query, without the question mark. */
  readonly query: string;
  /** Digest of the browser id; absent when the browser has none. */
  readonly browser: string | undefined;
  /** The network that it is in; `undefined` when it is not counted. */
  readonly network: string | undefined;
  readonly requestId: string;
}

/**
 * - `consent`: somebody logged in; the page is next.
 * - `redirect`, `page`: the client is told, at once or when the person says so (RFC 9700 §4.11.2).
 * - `not_allowed`: the host does not let this person in.
 * - `unavailable`: the provider, the store or the host does not answer; the person may try again.
 * - `other_browser`: it was begun in another one, which has not been disturbed.
 * - `no_cookie`: the browser does not say which one it is.
 * - `gone`: unknown, used or expired, or its client is not there any more: it is told nothing.
 */
export type CompleteOutcome =
  | { readonly outcome: 'consent'; readonly pending: PendingAuthorization }
  | {
      readonly outcome: 'redirect' | 'page';
      readonly pending: PendingAuthorization;
      readonly error: OAuthError;
    }
  | ({
      readonly outcome: 'not_allowed';
      /** As the provider calls them. */ readonly person?: string;
    } & StoppedLogin)
  | ({ readonly outcome: 'unavailable' } & Omit<StoppedLogin, 'upstream'> & {
        /** Absent when this instance does not know it. */
        readonly upstream?: UpstreamLogin;
      })
  | { readonly outcome: 'other_browser' | 'no_cookie' | 'gone' };

/** The request still waits for a login. */
interface StoppedLogin {
  readonly pending: PendingAuthorization;
  readonly upstream: UpstreamLogin;
  readonly error: OAuthError;
}

export async function completeLogin(
  deps: CompleteLoginDeps,
  answer: LoginAnswer,
): Promise<CompleteOutcome> {
  const found = await takenLogin(deps, answer);
  if (typeof found === 'string') return { outcome: found };
  const { pending, attempt } = found;
  // RFC 9700 §4.4.2: what another provider answered is no answer of this one. It is not redeemed.
  if (answer.callbackUrl !== deps.callbackUrl(attempt.upstream)) return { outcome: 'gone' };
  const upstream = deps.upstreams.get(attempt.upstream);
  // One that only other instances know, as while they are replaced one by one.
  if (!upstream)
    return { outcome: 'unavailable', pending, error: notAvailable('the login is not known') };
  try {
    return await loggedIn(deps, upstream, found, answer);
  } catch (error) {
    // The state is used up: to try again is to begin the login again.
    if (isPassing(error))
      return { outcome: 'unavailable', pending, upstream, error: passing(error) };
    throw error;
  }
}

async function loggedIn(
  deps: CompleteLoginDeps,
  upstream: UpstreamLogin,
  found: TakenAuthorization,
  answer: LoginAnswer,
): Promise<CompleteOutcome> {
  const { pending } = found;
  let identity: UpstreamIdentity;
  try {
    identity = await askProvider(deps, upstream, found, answer);
  } catch (error) {
    if (!isUpstreamRefused(error)) throw error;
    return refused(deps, pending, answer, refusedThere(pending, error));
  }
  const asked = parseScope(pending.scope) ?? [];
  const person = await admittedPerson(upstream, identity, asked);
  if (!person && pending.login_request?.prompt === 'none') {
    return refused(deps, pending, answer, refusedHere(pending));
  }
  if (!person) {
    if (!(await mayBeAnswered(deps, pending, answer.network))) return { outcome: 'gone' };
    const { name = identity.email } = identity;
    const error = refusedHere();
    return { outcome: 'not_allowed', pending, upstream, error, ...(name && { person: name }) };
  }
  const { grant_id, client_id } = pending;
  const result = loginResult(deps, grant_id, upstream, person, identity);
  const { requestId } = answer;
  const outcome = await deps.authorizations.completeLogin(grant_id, result, { requestId });
  if (outcome !== 'done') return { outcome: 'gone' };
  deps.logger.debug('logged in', { client_id, grant_id, login: upstream.name });
  return { outcome: 'consent', pending };
}

type TakenAuthorization = FoundAuthorization & { readonly attempt: LoginAttempt };

/** Nothing is used up but by the browser that the state was given to. */
async function takenLogin(
  { authorizations }: CompleteLoginDeps,
  { state, browser, requestId }: LoginAnswer,
): Promise<TakenAuthorization | 'other_browser' | 'no_cookie' | 'gone'> {
  const grantId = state === undefined ? undefined : grantIdOf(state);
  if (state === undefined || grantId === undefined) return 'gone';
  if (browser === undefined) return 'no_cookie';
  const digest = stateDigest(state, browser);
  const [found, taken] = await Promise.all([
    authorizations.find(grantId),
    authorizations.takeLogin(grantId, digest, { requestId }),
  ]);
  if (found && found.pending.browser !== browser) return 'other_browser';
  const { attempt } = found ?? {};
  return found && attempt && taken === 'taken' ? { ...found, attempt } : 'gone';
}

/** Whether the login is as recent as it has to be is for the login to say, which knows of clocks that differ. */
async function askProvider(
  deps: CompleteLoginDeps,
  upstream: UpstreamLogin,
  { pending, attempt }: TakenAuthorization,
  { callbackUrl, state = '', query }: LoginAnswer,
): Promise<UpstreamIdentity> {
  const url = new URL(`${callbackUrl}?${query}`);
  const { grant_id, auth_time_not_before } = pending;
  return upstream.complete({
    ...openSecrets(deps, grant_id, attempt),
    url,
    state,
    ...(auth_time_not_before !== undefined && { auth_time_not_before }),
  });
}

/** The request has been answered with that: it cannot be taken up again. */
async function refused(
  deps: CompleteLoginDeps,
  pending: PendingAuthorization,
  { network, requestId }: LoginAnswer,
  error: OAuthError,
): Promise<CompleteOutcome> {
  if (!(await mayBeAnswered(deps, pending, network))) return { outcome: 'gone' };
  await deps.authorizations.deny(pending.grant_id, { requestId });
  return { outcome: mayTravel(pending, error) ? 'redirect' : 'page', pending, error };
}

/** What passes by itself: the provider, the store or the host is away, or too many have asked. */
function isPassing(error: unknown): boolean {
  if (error instanceof OAuthError) return error.status === 503 || error.status === 429;
  const { code } = Object(error) as { code?: unknown };
  return code === 'ERR_DCR_UPSTREAM_UNAVAILABLE' || code === 'ERR_DCR_STORE_UNAVAILABLE';
}

function passing(error: unknown): OAuthError {
  return error instanceof OAuthError ? error : notAvailable(error);
}
