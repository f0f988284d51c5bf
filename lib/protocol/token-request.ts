/**
 * The token request: one of two grant types.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 * @module
 */
import { OAuthError } from './errors.ts';
import type { Parameters } from './parameters.ts';
import { readResource, readScope } from './scope-and-resource.ts';
import type { Scope } from './scope.ts';

/** RFC 6749 §4.1.3, with PKCE (RFC 7636 §4.5). Who asks is read apart: `client-authentication.ts`. */
export interface CodeTokenRequest {
  readonly grant_type: 'authorization_code';
  readonly code: string;
  readonly code_verifier: string;
  readonly redirect_uri?: string;
  readonly resource?: string;
}

/** RFC 6749 §6. */
export interface RefreshTokenRequest {
  readonly grant_type: 'refresh_token';
  readonly refresh_token: string;
  readonly scope?: readonly Scope[];
  readonly resource?: string;
}

export type TokenRequest = CodeTokenRequest | RefreshTokenRequest;

/**
 * Reads a token request.
 *
 * @throws {OAuthError} `invalid_request`, `unsupported_grant_type`, `invalid_scope` or `invalid_target`.
 */
export function parseTokenRequest(parameters: Parameters): TokenRequest {
  const grant_type = required(parameters, 'grant_type');
  switch (grant_type) {
    case 'authorization_code':
      return parseCodeRequest(parameters);
    case 'refresh_token':
      return parseRefreshRequest(parameters);
    default:
      throw new OAuthError('unsupported_grant_type', 'the grant type is not supported');
  }
}

function parseCodeRequest(parameters: Parameters): CodeTokenRequest {
  const redirect_uri = parameters.get('redirect_uri');
  const resource = readResource(parameters);
  return {
    grant_type: 'authorization_code',
    code: required(parameters, 'code'),
    code_verifier: required(parameters, 'code_verifier'),
    ...(redirect_uri !== undefined && { redirect_uri }),
    ...(resource !== undefined && { resource }),
  };
}

function parseRefreshRequest(parameters: Parameters): RefreshTokenRequest {
  const scope = readScope(parameters);
  const resource = readResource(parameters);
  return {
    grant_type: 'refresh_token',
    refresh_token: required(parameters, 'refresh_token'),
    ...(scope !== undefined && { scope }),
    ...(resource !== undefined && { resource }),
  };
}

/** @throws {OAuthError} `invalid_request` when the parameter is missing or was given twice. */
function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined) {
    throw new OAuthError('invalid_request', `the parameter ${name} is missing`);
  }
  return value;
}
