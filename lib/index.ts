/**
 * express-dcr: an OAuth 2.1 authorization server for existing Express apps.
 *
 * @module
 */
export { createAuthorizationServer, type AuthorizationServer } from './authorization-server.ts';
export type { AuthorizeAdmin, NamedOperator } from './admin/access.ts';
export type { AdminRouterOptions } from './admin/router.ts';
export type { DiagnosticCode } from './diagnostics/codes.ts';
export { ConfigurationError, type ConfigurationProblem } from './options/configuration-error.ts';
export { optionsFromEnv, type EnvironmentOptions } from './env.ts';
export type { Environment } from './env/values.ts';
export type { AuthenticatedRequest, AuthInfo } from './http/auth-info.ts';
export type { RequireBearerOptions, ScopeList } from './http/bearer.ts';
export type { EndpointPaths } from './http/paths.ts';
export { hostLogin, type HostLoginOptions } from './login/host-login.ts';
export type { GrantView, LoginPort, LoginRequest, Person } from './login/port.ts';
export type { OnEvent } from './operations/audit.ts';
export type { AuditActor, AuditEvent, AuditEventName } from './operations/audit-events.ts';
export type { Health } from './operations/health.ts';
export type { Logger, LogFields, LogLevel } from './operations/logger.ts';
export type { ClientIdMetadataDocumentsOptions } from './options/metadata-document-options.ts';
export type { AuthorizationServerOptions } from './options/options.ts';
export type { ProvisionedClient } from './options/provisioned-clients.ts';
export type { ResourceServerOption } from './options/resource-servers.ts';
export type { AccountRefusalPage } from './pages/account-refusal.ts';
export type { TextOverrides } from './pages/catalogue.ts';
export type {
  ClientOnPage,
  ConsentForm,
  ConsentPage,
  OriginOnPage,
  ScopeLine,
} from './pages/consent.ts';
export type { Destination } from './pages/destination.ts';
export type { ErrorLink, ErrorPage, Problem } from './pages/error.ts';
export type { PageRenderer, PageToRender } from './pages/host-renderer.ts';
export type { SaidText } from './pages/layout.ts';
export type { LoginChoicePage, LoginLink } from './pages/login-choice.ts';
export type { NavigationPage } from './pages/navigation.ts';
export type { Page } from './pages/page.ts';
export type { PagesOptions } from './pages/pages.ts';
export type { Accent } from './pages/style.ts';
export type { TextKey, Texts } from './pages/texts/en.ts';
export type { ScopeDescription, ScopeDescriptions } from './pages/scope-descriptions.ts';
export type { RateLimit, RateLimitOptions, RateLimitRule } from './options/rate-limits.ts';
export type { BaselineMatch, BaselineRule, OneOrSeveral } from './policy/baseline-rules.ts';
export type { BaselineScope } from './policy/baseline.ts';
export type { RefreshTokenRule } from './policy/refresh.ts';
export type {
  AllowedCode,
  HelpfulOption,
  NearRule,
  RefusedCode,
  ScopeAdvice,
  ScopeExplanation,
} from './policy/scope-reasons.ts';
export type {
  AuthMethod,
  ClientMetadata,
  DisplayMetadata,
  WireMetadata,
} from './protocol/client.ts';
export type { JsonWebKeySet } from './protocol/client-keys.ts';
export { OAuthError, type OAuthErrorCode, type OAuthErrorDetails } from './protocol/errors.ts';
export type { RegisteredScope, Scope, ScopeOrigin } from './protocol/scope.ts';
export type { ServerMetadata } from './protocol/server-metadata.ts';
export type { Runtime } from './runtime.ts';
export type { BaselineFunction, BaselineFunctionClient } from './services/baseline-function.ts';
export type { ClientScopes, ClientView } from './services/client-view.ts';
export type {
  Clients,
  RegistrationState,
  ScopesInQuestion,
  TrialOptions,
} from './services/clients.ts';
export type { ImportOutcome } from './services/import-client.ts';
export type { ClientExplanation } from './services/explain-client.ts';
export type { MetadataExplanation } from './services/explain-metadata.ts';
export type { ClientFilter, ClientsPage, ListClientsQuery } from './services/list-clients.ts';
export type { Grants, PersonGrant, PersonQuery, RevokeQuery } from './services/person-grants.ts';
export type { ReasonOption } from './services/reason.ts';
export type { OperatorOptions } from './services/operator-name.ts';
export type { ReconcileReport, ScopeCounts } from './services/reconcile-report.ts';
export type { RegistrationMode } from './services/registration-access.ts';
export type { ClientOrigin } from './services/resolve-client.ts';
export type {
  OnRegister,
  RegistrationContext,
  RegistrationKind,
} from './services/registration-hook.ts';
export {
  RegistrationRefusedError,
  type RegistrationRefusal,
  type RegistrationRefusalCode,
} from './services/registration-refused-error.ts';
export type { Count, Limiter, Quota } from './storage/limiter.ts';
export type { UpstreamToken, UpstreamTokenOptions } from './services/upstream-token.ts';
export {
  UpstreamTokenError,
  type UpstreamTokenErrorCode,
} from './services/upstream-token-error.ts';
export type { VerifyAccessTokenOptions } from './services/verify-access-token.ts';
export type { HostRedisClient } from './storage/redis/ioredis.ts';
export type {
  RedisClusterSource,
  RedisSentinelSource,
  RedisTls,
  RedisUrlSource,
} from './storage/redis/own-connection.ts';
export type { RedisClientSource, RedisSource } from './storage/redis/source.ts';
export {
  RedisStore,
  type RedisStoreOptions,
  type RedisStoreSettings,
} from './storage/redis/redis-store.ts';
export type { Condition, ConditionStatus, StoreHealth } from './storage/store-health.ts';
export { StoreUnavailableError } from './storage/store.ts';
export type * from './storage/stored.ts';
export type { PrivateJsonWebKey } from './tokens/private-jwk.ts';
export type { SigningKeysInput } from './tokens/signing-keys.ts';
export { oauth2Login } from './upstream/oauth2-login.ts';
export { oidcLogin } from './upstream/oidc-login.ts';
export type {
  ClaimFields,
  OAuth2LoginOptions,
  OidcLoginOptions,
  UpstreamClientAuthentication,
  UpstreamLoginOptions,
  UpstreamRuntime,
} from './upstream/options.ts';
export { UpstreamOptionsError, type UpstreamOptionProblem } from './upstream/options-check.ts';
export {
  UpstreamRefusedError,
  UpstreamUnavailableError,
  type UpstreamAnswer,
  type UpstreamClaims,
  type UpstreamIdentity,
  type UpstreamLogin,
  type UpstreamPersonView,
  type UpstreamRefusalCode,
  type UpstreamRequest,
  type UpstreamSecrets,
  type UpstreamTokens,
} from './upstream/port.ts';
