/**
 * The composition root: the one place where the parts meet.
 *
 * @module
 */
import type { AdminDeps } from './admin/router.ts';
import { createClientDocuments } from './client-documents.ts';
import { createBrowserCookie } from './http/browser-cookie.ts';
import { createCallers } from './http/caller.ts';
import { endpointUrl } from './http/paths.ts';
import { createResourceRegistry } from './http/resource-registry.ts';
import type { RouterDeps } from './http/router.ts';
import { hostTelemetry } from './host-telemetry.ts';
import { beginLife, type Lifecycle } from './lifecycle.ts';
import { createLogins } from './login-elsewhere.ts';
import { createEmit, type Emit } from './operations/audit.ts';
import { createDiagnose } from './operations/diagnosis.ts';
import { describeError } from './operations/logger.ts';
import { beginStats, countersOf, refusalCounter } from './operations/stats.ts';
import { openidOf } from './openid.ts';
import type { AuthorizationServerOptions } from './options/options.ts';
import { registrationPolicyOf } from './options/registration-policy.ts';
import type { Settings } from './options/settings.ts';
import { createGetJson } from './outbound/get-json.ts';
import { INTERNET } from './outbound/internet.ts';
import { createPages } from './pages/pages.ts';
import { formatReference, REFERENCE_BYTES } from './pages/reference.ts';
import {
  GRANT_TYPES,
  introspectionAuthMethods,
  registrableAuthMethods,
  RESPONSE_TYPES,
} from './policy/registration.ts';
import type { DocumentHosts } from './policy/document-hosts.ts';
import { createScopePolicy } from './policy/scope-policy.ts';
import type { AuthMethod } from './protocol/client.ts';
import { serverMetadata } from './protocol/server-metadata.ts';
import { createPublishedKeys } from './published-keys.ts';
import { rateLimitKeys } from './rate-limit-keys.ts';
import { createRateLimits } from './rate-limits.ts';
import type { Runtime } from './runtime.ts';
import { createBaselineHook } from './services/baseline-function.ts';
import type { ClientsDeps } from './services/clients.ts';
import type { GrantsDeps } from './services/person-grants.ts';
import { beginContact } from './store-contact.ts';
import { createAccessTokens } from './tokens/access-token.ts';
import { sha256 } from './tokens/digest.ts';
import { createEnvelopes } from './tokens/envelope.ts';
import { createGrantCredentials } from './tokens/grant-credentials.ts';
import { createIdTokens } from './tokens/id-token.ts';
import { createKeyring } from './tokens/keyring.ts';
import { createRegistrationCredentials } from './tokens/registration-credentials.ts';
import { createUpstreamTokens, type UpstreamTokens } from './upstream-tokens.ts';

/** Everything that the endpoints and the methods of the server need. */
export type ServerDeps = RouterDeps &
  GrantsDeps &
  ClientsDeps &
  Omit<AdminDeps, 'health' | 'settings' | 'clients' | 'variables'>;

export interface Assembly {
  readonly deps: ServerDeps;
  readonly life: Lifecycle;
  readonly upstream: UpstreamTokens;
}

