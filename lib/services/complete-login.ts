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
import { OAuthError, type OAuthErrorCode } from '../protocol/errors.ts';
import { parseLoopbackUri } from '../protocol/loopback.ts';
import { parseScope } from '../protocol/scope.ts';
import type {
  AuthorizationStore,
  FoundAuthorization,
  LoginAttempt,
  PendingAuthorization,
} from '../storage/store.ts';
import {
  isUpstreamRefused,
  type UpstreamRefusedError,
  type UpstreamIdentity,
  type UpstreamLogin,
} from '../upstream/port.ts';
import type { Upstreams } from './choose-upstream.ts';
import {
  grantIdOf,
  openSecrets,
  stateDigest,
  type UpstreamAttemptDeps,
} from './upstream-attempt.ts';
import { admittedPerson, loginResult, type UpstreamPersonDeps } from './upstream-person.ts';

export interface CompleteLoginDeps extends UpstreamAttemptDeps, UpstreamPersonDeps {
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
  readonly requestId: string;
}

/**
 * - `consent`: somebody logged in; the page is next.
 * - `redirect`, `page`: the client is told, at once or when the person says so (RFC 9700 §4.11.2).
 * - `not_allowed`: the host does not let this person in.
 * - `unavailable`: the provider, the store or the host does not answer; the person may try again.
 * - `other_browser`: it was begun in another one, which has not been disturbed.
 * - `no_cookie`: the browser does not say which one it is.
 * - `gone`: unknown, used or expired.
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
  if (!upstream) return { outcome: 'unavailable', pending, error: away('the login is not known') };
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
    return refused(deps, pending, answer, codeOf(error), SENTENCES[codeOf(error)], error);
  }
  const asked = parseScope(pending.scope) ?? [];
  const person = await admittedPerson(upstream, identity, asked);
  if (!person && pending.login_request?.prompt === 'none') {
    return refused(deps, pending, answer, 'access_denied', 'this account may not be used here');
  }
  if (!person) {
    const error = new OAuthError('access_denied', 'this account may not be used here');
    const { name = identity.email } = identity;
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
  { authorizations }: CompleteLoginDeps,
  pending: PendingAuthorization,
  { requestId }: LoginAnswer,
  code: OAuthErrorCode,
  description: string,
  cause?: Error,
): Promise<CompleteOutcome> {
  await authorizations.deny(pending.grant_id, { requestId });
  const { client_id } = pending;
  const reason = cause && { upstream: cause.message };
  const error = new OAuthError(code, description, { cause, detail: { client_id, ...reason } });
  const isUnseen = isUpstreamRefused(cause) && cause.code === 'invalid_request';
  return { outcome: mayTravel(pending, isUnseen) ? 'redirect' : 'page', pending, error };
}

/**
 * Where the person saw the provider's pages, the client hears of it. With `prompt=none` nobody saw
 * anything, nor when the provider refused the request as such: then whoever registered a client would
 * have a way to send people on unseen (RFC 9700 §4.11.2), so it travels only to their own machine.
 */
function mayTravel(
  { redirect_uri, login_request }: PendingAuthorization,
  isUnseen: boolean,
): boolean {
  if (parseLoopbackUri(redirect_uri)) return true;
  return login_request?.prompt !== 'none' && !isUnseen;
}

const SENTENCES = {
  access_denied: 'the login was refused',
  server_error: 'the login failed',
  temporarily_unavailable: 'the login is not available at the moment',
  login_required: 'the person must log in',
  consent_required: 'the person must be asked',
  interaction_required: 'the person must be asked',
} as const satisfies Partial<Record<OAuthErrorCode, string>>;

/** What is wrong between this server and the provider is no business of the client. */
function codeOf({ code }: UpstreamRefusedError): keyof typeof SENTENCES {
  return code === 'invalid_grant' || code === 'invalid_request' ? 'server_error' : code;
}

/** What passes by itself: the provider, the store or the host is away. */
function isPassing(error: unknown): boolean {
  if (error instanceof OAuthError) return error.status === 503;
  const { code } = Object(error) as { code?: unknown };
  return code === 'ERR_DCR_UPSTREAM_UNAVAILABLE' || code === 'ERR_DCR_STORE_UNAVAILABLE';
}

function passing(error: unknown): OAuthError {
  return error instanceof OAuthError ? error : away(error);
}

function away(cause: unknown): OAuthError {
  return new OAuthError('temporarily_unavailable', SENTENCES.temporarily_unavailable, { cause });
}
