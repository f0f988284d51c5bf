/**
 * Protecting the host's own routes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-5.1
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import { requireFlag, requireKnown } from '../diagnostics/given-options.ts';
import type { Request, RequestHandler, Response } from 'express';
import { formatChallenge, parseBearer } from '../protocol/challenge.ts';
import { OAuthError } from '../protocol/errors.ts';
import { wellKnownUrl } from '../protocol/issuer.ts';
import { isScopeToken, parseScope, scopesBeyond, type Scope } from '../protocol/scope.ts';
import type {
  VerifiedAccessToken,
  VerifyAccessTokenOptions,
} from '../services/verify-access-token.ts';
import { authInfo, type AuthInfo } from './auth-info.ts';
import { authorizationOf } from './authorization-header.ts';
import { logError, setErrorHeaders, type RefusalDeps } from './error-response.ts';
import { toOAuthError } from './errors.ts';
import type { ResourceRegistry } from './resource-registry.ts';
import { sendJson } from './send-json.ts';
import { step } from './step.ts';

/** Scopes as one string, or as a list. */
export type ScopeList = string | readonly Scope[];

/** What a route asks of a token. */
export interface RequireBearerOptions extends VerifyAccessTokenOptions {
  /**
   * The API that the token must be for: a path on the issuer's origin, or an absolute URL. Naming it
   * here adds it to the server's resources. May be left out when there is only one.
   */
  readonly resource?: string;
  /**
   * The scopes that the token must have, all of them; or a function that says which a request needs.
   * It should name everything the operation needs, for the client asks for just that.
   */
  readonly scope?: ScopeList | ((req: Request) => ScopeList);
}

/** Their names, for hosts that write without types. */
const BEARER_OPTIONS = [
  'resource',
  'scope',
  'checkRevocation',
] as const satisfies readonly (keyof RequireBearerOptions)[];

export interface BearerDeps extends RefusalDeps {
  readonly registry: Pick<ResourceRegistry, 'mount'>;
  /** Every scope there is; absent where nobody has said. */
  readonly scopesSupported?: readonly Scope[] | undefined;
  /**
   * @param resources - The audiences that will do.
   * @param checkedFor - The request for which it is asked whether the token was revoked; absent: nobody
   * is asked.
   * @throws {OAuthError} `invalid_token`; or whatever stands for 503 or 429 while it cannot be told.
   */
  verify(
    token: string | undefined,
    resources: readonly string[],
    checkedFor: Request | undefined,
  ): Promise<VerifiedAccessToken>;
}

/**
 * Makes the middleware. A good token is described by `req.auth`; without one the answer is 401, and
 * 403 when a scope is missing, each with the challenge by which a client finds its way; 503 while the
 * signing keys are not known, or it cannot be told whether the token was revoked. `OPTIONS` passes without a token, for browsers ask with it before they
 * send one.
 *
 * @param known - The options that there are.
 * @throws {TypeError} For an option that nobody knows, a scope that is none, a resource that is not
 * certain, or a `checkRevocation` that is neither true nor false.
 */
export function requireBearer(
  deps: BearerDeps,
  options: RequireBearerOptions = {},
  known: readonly (keyof RequireBearerOptions)[] = BEARER_OPTIONS,
): RequestHandler {
  requireKnown('requireBearer', options, known);
  const { scope = [], checkRevocation = false } = options;
  requireFlag('requireBearer', 'checkRevocation', checkRevocation);
  const required = typeof scope === 'function' ? scope : constant(knownScopes(deps, scope));
  const resourceOf = deps.registry.mount(options.resource);

  return step(async function requireBearerToken(req, res, next) {
    // A preflight never carries a token (Fetch §4.8); the request that follows does. So whatever is
    // behind this must not answer OPTIONS with anything that needs one.
    if (req.method === 'OPTIONS') {
      next();
      return;
    }
    const resource = resourceOf();
    const scopes = scopeList(required(req));
    let token: string | undefined;
    let isMissing = false;
    try {
      token = parseBearer(authorizationOf(req));
      isMissing = token === undefined;
      const verified = await deps.verify(token, [resource], checkRevocation ? req : undefined);
      requireScopes(scopes, verified.scope);
      (req as Request & { auth?: AuthInfo }).auth = authInfo(token ?? '', verified);
    } catch (thrown) {
      const error = toOAuthError(thrown);
      if (error.code === 'server_error') throw thrown;
      refuse(deps, req, res, { error, resource, scopes, isMissing });
      return;
    }
    next();
  });
}

function requireScopes(needed: readonly Scope[], granted: readonly Scope[]): void {
  if (scopesBeyond(needed, granted).length === 0) return;
  throw new OAuthError('insufficient_scope', 'the access token lacks a scope that is needed here');
}

interface Refusal {
  readonly error: OAuthError;
  readonly resource: string;
  readonly scopes: readonly Scope[];
  /** No token at all: then there is no error to tell yet (RFC 6750 §3.1). */
  readonly isMissing: boolean;
}

function refuse(
  deps: BearerDeps,
  req: Request,
  res: Response,
  { error, resource, scopes, isMissing }: Refusal,
): void {
  logError(deps, error, req);
  setErrorHeaders(res, error);
  res.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  // What cannot be told says nothing of the token: a client that is challenged would drop it.
  const isAboutToken = error.status >= 400 && error.status <= 403;
  if (isAboutToken) {
    const challenge = formatChallenge({
      resource_metadata: wellKnownUrl('oauth-protected-resource', resource),
      scope: scopes,
      ...(!isMissing && { error }),
    });
    res.set('WWW-Authenticate', challenge);
  }
  // A client in a browser must be able to read the challenge; a host that has its own CORS keeps it.
  if (!res.hasHeader('Access-Control-Allow-Origin')) res.set('Access-Control-Allow-Origin', '*');
  res.append('Access-Control-Expose-Headers', isAboutToken ? 'WWW-Authenticate' : 'Retry-After');
  sendJson(res, error.status, error.toJSON());
}

/** A scope that nobody can have would send every client round in circles. */
function knownScopes({ scopesSupported }: BearerDeps, scope: ScopeList): readonly Scope[] {
  const scopes = scopeList(scope);
  const unknown = scopesSupported ? scopesBeyond(scopes, scopesSupported) : [];
  if (unknown.length === 0) return scopes;
  throw new ArgumentError(
    `requireBearer: scope names ${unknown.join(', ')}, which is not in scopesSupported`,
    'ERR_DCR_SCOPE_NOT_SUPPORTED',
  );
}

function constant(scopes: readonly Scope[]): () => readonly Scope[] {
  return () => scopes;
}

function scopeList(scope: ScopeList): readonly Scope[] {
  const scopes = typeof scope === 'string' ? parseScope(scope) : scope;
  if (Array.isArray(scopes) && scopes.every(isScopeToken)) return scopes;
  throw new ArgumentError('requireBearer: scope must be scope tokens, as one string or as a list');
}
