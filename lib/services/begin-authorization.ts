/**
 * Beginning an authorization: everything is checked before the person is bothered, then the browser
 * goes to the login or straight to the consent page.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 * @module
 */
import type { LoginRequest, Person } from '../login/port.ts';
import type { Logger } from '../operations/logger.ts';
import {
  parseAuthorizationRequest,
  parseRequestingClient,
  readState,
  type AuthorizationRequest,
} from '../protocol/authorization-request.ts';
import { OAuthError } from '../protocol/errors.ts';
import { parseLoopbackUri } from '../protocol/loopback.ts';
import type { Parameters } from '../protocol/parameters.ts';
import { matchesRegisteredRedirectUri } from '../protocol/redirect-uri-match.ts';
import { formatScope } from '../protocol/scope.ts';
import type { AuthorizationStore, NewAuthorization, RememberedConsent } from '../storage/store.ts';
import { readAdmitted, type Admit } from './admitted.ts';
import { askedResource, askedScope, type AskedDeps } from './asked-access.ts';
import { beginElsewhere, PENDING_TTL_MS, type ElsewhereDeps } from './begin-elsewhere.ts';
import { authTimeNotBefore, loginRequestOf } from './login-freshness.ts';
import { resolveClient, type Client, type ResolveClientDeps } from './resolve-client.ts';
import {
  consentsAhead,
  insertAllowed,
  maySpareConsent,
  unaskedAllowance,
  type UnaskedDeps,
} from './unasked-authorization.ts';

export interface BeginAuthorizationDeps extends ResolveClientDeps, AskedDeps, UnaskedDeps {
  readonly scopePolicy: ResolveClientDeps['scopePolicy'];
  readonly clients: ResolveClientDeps['clients'] & UnaskedDeps['clients'];
  readonly authorizations: Pick<AuthorizationStore, 'insert' | 'allow'>;
  /** 16 random bytes, base64url. */
  readonly newGrantId: () => string;
  readonly newSalt: () => string;
  /** Where identity providers are the login; absent where the host is. */
  readonly elsewhere?: ElsewhereDeps;
  readonly now: () => number;
  readonly logger: Logger;
}

/** Whose browser it is. */
export interface BrowserContext {
  /** Asked with the first read. */
  readonly admit: Admit;
  /** Digest of the browser id. Asked for only when something is kept, for a new browser is given one then. */
  readonly browser: () => string;
  /** Asks the login port, at most once. */
  readonly person: () => Promise<Person | undefined>;
  /** Identifies the attempt to answer at once. */
  readonly requestId: string;
}

/** Where an error may be sent, once client and redirect URI are proven. */
export interface ProvenTarget {
  readonly client: Client;
  readonly redirect_uri: string;
  readonly state?: string;
}

/**
 * What happens next. An error with `show: 'page'` must not travel; with a `target`, the page may
 * offer the way back that was not taken (RFC 9700 §4.11.2).
 */
export type BeginOutcome =
  | {
      readonly show: 'login';
      readonly request: Omit<LoginRequest, 'return_to'>;
      readonly pending: PendingHandle;
    }
  | { readonly show: 'elsewhere'; readonly url: string }
  | { readonly show: 'consent'; readonly pending: PendingHandle }
  | { readonly show: 'code'; readonly url: string }
  | { readonly show: 'page'; readonly error: OAuthError; readonly target?: ProvenTarget }
  | { readonly show: 'redirect'; readonly error: OAuthError; readonly target: ProvenTarget };

/** Finds the pending authorization again; both parts, so that client and request are read at once. */
export interface PendingHandle {
  readonly client_id: string;
  readonly grant_id: string;
}

export async function beginAuthorization(
  deps: BeginAuthorizationDeps,
  parameters: Parameters,
  context: BrowserContext,
): Promise<BeginOutcome> {
  let target: ProvenTarget;
  let redirect_uri_given: boolean;
  let consents: Promise<readonly RememberedConsent[]>;
  const request = parsed(parameters);
  try {
    const asking = parseRequestingClient(parameters);
    const foreseen = { ...asking, ...(!(request instanceof OAuthError) && { request }) };
    consents = consentsAhead(deps, foreseen, context.person);
    const client = await readAdmitted(context.admit, () => resolveClient(deps, asking.client_id));
    if (!client) throw new OAuthError('invalid_client', 'the client is not known');
    const redirect_uri = provenRedirectUri(asking.redirect_uri, client);
    const state = readState(parameters);
    target = { client, redirect_uri, ...(state !== undefined && { state }) };
    redirect_uri_given = asking.redirect_uri !== undefined;
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return { show: 'page', error };
  }
  try {
    if (request instanceof OAuthError) throw request;
    return await checkedRequest(
      deps,
      { ...target, request, redirect_uri_given, consents },
      context,
    );
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return { show: await fateOf(target, context), error, target };
  }
}

