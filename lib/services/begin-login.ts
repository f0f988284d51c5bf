/**
 * The login of an authorization request that is under way: the person chooses where, or starts over.
 *
 * @module
 */
import { OAuthError } from '../protocol/errors.ts';
import type { AuthorizationStore, PendingAuthorization } from '../storage/store.ts';
import type { UpstreamLogin } from '../upstream/port.ts';
import { chooseUpstream, type Upstreams } from './choose-upstream.ts';
import { mayBeAnswered } from './pending-client.ts';
import type { ResolveClientDeps } from './resolve-client.ts';
import {
  startLogin,
  type StartedLogin,
  type UpstreamAttemptDeps,
  type UpstreamWishes,
} from './upstream-attempt.ts';

export interface BeginLoginDeps extends UpstreamAttemptDeps, ResolveClientDeps {
  readonly upstreams: Upstreams;
  readonly authorizations: Pick<AuthorizationStore, 'find' | 'beginLogin'>;
}

export interface LoginChoice {
  readonly grant_id: string;
  /** Digest of the browser id. */
  readonly browser: string;
  /** The name of a login; absent until the person has chosen. */
  readonly provider?: string;
  /** Whether the person wants to be somebody else than the provider takes them for. */
  readonly isSwitching: boolean;
  /** The network of the browser; `undefined` when it is not counted. */
  readonly network: string | undefined;
}

/**
 * - `choose`: there are several, and the person has not said which.
 * - `go`: to the provider.
 * - `refused`: that login cannot do what the client asked of it.
 * - `decided`: the request has been answered.
 * - `gone`: expired, or it belongs to another browser, or its client is not there any more: these look
 * the same from outside.
 */
export type BeginLoginOutcome =
  | {
      readonly outcome: 'choose';
      readonly pending: PendingAuthorization;
      readonly upstreams: readonly UpstreamLogin[];
      readonly isSwitching: boolean;
    }
  | { readonly outcome: 'go'; readonly url: string }
  | {
      readonly outcome: 'refused';
      readonly pending: PendingAuthorization;
      readonly error: OAuthError;
    }
  | { readonly outcome: 'decided' | 'gone' };

/** @throws {UpstreamUnavailableError} */
export async function beginLogin(
  deps: BeginLoginDeps,
  { grant_id, browser, provider, isSwitching, network }: LoginChoice,
): Promise<BeginLoginOutcome> {
  const found = await deps.authorizations.find(grant_id);
  if (found?.pending.browser !== browser) return { outcome: 'gone' };
  if (found.decision) return { outcome: 'decided' };
  const { pending } = found;
  const hints = provider === undefined ? {} : { idp_hint: provider };
  const upstream = chooseUpstream(deps.upstreams, hints);
  if (!upstream) {
    return { outcome: 'choose', pending, upstreams: [...deps.upstreams.values()], isSwitching };
  }
  const started = await startedLogin(deps, upstream, pending, isSwitching);
  if (started instanceof OAuthError) {
    const isHeard = await mayBeAnswered(deps, pending, network);
    return isHeard ? { outcome: 'refused', pending, error: started } : { outcome: 'gone' };
  }
  const { attempt, url } = started;
  const outcome = await deps.authorizations.beginLogin(grant_id, attempt);
  return outcome === 'done' ? { outcome: 'go', url } : { outcome };
}

/** A provider that has to ask for the credentials lets the person be somebody else, too. */
async function startedLogin(
  deps: BeginLoginDeps,
  upstream: UpstreamLogin,
  pending: PendingAuthorization,
  isSwitching: boolean,
): Promise<StartedLogin | OAuthError> {
  const asked = wishesOf(pending);
  const isChoosing = isSwitching && asked.prompt !== 'login';
  try {
    const wishes = { ...asked, ...(isChoosing && { prompt: 'select_account' as const }) };
    return await startLogin(deps, upstream, pending, wishes);
  } catch (error) {
    if (error instanceof OAuthError) return error;
    throw error;
  }
}

/** What the client asked of the login. */
export function wishesOf({
  login_request,
  ui_locales,
}: Pick<PendingAuthorization, 'login_request' | 'ui_locales'>): UpstreamWishes {
  return { ...login_request, ...(ui_locales !== undefined && { ui_locales }) };
}