/** Puts the parts together. Contact with the store begins here. */
export function assemble(
  options: AuthorizationServerOptions,
  settings: Settings,
  runtime: Runtime,
): Assembly {
  const { issuer, logger } = settings;
  const { now } = runtime;
  const random = (bytes: number): string => runtime.randomBytes(bytes).toString('base64url');

  const { baseline } = options;
  const hook = baseline && createBaselineHook(baseline, { settings: options, logger, now });
  const scopePolicy = createScopePolicy(options, hook);
  const keyring = createKeyring(settings.secrets);
  settings.store.useLogger?.(logger);
  const telemetry = hostTelemetry(settings);
  const contact = beginContact(settings, runtime, telemetry.onStoreFailure);
  const { store, keys } = contact;
  const storeNow = (): number => store.now();
  const accessTokens = createAccessTokens({ issuer, keys, now: storeNow });
  const registry = createResourceRegistry(issuer, settings.resources);
  const openid = openidOf(settings, scopePolicy);
  const authMethods = offeredAuthMethods(settings);
  const introspecting = introspectionAuthMethods(authMethods, settings.resourceServers.size > 0);
  const metadata = serverMetadata({
    issuer,
    endpoints: {
      authorize: endpointUrl(issuer, settings.paths.authorize),
      token: endpointUrl(issuer, settings.paths.token),
      ...(settings.registration !== 'off' && {
        register: endpointUrl(issuer, settings.paths.register),
      }),
      revoke: endpointUrl(issuer, settings.paths.revoke),
      par: endpointUrl(issuer, settings.paths.par),
      ...(introspecting.length > 0 && {
        introspect: endpointUrl(issuer, settings.paths.introspect),
      }),
      jwks: endpointUrl(issuer, settings.paths.jwks),
    },
    scopes: scopePolicy.registrable,
    grantTypes: GRANT_TYPES,
    responseTypes: RESPONSE_TYPES,
    authMethods,
    ...(openid && { openid }),
    requirePushedRequests: settings.requirePushedAuthorizationRequests,
    metadataDocuments: settings.clientIdMetadataDocuments !== false,
    introspectionAuthMethods: introspecting,
  });
  const stats = beginStats({ store: store.stats, logger });
  const life = beginLife({ settings, scopePolicy, contact, stats, now });
  const tell = createEmit({ logger, now, onEvent: options.onEvent });
  const emit: Emit = (event) => {
    tell(event);
    stats.count(...countersOf(event));
    telemetry.onEvent?.(event);
  };
  const kept = {
    logger,
    emit,
    now,
    upstreamTokens: store.upstreamTokens,
    grants: store.grants,
    clients: store.clients,
    clientStates: store.clientStates,
    revokedBefore: () => contact.revokedBefore(),
    registrationClosed: () => contact.registrationClosed(),
    switchesKnown: () => contact.known(),
    switches: store.switches,
    envelopes: createEnvelopes({ secrets: settings.secrets, issuer, ...runtime }),
    newRequestId: runtime.randomUUID,
  };
  const upstream = createUpstreamTokens(settings, kept);
  const counting = {
    keyOf: rateLimitKeys(keyring),
    storeNow,
    logger,
    emit,
  };
  const deciding = {
    registrationPolicy: registrationPolicyOf(settings, openid),
    scopePolicy,
    onRegister: settings.onRegister,
  };
  const deps: ServerDeps = {
    ...kept,
    revokeUpstream: (grantId) => upstream.revokeUpstream(grantId),
    drain: life.drain,
    observeEndpoint: telemetry.observeEndpoint,
    diagnose: createDiagnose(logger),
    onRefusal(refusal) {
      // Those of the host's own routes are no matter of registrations and logins.
      if (refusal.route !== undefined) stats.count(refusalCounter(refusal.error));
      telemetry.onRefusal?.(refusal);
    },
    issuer,
    ...createLogins(settings, { ...kept, ...store }, runtime),
    keyring,
    accessTokens,
    idTokens: createIdTokens({ issuer, keys }),
    signingKeys: keys,
    metadata,
    ...deciding,
    registration: settings.registration,
    initialAccessTokens: settings.initialAccessTokens.map(sha256),
    mintedTokens: store.initialAccessTokens,
    refreshTokens: settings.refreshTokens,
    requirePushedRequests: settings.requirePushedAuthorizationRequests,
    registry,
    paths: settings.paths,
    scopeDescriptions: settings.scopes,
    pages: createPages(settings.pages, {
      onRenderFailure: (page, cause) => {
        logger.error('page renderer failed', {
          code: 'ERR_DCR_PAGE_RENDERER_FAILED',
          page,
          cause: describeError(cause),
        });
      },
    }),
    newReference: () => formatReference(runtime.randomBytes(REFERENCE_BYTES)),
    scopes: scopePolicy.registrable,
    scopesSupported: scopePolicy.supported,
    callers: createCallers({ exempt: settings.rateLimits.exempt, logger }),
    rateLimits: createRateLimits(settings.rateLimits, store, counting),
    clientSources: {
      provisioned: (client_id) => settings.provisionedClients.get(client_id),
      ...createClientDocuments(settings, { ...counting, ...deciding, store, runtime }),
    },
    documentHosts: documentHostsOf(settings),
    authorizations: store.authorizations,
    assertions: store.assertions,
    stats: store.stats,
    pushedRequests: store.pushedRequests,
    publishedKeys: createPublishedKeys({
      ...counting,
      store,
      getJson: createGetJson(runtime.outside ?? INTERNET),
      now,
    }),
    resourceServers: settings.resourceServers,
    consents: store.consents,
    storeNow,
    credentials: createGrantCredentials(keyring, issuer),
    cookie: createBrowserCookie({ issuer, newBrowserId: () => random(32) }),
    resources: () => registry.list(),
    jwks: () => keys.jwks(),
    newClientId: runtime.randomUUID,
    newClientSecret: () => random(32),
    newRegistrationAccessToken: () => random(32),
    registrationUrl: endpointUrl(issuer, settings.paths.register),
    registrationCredentials: createRegistrationCredentials(keyring, issuer),
    newGrantId: () => random(16),
    newSalt: () => random(16),
    newPushedRequestId: () => random(16),
    newJti: () => random(12),
    accessTokenTtlMs: settings.accessTokenTtlSeconds * 1000,
    refreshTokenTtlMs: settings.refreshTokenTtlSeconds * 1000,
    grantMaxTtlMs: settings.grantMaxTtlSeconds * 1000,
    codeTtlMs: settings.codeTtlSeconds * 1000,
    clientUnusedTtlMs: settings.clientUnusedTtlSeconds * 1000,
    clientIdleTtlMs: settings.clientIdleTtlSeconds * 1000,
    maxUnusedClients: settings.maxUnusedClients,
  };
  return { deps, life, upstream };
}

/** Whose documents count, as far as the configuration says. */
function documentHostsOf({
  clientIdMetadataDocuments: setting,
}: Settings): DocumentHosts | undefined {
  return setting === false ? undefined : setting.hosts;
}

/** What strangers may register with, and what the clients of the configuration use (RFC 8414 §2). */
function offeredAuthMethods(settings: Settings): readonly AuthMethod[] {
  const own = [...settings.provisionedClients.values()].map(
    ({ metadata }) => metadata.token_endpoint_auth_method,
  );
  return [...new Set([...registrableAuthMethods(settings), ...own])];
}
