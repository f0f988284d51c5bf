/**
 * The options that there are, for hosts that write without types.
 *
 * @module
 */
import type { AuthorizationServerOptions } from './options.ts';

/** The compiler sees to it that none is missing, and none too many. */
const NAMES: Readonly<Record<keyof AuthorizationServerOptions, true>> = {
  issuer: true,
  login: true,
  scopesSupported: true,
  baselineClientScopes: true,
  baselineRules: true,
  defaultClientScopes: true,
  restrictedScopes: true,
  unsupportedScopes: true,
  scopeCeiling: true,
  reconcile: true,
  scopes: true,
  pages: true,
  resources: true,
  clients: true,
  resourceServers: true,
  registration: true,
  initialAccessTokens: true,
  confidentialClients: true,
  forceConfidentialRedirectUris: true,
  invalidRedirectUris: true,
  clientIdMetadataDocuments: true,
  redirectHosts: true,
  refreshTokens: true,
  requirePushedAuthorizationRequests: true,
  store: true,
  allowMemoryStore: true,
  secret: true,
  signingKeys: true,
  signingKeyRotationSeconds: true,
  accessTokenTtlSeconds: true,
  refreshTokenTtlSeconds: true,
  grantMaxTtlSeconds: true,
  codeTtlSeconds: true,
  clientUnusedTtlSeconds: true,
  clientIdleTtlSeconds: true,
  maxUnusedClients: true,
  drainTimeoutSeconds: true,
  logLevel: true,
  paths: true,
  rateLimits: true,
  onEvent: true,
  logger: true,
  onRegister: true,
  baseline: true,
};

export const OPTION_NAMES: readonly string[] = Object.keys(NAMES);
