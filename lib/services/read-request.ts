/**
 * Reading an authorization request before anything about it is certain, the same whether it was
 * pushed or came with the browser.
 *
 * @module
 */
import {
  parseAuthorizationRequest,
  readRedirectUri,
  readState,
  type AuthorizationRequest,
} from '../protocol/authorization-request.ts';
import { OAuthError } from '../protocol/errors.ts';
import type { Parameters } from '../protocol/parameters.ts';

/** What the parameters say, and what is wrong with them if it is not well formed. */
export interface ReadRequest {
  /** Absent when the request leaves it to the registration. */
  readonly redirect_uri?: string;
  readonly state?: string;
  readonly request: AuthorizationRequest | OAuthError;
}

/**
 * What is asked is read at once and judged later: nothing is said about it before client and redirect
 * URI are proven.
 *
 * @throws {OAuthError} `invalid_request` where not even the redirect URI can be read.
 */
export function readRequest(parameters: Parameters): ReadRequest {
  const redirect_uri = readRedirectUri(parameters);
  const state = readState(parameters);
  return {
    request: parsed(parameters),
    ...(redirect_uri !== undefined && { redirect_uri }),
    ...(state !== undefined && { state }),
  };
}

function parsed(parameters: Parameters): AuthorizationRequest | OAuthError {
  try {
    return parseAuthorizationRequest(parameters);
  } catch (error) {
    if (error instanceof OAuthError) return error;
    throw error;
  }
}
