/**
 * The composition root: the one place where the parts meet.
 *
 * @module
 */
import type { RequestHandler, Router } from 'express';
import { announce } from './announcement.ts';
import type { EnvironmentOptions } from './env.ts';
import { authInfo, type AuthInfo } from './http/auth-info.ts';
import { requireBearer, type RequireBearerOptions } from './http/bearer.ts';
import { createBrowserCookie } from './http/browser-cookie.ts';
import { createCallers } from './http/caller.ts';
import { liveHandler, readyHandler } from './http/health.ts';
import { callbackPath, endpointUrl, endpointUrls } from './http/paths.ts';
import { createResourceRegistry } from './http/resource-registry.ts';
import { createRouter, createWellKnownRouter, type RouterDeps } from './http/router.ts';
import { beginLife } from './lifecycle.ts';
import { createLogins } from './login-elsewhere.ts';
import type { Health } from './operations/health.ts';
import { describeError } from './operations/logger.ts';
import type { AuthorizationServerOptions } from './options/options.ts';
import { createPages } from './pages/pages.ts';
import { formatReference, REFERENCE_BYTES } from './pages/reference.ts';
import {
  GRANT_TYPES,
  registrableAuthMethods,
  RESPONSE_TYPES,
  type RegistrationPolicy,
} from './policy/registration.ts';
import { createScopePolicy } from './policy/scope-policy.ts';
import { serverMetadata, type ServerMetadata } from './protocol/server-metadata.ts';
import { createRateLimits } from './rate-limits.ts';
import { SYSTEM_RUNTIME, type Runtime } from './runtime.ts';
import { createGrants, type Grants, type GrantsDeps } from './services/person-grants.ts';
import { verifyAccessToken } from './services/verify-access-token.ts';
import { resolveSettings, type Settings } from './options/settings.ts';
import { beginContact } from './store-contact.ts';
import type { UpstreamToken, UpstreamTokenOptions } from './services/upstream-token.ts';
import { createAccessTokens } from './tokens/access-token.ts';
import { sha256 } from './tokens/digest.ts';
import { createEnvelopes } from './tokens/envelope.ts';
import { createGrantCredentials } from './tokens/grant-credentials.ts';
import { createKeyring } from './tokens/keyring.ts';
import { createUpstreamTokens } from './upstream-tokens.ts';

/** An authorization server, ready to be mounted. */
export interface AuthorizationServer {
  /** All endpoints, and the well-known documents when the issuer has no path. Mount at the issuer's path. */
  readonly router: Router;
  /** The well-known documents alone: for the root of the origin when the issuer has a path. */
  readonly wellKnownRouter: Router;
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
   * @throws {OAuthError} `invalid_token`.
   * @throws {StoreUnavailableError} While the signing keys are not known, which says nothing of the token.
   */
  verifyAccessToken(token: string): Promise<AuthInfo>;
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
  const { issuer, logger } = settings;
  const { now } = runtime;
  const random = (bytes: number): string => runtime.randomBytes(bytes).toString('base64url');

