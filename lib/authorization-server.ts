/**
 * The front door: what a host makes, and what it gets.
 *
 * @module
 */
import type { ErrorRequestHandler, RequestHandler, Router } from 'express';
import { createAdminRouter, type AdminRouterOptions } from './admin/router.ts';
import { announce } from './announcement.ts';
import { assemble } from './assembly.ts';
import type { EnvironmentOptions } from './env.ts';
import { authInfo, type AuthInfo } from './http/auth-info.ts';
import { requireBearer, type BearerDeps, type RequireBearerOptions } from './http/bearer.ts';
import { liveHandler, readyHandler } from './http/health.ts';
import { createRouters } from './http/router.ts';
import type { Health } from './operations/health.ts';
import { VARIABLES } from './options/option-variables.ts';
import type { AuthorizationServerOptions } from './options/options.ts';
import { resolveSettings } from './options/settings.ts';
import type { ServerMetadata } from './protocol/server-metadata.ts';
import { SYSTEM_RUNTIME, type Runtime } from './runtime.ts';
import { createClients, type Clients } from './services/clients.ts';
import { createGrants, type Grants } from './services/person-grants.ts';
import type { UpstreamToken, UpstreamTokenOptions } from './services/upstream-token.ts';
import {
  verifyAccessToken,
  type VerifyAccessTokenOptions,
} from './services/verify-access-token.ts';

/** An authorization server, ready to be mounted. */
export interface AuthorizationServer {
  /** All endpoints, and the well-known documents when the issuer has no path. Mount at the issuer's path. */
  readonly router: Router;
  /** The well-known documents alone: for the root of the origin when the issuer has a path. */
  readonly wellKnownRouter: Router;
  /**
   * Answers errors that the app's own middleware raised on the way to an endpoint in the form of OAuth,
   * a body above all that its parser refused (400, 413); every other error passes. Mount it at the root
   * of the app, after the routers and before error handlers of the app.
   */
  readonly errorHandler: ErrorRequestHandler;
  /** What is published about the server (RFC 8414). */
  readonly metadata: ServerMetadata;
  /**
   * Protects routes of the host; `req.auth` tells whose token it is.
   *
   * @throws {TypeError} When it is not certain which resource is meant.
   */
  requireBearer(options?: RequireBearerOptions): RequestHandler;
  /**
   * Verifies an access token for any of the resources: for transports that no middleware reaches.
   *
   * @throws {OAuthError} `invalid_token`; with `checkRevocation` also `temporarily_unavailable`, when
   * nobody can tell: that says nothing of the token.
   * @throws {StoreUnavailableError} While the signing keys are not known, or, with `checkRevocation`,
   * the store does not answer: that says nothing of the token.
   */
  verifyAccessToken(token: string, options?: VerifyAccessTokenOptions): Promise<AuthInfo>;
  /** Which clients there are, and why each may ask for what: for the operator's own pages. */
  readonly clients: Clients;
  /** What people have given to apps, for the host's own pages. */
  readonly grants: Grants;
  /**
   * The token of the identity provider that the person logged in at, for calls of the host's own to
   * the provider's APIs: refreshed when it has less than a minute left. Never hand it to a client.
   *
   * @param auth - `req.auth`.
   * @throws {UpstreamTokenError} Its `status` says what to answer: 401 when only a new login helps.
   * @throws {StoreUnavailableError} While the store does not answer.
   * @throws {TypeError} When the login is the host's own, or `auth` is not what `requireBearer` sets.
   */
  upstreamToken(auth: AuthInfo, options?: UpstreamTokenOptions): Promise<UpstreamToken>;
  /**
   * Pages for operators: what happens, which clients there are and why each may ask for what, and what
   * a client would get. Mount it where you like, behind whatever protects such pages at yours.
   *
   * @throws {TypeError} Without `authorize`, which says who is an operator.
   */
  adminRouter(options: AdminRouterOptions): Router;
  /**
   * How this instance is, in named conditions. The store is asked at most every two seconds, however
   * often this is called; never rejects.
   */
  health(): Promise<Health>;
  /** For liveness probes: 200 while the process answers. Mount it where you like. */
  readonly liveHandler: RequestHandler;
  /** For readiness probes and balancers: 200 while requests are welcome, else 503, with the reasons. */
  readonly readyHandler: RequestHandler;
  /** From now on not ready, so that balancers look elsewhere; what comes all the same is served. */
  drain(): void;
  /**
   * Takes no new requests but for documents, waits for those under way, at most `drainTimeoutSeconds`,
   * and lets go of the store's connection. A second call waits for the same end.
   */
  close(): Promise<void>;
}

/**
 * Makes an authorization server.
 *
 * @throws {ConfigurationError} When an option is wrong; every problem is named. Nothing about the
 * configuration is checked later.
 */
export function createAuthorizationServer(
  given: AuthorizationServerOptions | EnvironmentOptions,
  runtime: Runtime = SYSTEM_RUNTIME,
): AuthorizationServer {
  // An environment may name no login: the settings then say so.
  const options = given as AuthorizationServerOptions;
  const settings = resolveSettings(options, runtime);
  const { deps, life, upstream } = assemble(options, settings, runtime);
  announce(settings, deps.scopePolicy);
  const clients = createClients(deps);
  const verify: BearerDeps['verify'] = (token, resources, req) =>
    verifyAccessToken(deps, token, resources, req && { network: deps.callers.networkOf(req) });
  return {
    metadata: deps.metadata,
    ...createRouters(deps),
    requireBearer: (bearer) => requireBearer({ ...deps, verify }, bearer),
    verifyAccessToken: async (token, options) => {
      const checkedFor = options?.checkRevocation ? 'subject' : undefined;
      return authInfo(token, await verifyAccessToken(deps, token, deps.resources(), checkedFor));
    },
    clients,
    grants: createGrants(deps),
    upstreamToken: (auth, wanted) => upstream.upstreamToken(auth, wanted),
    adminRouter: (admin) =>
      createAdminRouter(
        { ...deps, settings, clients, variables: VARIABLES, health: () => life.health() },
        admin,
      ),
    health: () => life.health(),
    liveHandler,
    readyHandler: readyHandler(life),
    drain: () => life.drain.begin(),
    close: () => life.close(),
  };
}
