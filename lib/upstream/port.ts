/**
 * The upstream login port: what the server needs of an identity provider somewhere else.
 *
 * The server makes the random values and keeps them, sealed, with the authorization request; an
 * upstream login keeps nothing but what it has learnt of the provider, so any instance can finish
 * what another began.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 * @module
 */
import type { Scope } from '../protocol/scope.ts';

/** What the provider says of the person: those of the ID token and of userinfo. */
export type UpstreamClaims = Readonly<Record<string, unknown>>;

/** The values that tie an answer of the provider to the request that asked for it. */
export interface UpstreamSecrets {
  readonly nonce: string;
  /** RFC 7636 §4.1. */
  readonly code_verifier: string;
}

/** What is asked of the provider. */
export interface UpstreamRequest extends UpstreamSecrets {
  /** The callback endpoint of this server. */
  readonly redirect_uri: string;
  readonly state: string;
  /** `none`: the provider may not ask the person anything. */
  readonly prompt?: 'none' | 'login' | 'select_account';
  /** Seconds. */
  readonly max_age?: number;
  readonly login_hint?: string;
  readonly ui_locales?: string;
}

/** The provider's answer, as it came to the callback endpoint. */
export interface UpstreamAnswer extends UpstreamSecrets {
  /** The callback endpoint with the query that came: never built from a Host header. */
  readonly url: URL;
  readonly state: string;
  /**
   * The earliest login that satisfies the request, in epoch seconds; the provider must then say when
   * it was. Not `max_age`, which would count the time that the person took at the provider.
   */
  readonly auth_time_not_before?: number;
}

/** Tokens of the provider. They never leave this server but to the host's own code. */
export interface UpstreamTokens {
  readonly access_token: string;
  readonly token_type: string;
  readonly refresh_token?: string;
  /** Milliseconds since the epoch on this instance's clock; absent when the provider does not say. */
  readonly expires_at?: number;
  /** As granted by the provider, where it says so. */
  readonly scope?: string;
  readonly id_token?: string;
}

/** Who logged in. */
export interface UpstreamIdentity {
  /** The provider's own `sub`, without the name of the login. */
  readonly sub: string;
  readonly name?: string;
  readonly email?: string;
  /** Epoch seconds, where the provider says so. */
  readonly auth_time?: number;
  readonly amr?: readonly string[];
  readonly claims: UpstreamClaims;
  readonly tokens: UpstreamTokens;
}

/** What the host adds to or decides about a person of this provider. */
export interface UpstreamPersonView {
  readonly sub: string;
  readonly claims: UpstreamClaims;
}

/** A login at an identity provider. */
export interface UpstreamLogin {
  readonly kind: 'upstream';
  /** Begins the subject of everybody who logs in here: never changes. Lower-case letters, digits, hyphens. */
  readonly name: string;
  /** What the page where people choose calls it. */
  readonly label: string;
  /** People whose `login_hint` ends in one of these log in here without being asked. Lower case. */
  readonly domains: readonly string[];
  /** What `iss` of its answers has to be (RFC 9207); absent when that was never told. */
  readonly issuer?: string;
  /** Where codes of this issuer are redeemed, when that is told; absent when the issuer is asked for it. */
  readonly tokenEndpoint?: string;
  /**
   * Where the browser goes to log in.
   *
   * @throws {UpstreamUnavailableError} While the provider cannot be asked what it needs to be asked.
   * @throws {UpstreamRefusedError} `login_required` when this kind of provider can never do what is asked.
   */
  begin(request: UpstreamRequest): Promise<URL>;
  /**
   * Exchanges the code and checks everything that came with it.
   *
   * @throws {UpstreamRefusedError} When the provider refused, or its answer is not acceptable.
   * @throws {UpstreamUnavailableError} When it does not answer.
   */
  complete(answer: UpstreamAnswer): Promise<UpstreamIdentity>;
  /**
   * New tokens for old ones; a refresh token that is not replaced is kept.
   *
   * @throws {UpstreamRefusedError} With `invalid_grant` when the person has to log in again.
   * @throws {UpstreamUnavailableError}
   */
  refresh(tokens: UpstreamTokens): Promise<UpstreamTokens>;
  /**
   * Revokes the tokens where the provider has an endpoint for it (RFC 7009).
   *
   * @returns Whether there was an endpoint.
   * @throws {UpstreamRefusedError} When the provider does not do it for this client.
   * @throws {UpstreamUnavailableError}
   */
  revoke(tokens: UpstreamTokens): Promise<boolean>;
  /** Whether this person may log in at all; absent: everybody may. */
  allow?(person: UpstreamPersonView): Promise<boolean>;
  /** The most this person may grant, in scopes of this server; absent: no limit. */
  scopes?(person: UpstreamPersonView): Promise<readonly Scope[] | undefined>;
  /** As in the login port of the host. */
  isActive?(sub: string): Promise<boolean>;
}

/** The codes that a provider's refusal is mapped to; nothing else of its answer travels on. */
export type UpstreamRefusalCode =
  | 'access_denied'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'login_required'
  | 'consent_required'
  | 'interaction_required'
  /** The provider did not take the request as such; the person has not been asked anything. */
  | 'invalid_request'
  | 'invalid_grant';

/** The provider said no, or what it said does not hold. */
export class UpstreamRefusedError extends Error {
  override readonly name = 'UpstreamRefusedError';
  readonly code: UpstreamRefusalCode;

  /** @param why - For the log: a fixed sentence of ours, never the provider's text. */
  constructor(code: UpstreamRefusalCode, why: string, options?: ErrorOptions) {
    super(why, options);
    this.code = code;
  }
}

/**
 * By `name`, for two copies of this module may meet in one process, and `code` is the provider's.
 */
export function isUpstreamRefused(error: unknown): error is UpstreamRefusedError {
  return (Object(error) as { name?: unknown }).name === 'UpstreamRefusedError';
}

/**
 * The provider does not answer, or says nothing that can be used: try again.
 * Recognised by `code`, for two copies of this module may meet in one process.
 */
export class UpstreamUnavailableError extends Error {
  override readonly name = 'UpstreamUnavailableError';
  readonly code = 'ERR_DCR_UPSTREAM_UNAVAILABLE';
}