  const scopePolicy = createScopePolicy(options);
  const keyring = createKeyring(settings.secrets);
  settings.store.useLogger?.(logger);
  const contact = beginContact(settings, runtime);
  const { store, keys } = contact;
  const accessTokens = createAccessTokens({ issuer, keys, now });
  const registry = createResourceRegistry(issuer, settings.resources);
  const metadata = serverMetadata({
    issuer,
    endpoints: {
      authorize: endpointUrl(issuer, settings.paths.authorize),
      token: endpointUrl(issuer, settings.paths.token),
      ...(settings.registration !== 'off' && {
        register: endpointUrl(issuer, settings.paths.register),
      }),
      jwks: endpointUrl(issuer, settings.paths.jwks),
    },
    scopes: scopePolicy.registrable,
    grantTypes: GRANT_TYPES,
    responseTypes: RESPONSE_TYPES,
    authMethods: registrableAuthMethods(settings),
  });
  const life = beginLife({ settings, scopePolicy, contact, now });
  const kept = {
    logger,
    now,
    upstreamTokens: store.upstreamTokens,
    envelopes: createEnvelopes({ secrets: settings.secrets, issuer, ...runtime }),
    newRequestId: runtime.randomUUID,
  };
  const upstream = createUpstreamTokens(settings, kept);
  const deps: RouterDeps & GrantsDeps = {
    ...kept,
    revokeUpstream: (grantId) => upstream.revokeUpstream(grantId),
    drain: life.drain,
    issuer,
    ...createLogins(settings, { ...kept, ...store }, runtime),
    scopePolicy,
    keyring,
    accessTokens,
    signingKeys: keys,
    metadata,
    registrationPolicy: registrationPolicy(settings),
    registration: settings.registration,
    initialAccessTokens: settings.initialAccessTokens.map(sha256),
    refreshTokens: settings.refreshTokens,
    registry,
    paths: settings.paths,
    scopeDescriptions: settings.scopes,
    pages: createPages(settings.pages, {
      onRenderFailure: (page, cause) => {
        logger.error('page renderer failed', { page, cause: describeError(cause) });
      },
    }),
    newReference: () => formatReference(runtime.randomBytes(REFERENCE_BYTES)),
    scopes: scopePolicy.registrable,
    scopesSupported: scopePolicy.supported,
    callers: createCallers({ exempt: settings.rateLimits.exempt, logger }),
    rateLimits: createRateLimits(settings.rateLimits, store, {
      keyOf: (parts) => keyring.mac('rate_limit', parts),
      storeNow: () => store.now(),
      logger,
    }),
    clients: store.clients,
    authorizations: store.authorizations,
    grants: store.grants,
    consents: store.consents,
    storeNow: () => store.now(),
    credentials: createGrantCredentials(keyring, issuer),
    cookie: createBrowserCookie({ issuer, newBrowserId: () => random(32) }),
    resources: () => registry.list(),
    jwks: () => keys.jwks(),
    newClientId: runtime.randomUUID,
    newClientSecret: () => random(32),
    newGrantId: () => random(16),
    newSalt: () => random(16),
    newJti: () => random(12),
    accessTokenTtlMs: settings.accessTokenTtlSeconds * 1000,
    refreshTokenTtlMs: settings.refreshTokenTtlSeconds * 1000,
    grantMaxTtlMs: settings.grantMaxTtlSeconds * 1000,
    codeTtlMs: settings.codeTtlSeconds * 1000,
    clientUnusedTtlMs: settings.clientUnusedTtlSeconds * 1000,
    clientIdleTtlMs: settings.clientIdleTtlSeconds * 1000,
    maxUnusedClients: settings.maxUnusedClients,
  };
  announce(settings, scopePolicy);
  return {
    metadata,
    router: createRouter(deps),
    wellKnownRouter: createWellKnownRouter(deps),
    requireBearer: (bearer) => requireBearer(deps, bearer),
    verifyAccessToken: async (token) =>
      authInfo(token, await verifyAccessToken(deps, token, registry.list())),
    grants: createGrants(deps),
    upstreamToken: (auth, options) => upstream.upstreamToken(auth, options),
    health: () => life.health(),
    liveHandler,
    readyHandler: readyHandler(life),
    drain: () => life.drain.begin(),
    close: () => life.close(),
  };
}

function registrationPolicy({ issuer, login, paths, ...settings }: Settings): RegistrationPolicy {
  const names = 'person' in login ? [] : login.map(({ name }) => name);
  const callbacks = names.map((name) => endpointUrl(issuer, callbackPath(paths, name)));
  return {
    ownEndpoints: [...endpointUrls(issuer, paths), ...callbacks],
    confidentialClients: settings.confidentialClients,
    forceConfidentialRedirectUris: settings.forceConfidentialRedirectUris,
    invalidRedirectUris: settings.invalidRedirectUris,
  };
}
