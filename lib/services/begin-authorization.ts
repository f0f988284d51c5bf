/**
 * Beginning an authorization: everything is checked before the person is bothered, then the browser
 * goes to the login or straight to the consent page.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 * @module
 */
import type { LoginRequest, Person } from '../login/port.ts';
import type { Logger } from '../operations/logger.ts';
import { supportedScopes } from '../policy/scope-policy.ts';
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
import { findResource } from '../protocol/resource.ts';
import { formatScope, scopesBeyond, type Scope } from '../protocol/scope.ts';
import type { AuthorizationStore } from '../storage/store.ts';
import { readAdmitted, type Admit } from './admitted.ts';
import { authTimeNotBefore, loginRequestOf } from './login-freshness.ts';
import { resolveClient, type Client, type ResolveClientDeps } from './resolve-client.ts';

/** A pending authorization is kept for as long as a person may need to log in. */
const PENDING_TTL_MS = 10 * 60 * 1000;

export interface BeginAuthorizationDeps extends ResolveClientDeps {
  readonly authorizations: Pick<AuthorizationStore, 'insert'>;
  readonly resources: () => readonly string[];
  /** 16 random bytes, base64url. */
  readonly newGrantId: () => string;
  readonly newSalt: () => string;
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
  | { readonly show: 'consent'; readonly pending: PendingHandle }
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
  let redirectUriGiven: boolean;
  try {
    const asking = parseRequestingClient(parameters);
    const client = await readAdmitted(context.admit, () => resolveClient(deps, asking.client_id));
    if (!client) throw new OAuthError('invalid_client', 'the client is not known');
    const redirect_uri = provenRedirectUri(asking.redirect_uri, client);
    const state = readState(parameters);
    target = { client, redirect_uri, ...(state !== undefined && { state }) };
    redirectUriGiven = asking.redirect_uri !== undefined;
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return { show: 'page', error };
  }
  try {
    return await checkedRequest(deps, parameters, context, target, redirectUriGiven);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return { show: await fateOf(target, context), error, target };
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
    detail,
  });
}

async function checkedRequest(
  deps: BeginAuthorizationDeps,
  parameters: Parameters,
  context: BrowserContext,
  { client, redirect_uri }: ProvenTarget,
  redirect_uri_given: boolean,
): Promise<BeginOutcome> {
  const request = parseAuthorizationRequest(parameters);
  const scope = askedScope(deps, request, client);
  const resource = askedResource(deps, request);
  const person = await context.person();
  const loginRequest = loginRequestOf(request, person, deps.now());
  if (request.prompt.includes('none')) {
    // Nothing can be granted unseen: every client here registered itself.
    if (loginRequest) throw new OAuthError('login_required', 'the person must log in');
    throw new OAuthError('consent_required', 'the person must be asked');
  }
  const notBefore = authTimeNotBefore(request, person, deps.now());
  const pending: PendingHandle = { client_id: client.client_id, grant_id: deps.newGrantId() };
  await deps.authorizations.insert(
    {
      ...pending,
      redirect_uri,
      redirect_uri_given,
      scope: formatScope(scope),
      resource,
      code_challenge: request.code_challenge,
      salt: deps.newSalt(),
      browser: context.browser(),
      ...(request.state !== undefined && { state: request.state }),
      ...(request.nonce !== undefined && { nonce: request.nonce }),
      ...(notBefore !== undefined && { auth_time_not_before: notBefore }),
    },
    PENDING_TTL_MS,
  );
  deps.logger.debug('authorization begun', {
    client_id: client.client_id,
    scope: formatScope(scope),
  });
  return loginRequest
    ? { show: 'login', request: loginRequest, pending }
    : { show: 'consent', pending };
}

/** The scopes asked for, all of them within the ceiling of this moment (RFC 6749 §4.1.2.1). */
function askedScope(
  { logger, scopePolicy }: Pick<BeginAuthorizationDeps, 'logger' | 'scopePolicy'>,
  request: AuthorizationRequest,
  client: Client,
): readonly Scope[] {
  const { client_id } = client;
  const wanted = request.scope ?? client.implicit;
  const asked = supportedScopes(scopePolicy, wanted, client.ceiling);
  const scopes = scopesBeyond(wanted, asked);
  if (scopes.length > 0) logger.debug('unsupported scopes left out', { client_id, scopes });
  const beyond = scopesBeyond(asked.length > 0 ? asked : wanted, client.ceiling);
  if (beyond.length === 0 && asked.length > 0) return asked;
  logger.debug('scope beyond what the client registered', {
    client_id,
    beyond,
    registered: formatScope(client.ceiling),
  });
  throw new OAuthError('invalid_scope', 'scope contains a value that this client cannot ask for');
}

/** Without `resource`, the only one there is; with several, a guess would make a token for the wrong API. */
function askedResource(
  { resources }: Pick<BeginAuthorizationDeps, 'resources'>,
  request: AuthorizationRequest,
): string {
  const known = resources();
  const resource =
    request.resource === undefined
      ? known.length === 1
        ? known[0]
        : undefined
      : findResource(request.resource, known);
  if (resource !== undefined) return resource;
  throw new OAuthError('invalid_target', 'resource is missing or not one of this server');
}
