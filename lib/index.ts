/**
 * express-dcr: an OAuth 2.1 authorization server for existing Express apps.
 *
 * @module
 */
export { createAuthorizationServer, type AuthorizationServer } from './authorization-server.ts';
export { ConfigurationError, type ConfigurationProblem } from './options/configuration-error.ts';
export { optionsFromEnv, type EnvironmentOptions } from './env.ts';
export type { AuthenticatedRequest, AuthInfo } from './http/auth-info.ts';
export type { RequireBearerOptions, ScopeList } from './http/bearer.ts';
export type { EndpointPaths } from './http/paths.ts';
export { hostLogin, type HostLoginOptions } from './login/host-login.ts';
export type { GrantView, LoginPort, LoginRequest, Person } from './login/port.ts';
export type { Health } from './operations/health.ts';
export type { Logger, LogFields, LogLevel } from './operations/logger.ts';
export type { AuthorizationServerOptions } from './options/options.ts';
export type { ScopeDescription, ScopeDescriptions } from './pages/scope-descriptions.ts';
export type { RateLimit, RateLimitOptions, RateLimitRule } from './options/rate-limits.ts';
export type { RefreshTokenRule } from './policy/refresh.ts';
export { OAuthError, type OAuthErrorCode } from './protocol/errors.ts';
export type { Scope } from './protocol/scope.ts';
export type { ServerMetadata } from './protocol/server-metadata.ts';
export type { RegistrationMode } from './services/registration-access.ts';
export type { Count, Limiter, Quota } from './storage/limiter.ts';
export { RedisStore, type RedisStoreOptions } from './storage/redis/redis-store.ts';
export type { Condition, ConditionStatus, StoreHealth } from './storage/store-health.ts';
export { StoreUnavailableError, type Store } from './storage/store.ts';
export type { SigningKeysInput } from './tokens/signing-keys.ts';
