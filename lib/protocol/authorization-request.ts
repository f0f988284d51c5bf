/**
 * The authorization request, read in two steps: who asks and where to answer, then what is asked.
 *
 * The order matters. Until client and redirect URI are proven nothing may be sent anywhere
 * (RFC 6749 §4.1.2.1), so the second step is only taken after the caller has proven the first.
 *
 * @see https://www.ietf.org/archive/id/draft-ietf-oauth-v2-1-13.html#section-4.1.1
 * @module
 */
import { OAuthError } from './errors.ts';
import type { Parameters } from './parameters.ts';
import { isCodeChallenge } from './pkce.ts';
import { readResources, readScope } from './scope-and-resource.ts';
import type { Scope } from './scope.ts';

/** Room for the states of real clients, which pack URLs and signed objects into them. */
const MAX_STATE_LENGTH = 4096;
const MAX_NONCE_LENGTH = 512;
const MAX_LOGIN_HINT_LENGTH = 256;
const MAX_UI_LOCALES_LENGTH = 256;
const MAX_IDP_HINT_LENGTH = 64;

/** What is asked for, in order and well formed, but not yet held against any policy. */
export interface AuthorizationRequest {
  /** Absent when the request names none. */
  readonly scope?: readonly Scope[];
  readonly state?: string;
  readonly code_challenge: string;
  /** As sent, each once; empty when the request names none. At most 10. */
  readonly resources: readonly string[];
  readonly nonce?: string;
  readonly prompt: readonly string[];
  /** Seconds. */
  readonly max_age?: number;
  readonly login_hint?: string;
  /** Languages that the person prefers, best first, as sent (OpenID Connect Core §3.1.2.1). */
  readonly ui_locales?: string;
  /** The name of the login to use, where there are several; ours, as other servers have it. */
  readonly idp_hint?: string;
}

/** What an authorization request says beside who asks: every parameter that is read here. */
export const AUTHORIZATION_PARAMETERS: readonly string[] = [
  'response_type',
  'response_mode',
  'redirect_uri',
  'scope',
  'resource',
  'state',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'prompt',
  'max_age',
  'login_hint',
  'ui_locales',
  'idp_hint',
];

/**
 * Who asks.
 *
 * @throws {OAuthError} `invalid_request`; to be shown as a page, never sent by redirect.
 */
export function readClientId(parameters: Parameters): string {
  const client_id = parameters.get('client_id');
  if (client_id !== undefined) return client_id;
  throw new OAuthError('invalid_request', 'the parameter client_id is missing');
}

/**
 * Where the answer should go; `undefined` when the request leaves it to the registration.
 *
 * @throws {OAuthError} `invalid_request`; to be shown as a page, never sent by redirect.
 */
export function readRedirectUri(parameters: Parameters): string | undefined {
  const redirect_uri = parameters.get('redirect_uri');
  // OpenID Connect Core §3.1.2.1 requires what OAuth lets a client leave out.
  if (redirect_uri === undefined && isOpenIdRequest(parameters)) {
    throw new OAuthError('invalid_request', 'with openid the parameter redirect_uri is required');
  }
  return redirect_uri;
}

function isOpenIdRequest(parameters: Parameters): boolean {
  return parameters.all('scope').some((scope) => scope.split(' ').includes('openid'));
}

/**
 * The state to send back with an answer, also with an error. A doubled state is no state: which of
 * the two the client would expect nobody knows.
 */
export function readState(parameters: Parameters): string | undefined {
  const [state, ...more] = parameters.all('state');
  return more.length === 0 && state !== undefined && isState(state) ? state : undefined;
}

/** RFC 6749 Appendix A.5: printable ASCII. */
function isState(value: string): boolean {
  return value.length <= MAX_STATE_LENGTH && /^[\x20-\x7E]+$/.test(value);
}

/** @throws {OAuthError} With the code that the authorization response should carry. */
export function parseAuthorizationRequest(parameters: Parameters): AuthorizationRequest {
  if (parameters.get('request') !== undefined) {
    throw new OAuthError('request_not_supported', 'the parameter request is not supported');
  }
  if (parameters.get('request_uri') !== undefined) {
    throw new OAuthError('request_uri_not_supported', 'the parameter request_uri is not supported');
  }
  requireResponseType(parameters);
  const state = parameters.get('state');
  if (state !== undefined && !isState(state)) {
    throw new OAuthError('invalid_request', 'state is too long or not printable ASCII');
  }
  const scope = readScope(parameters);
  const resources = readResources(parameters);
  const nonce = parameters.get('nonce');
  if (nonce !== undefined && nonce.length > MAX_NONCE_LENGTH) {
    throw new OAuthError('invalid_request', 'nonce is too long');
  }
  const max_age = maxAgeOf(parameters);
  return {
    code_challenge: codeChallengeOf(parameters),
    prompt: promptOf(parameters),
    resources,
    ...(scope !== undefined && { scope }),
    ...(state !== undefined && { state }),
    ...(nonce !== undefined && { nonce }),
    ...(max_age !== undefined && { max_age }),
    ...hint('login_hint', parameters, MAX_LOGIN_HINT_LENGTH),
    ...hint('ui_locales', parameters, MAX_UI_LOCALES_LENGTH),
    ...hint('idp_hint', parameters, MAX_IDP_HINT_LENGTH),
  };
}

/** A hint only helps: one that is too long is no help, and no error. */
function hint<Name extends string>(
  name: Name,
  parameters: Parameters,
  maxLength: number,
): Partial<Record<Name, string>> {
  const value = parameters.get(name);
  if (value === undefined || value.length > maxLength) return {};
  return { [name]: value } as Record<Name, string>;
}

function requireResponseType(parameters: Parameters): void {
  const response_type = parameters.get('response_type');
  if (response_type === undefined) {
    throw new OAuthError('invalid_request', 'the parameter response_type is missing');
  }
  if (response_type !== 'code') {
    throw new OAuthError('unsupported_response_type', 'response_type must be code');
  }
  const response_mode = parameters.get('response_mode');
  if (response_mode !== undefined && response_mode !== 'query') {
    throw new OAuthError('invalid_request', 'response_mode must be query');
  }
}

/** RFC 7636 §4.3 lets an omitted method mean `plain`, which is not offered: so it must be said. */
function codeChallengeOf(parameters: Parameters): string {
  const challenge = parameters.get('code_challenge');
  const method = parameters.get('code_challenge_method');
  if (challenge === undefined) {
    throw new OAuthError('invalid_request', 'PKCE is required: code_challenge is missing');
  }
  if (method !== 'S256') {
    throw new OAuthError('invalid_request', 'code_challenge_method must be S256');
  }
  if (!isCodeChallenge(challenge)) {
    throw new OAuthError('invalid_request', 'code_challenge is not an S256 challenge');
  }
  return challenge;
}

/** OpenID Connect Core §3.1.2.1: `none` stands alone. Values nobody here knows are ignored. */
function promptOf(parameters: Parameters): readonly string[] {
  const values = [...new Set((parameters.get('prompt') ?? '').split(' ').filter(Boolean))];
  if (values.includes('none') && values.length > 1) {
    throw new OAuthError('invalid_request', 'prompt none cannot be combined with other values');
  }
  return values;
}

function maxAgeOf(parameters: Parameters): number | undefined {
  const value = parameters.get('max_age');
  if (value === undefined) return undefined;
  if (!/^\d{1,10}$/.test(value)) {
    throw new OAuthError('invalid_request', 'max_age must be a number of seconds');
  }
  return Number(value);
}
