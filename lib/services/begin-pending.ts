/**
 * What becomes of an authorization request that was found good: it is kept, and the browser goes to
 * the login, to the consent page, or straight back with a code.
 *
 * @module
 */
import type { LoginRequest } from '../login/port.ts';
import type { Logger } from '../operations/logger.ts';
import { OAuthError } from '../protocol/errors.ts';
import { formatScope } from '../protocol/scope.ts';
import type {
  AuthorizationStore,
  KeptConsent,
  NewAuthorization,
  PushedRequestStore,
} from '../storage/store.ts';
import type { CheckedRequest } from './asked-access.ts';
import { beginElsewhere, PENDING_TTL_MS, type ElsewhereDeps } from './begin-elsewhere.ts';
import { authTimeNotBefore, loginRequestOf } from './login-freshness.ts';
import type { ProvenTarget } from './proven-target.ts';
import { unknownRequest, type RequestSource } from './receive-request.ts';
import {
  insertAllowed,
  maySpareConsent,
  unaskedAllowance,
  type UnaskedDeps,
} from './unasked-authorization.ts';

export interface BeginPendingDeps extends UnaskedDeps {
  readonly authorizations: Pick<AuthorizationStore, 'insert' | 'allow'>;
  readonly pushedRequests: Pick<PushedRequestStore, 'bind'>;
  /** 16 random bytes, base64url. */
  readonly newGrantId: () => string;
  readonly newSalt: () => string;
  /** Where identity providers are the login; absent where the host is. */
  readonly elsewhere?: ElsewhereDeps;
  readonly now: () => number;
  readonly logger: Logger;
}

/** Whose browser it is. */
export interface BrowserContext extends RequestSource {
  /** Digest of the browser id. Asked for only when something is kept, for a new browser is given one then. */
  readonly browser: () => string;
  /** Identifies the attempt to answer at once, where there is one. */
  readonly newRequestId: () => string;
  /** The network it is in, for the audit: also one that no limit counts. */
  readonly seenFrom?: string | undefined;
}

/** Finds the pending authorization again; both parts, so that client and request are read at once. */
export interface PendingHandle {
  readonly client_id: string;
  readonly grant_id: string;
}

/** Where the browser goes. */
export type NextStep =
  | {
      readonly show: 'login';
      readonly request: Omit<LoginRequest, 'return_to'>;
      readonly pending: PendingHandle;
    }
  | { readonly show: 'elsewhere'; readonly url: string }
  | { readonly show: 'consent'; readonly pending: PendingHandle }
  | { readonly show: 'code'; readonly url: string };

/** A request that was found good. */
export interface GoodRequest extends ProvenTarget, CheckedRequest {
  readonly redirect_uri_given: boolean;
  readonly pushedId?: string;
  /** What the person who is there has allowed this client before. */
  readonly consents: Promise<readonly KeptConsent[]>;
}

/**
 * Everything that is kept is sent together: one wait.
 *
 * @throws {OAuthError} `login_required` or `consent_required` with `prompt=none`; `invalid_request_uri`
 * for a pushed request that another browser has begun.
 */
export async function beginPending(
  deps: BeginPendingDeps,
  good: GoodRequest,
  context: BrowserContext,
): Promise<NextStep> {
  const { client, redirect_uri, request, scope, resources } = good;
  const person = await context.person();
  const loginRequest = loginRequestOf(request, person, deps.now());
  const isSilent = request.prompt.includes('none');
  if (loginRequest && isSilent && !deps.elsewhere) throw loginRequired();
  const isThere = person && !loginRequest && maySpareConsent(request);
  const where = { redirect_uri, resources };
  const allowance =
    isThere && unaskedAllowance(deps, { client, person, scope, where }, await good.consents);
  if (isSilent && !allowance && !deps.elsewhere) throw consentRequired();
  const notBefore = authTimeNotBefore(request, person, deps.now());
  const pending = newPending(deps, good, context.browser(), notBefore);
  const { client_id, grant_id } = pending;
  deps.logger.debug('authorization begun', { client_id, scope: pending.scope });
  const next = async (): Promise<NextStep> => {
    const handle: PendingHandle = { client_id, grant_id };
    if (deps.elsewhere) {
      const url = await beginElsewhere(deps.elsewhere, pending, request);
      return url === undefined
        ? { show: 'login', request: {}, pending: handle }
        : { show: 'elsewhere', url };
    }
    const insert = (): Promise<void> => deps.authorizations.insert(pending, PENDING_TTL_MS);
    if (allowance) {
      const { newRequestId, seenFrom } = context;
      const given = {
        pending,
        client,
        person,
        allowance,
        requestId: newRequestId(),
        seenFrom,
        isRemembered: true,
      };
      const outcome = await insertAllowed(deps, insert, given);
      if (outcome.outcome === 'redirect') return { show: 'code', url: outcome.url };
      if (isSilent) throw consentRequired();
    } else {
      await insert();
    }
    return loginRequest
      ? { show: 'login', request: loginRequest, pending: handle }
      : { show: 'consent', pending: handle };
  };
  const [step] = await Promise.all([next(), bindToBrowser(deps, good, pending.browser)]);
  return step;
}

function newPending(
  { newGrantId, newSalt }: Pick<BeginPendingDeps, 'newGrantId' | 'newSalt'>,
  { client, redirect_uri, redirect_uri_given, request, scope, resources }: GoodRequest,
  browser: string,
  notBefore: number | undefined,
): NewAuthorization {
  return {
    client_id: client.client_id,
    grant_id: newGrantId(),
    redirect_uri,
    redirect_uri_given,
    scope: formatScope(scope),
    resources,
    code_challenge: request.code_challenge,
    salt: newSalt(),
    browser,
    ...(request.state !== undefined && { state: request.state }),
    ...(request.nonce !== undefined && { nonce: request.nonce }),
    ...(request.ui_locales !== undefined && { ui_locales: request.ui_locales }),
    ...(notBefore !== undefined && { auth_time_not_before: notBefore }),
    ...(!maySpareConsent(request) && { consent_prompted: true }),
  };
}

/**
 * RFC 9126 §4: a request URI should be used once, and may be used again by somebody who reloads. So it
 * belongs to the first browser; whoever saw it in a log or a history cannot begin it elsewhere.
 */
async function bindToBrowser(
  { pushedRequests }: Pick<BeginPendingDeps, 'pushedRequests'>,
  { client, pushedId }: GoodRequest,
  browser: string,
): Promise<void> {
  if (pushedId === undefined) return;
  const outcome = await pushedRequests.bind(pushedId, browser);
  if (outcome !== 'bound') throw unknownRequest(client.client_id);
}

function loginRequired(): OAuthError {
  return new OAuthError('login_required', 'the person must log in');
}

function consentRequired(): OAuthError {
  return new OAuthError('consent_required', 'the person must be asked');
}
