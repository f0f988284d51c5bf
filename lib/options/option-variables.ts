/**
 * The variables that operators set the options by.
 *
 * @module
 */
import type { AuthorizationServerOptions } from './options.ts';

/** The variable of each option that operators can set. */
export const VARIABLES: Partial<Record<keyof AuthorizationServerOptions, string>> = {
  issuer: 'DCR_ISSUER',
  login: 'DCR_UPSTREAM_ISSUER',
  scopesSupported: 'DCR_SCOPES_SUPPORTED',
  baselineClientScopes: 'DCR_BASELINE_SCOPES',
  baselineRules: 'DCR_BASELINE_RULES',
  defaultClientScopes: 'DCR_DEFAULT_SCOPES',
  restrictedScopes: 'DCR_RESTRICTED_SCOPES',
  unsupportedScopes: 'DCR_UNSUPPORTED_SCOPES',
  scopeCeiling: 'DCR_SCOPE_CEILING',
  reconcile: 'DCR_RECONCILE',
  scopes: 'DCR_SCOPES_FILE',
  pages: 'DCR_PAGES_FILE',
  resources: 'DCR_RESOURCES',
  clients: 'DCR_CLIENTS',
  resourceServers: 'DCR_RESOURCE_SERVERS',
  registration: 'DCR_REGISTRATION',
  initialAccessTokens: 'DCR_INITIAL_ACCESS_TOKENS',
  confidentialClients: 'DCR_CONFIDENTIAL_CLIENTS',
  forceConfidentialRedirectUris: 'DCR_FORCE_CONFIDENTIAL_REDIRECT_URIS',
  invalidRedirectUris: 'DCR_INVALID_REDIRECT_URIS',
  clientIdMetadataDocuments: 'DCR_CLIENT_ID_METADATA_DOCUMENTS',
  redirectHosts: 'DCR_REDIRECT_HOSTS',
  refreshTokens: 'DCR_REFRESH_TOKENS',
  requirePushedAuthorizationRequests: 'DCR_REQUIRE_PUSHED_AUTHORIZATION_REQUESTS',
  store: 'DCR_REDIS_URL',
  allowMemoryStore: 'DCR_ALLOW_MEMORY_STORE',
  secret: 'DCR_SECRET',
  signingKeys: 'DCR_SIGNING_KEYS',
  signingKeyRotationSeconds: 'DCR_SIGNING_KEY_ROTATION',
  accessTokenTtlSeconds: 'DCR_ACCESS_TOKEN_TTL',
  refreshTokenTtlSeconds: 'DCR_REFRESH_TOKEN_TTL',
  grantMaxTtlSeconds: 'DCR_GRANT_MAX_TTL',
  codeTtlSeconds: 'DCR_CODE_TTL',
  clientUnusedTtlSeconds: 'DCR_CLIENT_UNUSED_TTL',
  clientIdleTtlSeconds: 'DCR_CLIENT_IDLE_TTL',
  maxUnusedClients: 'DCR_MAX_UNUSED_CLIENTS',
  drainTimeoutSeconds: 'DCR_DRAIN_TIMEOUT',
  logLevel: 'DCR_LOG_LEVEL',
};