/** Read at once and judged later: nothing is said about it before client and redirect URI are proven. */
function parsed(parameters: Parameters): AuthorizationRequest | OAuthError {
  try {
    return parseAuthorizationRequest(parameters);
  } catch (error) {
    if (error instanceof OAuthError) return error;
    throw error;
  }
}

/**
 * RFC 9700 §4.11.2: who registers a client must not get an open redirector with it. An error may
 * travel when the login port knows the person, or when it only reaches the person's own machine.
 */
async function fateOf(
  { redirect_uri }: ProvenTarget,
  { person }: BrowserContext,
): Promise<'page' | 'redirect'> {
  if (parseLoopbackUri(redirect_uri)) return 'redirect';
  return (await person()) ? 'redirect' : 'page';
}

/**
 * The redirect URI to answer at. It may be left out only when a single one is registered (OAuth 2.1
 * §2.3.2) that is a whole address: a loopback URI lacks the port of the moment.
 */
function provenRedirectUri(requested: string | undefined, client: Client): string {
  const { redirect_uris } = client.metadata;
  const detail = { client_id: client.client_id };
  if (requested === undefined) {
    const [only, ...others] = redirect_uris;
    if (only === undefined || others.length > 0 || parseLoopbackUri(only)) {
      throw new OAuthError('invalid_request', 'the parameter redirect_uri is missing', { detail });
    }
    return only;
  }
  if (matchesRegisteredRedirectUri(requested, redirect_uris, client)) return requested;
  throw new OAuthError('invalid_request', 'redirect_uri is not registered for this client', {
    parameter: 'redirect_uri',
    detail,
  });
}

/** A request whose client and redirect URI are proven. */
interface ProvenRequest extends ProvenTarget {
  readonly request: AuthorizationRequest;
  readonly redirect_uri_given: boolean;
  /** What the person who is there has allowed this client before. */
  readonly consents: Promise<readonly RememberedConsent[]>;
}

async function checkedRequest(
  deps: BeginAuthorizationDeps,
  { client, redirect_uri, redirect_uri_given, request, consents }: ProvenRequest,
  context: BrowserContext,
): Promise<BeginOutcome> {
  const scope = askedScope(deps, request, client);
  const resource = askedResource(deps, request);
  const person = await context.person();
  const loginRequest = loginRequestOf(request, person, deps.now());
  const isSilent = request.prompt.includes('none');
  if (loginRequest && isSilent && !deps.elsewhere) throw loginRequired();
  const mayBeSpared = maySpareConsent(request);
  const isThere = person && !loginRequest && mayBeSpared;
  const where = { redirect_uri, resource };
  const allowance =
    isThere && unaskedAllowance(deps, { client, person, scope, where }, await consents);
  if (isSilent && !allowance && !deps.elsewhere) throw consentRequired();
  const notBefore = authTimeNotBefore(request, person, deps.now());
  const handle: PendingHandle = { client_id: client.client_id, grant_id: deps.newGrantId() };
  const pending: NewAuthorization = {
    ...handle,
    redirect_uri,
    redirect_uri_given,
    scope: formatScope(scope),
    resource,
    code_challenge: request.code_challenge,
    salt: deps.newSalt(),
    browser: context.browser(),
    ...(request.state !== undefined && { state: request.state }),
    ...(request.nonce !== undefined && { nonce: request.nonce }),
    ...(request.ui_locales !== undefined && { ui_locales: request.ui_locales }),
    ...(notBefore !== undefined && { auth_time_not_before: notBefore }),
    ...(request.ui_locales !== undefined && { ui_locales: request.ui_locales }),
    ...(!mayBeSpared && { consent_prompted: true }),
  };
  const insert = (): Promise<void> => deps.authorizations.insert(pending, PENDING_TTL_MS);
  deps.logger.debug('authorization begun', { client_id: client.client_id, scope: pending.scope });
  if (deps.elsewhere) {
    const url = await beginElsewhere(deps.elsewhere, pending, request);
    return url === undefined
      ? { show: 'login', request: {}, pending: handle }
      : { show: 'elsewhere', url };
  }
  if (allowance) {
    const { requestId } = context;
    const given = { pending, client, person, allowance, requestId, isRemembered: true };
    const outcome = await insertAllowed(deps, insert, given);
    if (outcome.outcome === 'redirect') return { show: 'code', url: outcome.url };
    if (isSilent) throw consentRequired();
  } else {
    await insert();
  }
  return loginRequest
    ? { show: 'login', request: loginRequest, pending: handle }
    : { show: 'consent', pending: handle };
}

function loginRequired(): OAuthError {
  return new OAuthError('login_required', 'the person must log in');
}

function consentRequired(): OAuthError {
  return new OAuthError('consent_required', 'the person must be asked');
}
