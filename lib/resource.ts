/**
 * express-dcr/resource: for an API in another process than its authorization server.
 *
 * @module
 */
export type { AuthenticatedRequest, AuthInfo } from './http/auth-info.ts';
export type { ScopeList } from './http/bearer.ts';
export type { Logger, LogFields } from './operations/logger.ts';
export { OAuthError, type OAuthErrorCode, type OAuthErrorDetails } from './protocol/errors.ts';
export type { Scope } from './protocol/scope.ts';
export { ResourceOptionsError, type ResourceOptionProblem } from './resource/options-check.ts';
export type { ResourceServerOptions } from './resource/options.ts';
export {
  createResourceServer,
  requireBearer,
  type ResourceBearerOptions,
  type ResourceRuntime,
  type ResourceServer,
} from './resource/resource-server.ts';
