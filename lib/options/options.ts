/**
 * Every option with its unit and default.
 *
 * A default lives nowhere else.
 *
 * @module
 */
import { DEFAULT_PATHS, type EndpointPaths } from '../http/paths.ts';
import type { LoginPort } from '../login/port.ts';
import type { Logger, LogLevel } from '../operations/logger.ts';
import type { PagesOptions } from '../pages/pages.ts';
import type { ScopeDescriptions } from '../pages/scope-descriptions.ts';
import { DEFAULT_RATE_LIMITS, type RateLimitOptions } from './rate-limits.ts';
import type { RefreshTokenRule } from '../policy/refresh.ts';
import { DEFAULT_SCOPES_SUPPORTED } from '../policy/scope-settings.ts';
import type { Scope } from '../protocol/scope.ts';
import type { RegistrationMode } from '../services/registration-access.ts';
import type { Store } from '../storage/store.ts';
import type { SigningKeysInput } from '../tokens/signing-keys.ts';
import type { UpstreamLogin } from '../upstream/port.ts';

/** What {@link createAuthorizationServer} takes. Only `issuer` and `login` are needed. */
export interface AuthorizationServerOptions {
  /**
   * The issuer identifier: https, or http on a loopback host; no query, fragment, user info or slash
   * at the end. Clients compare it byte for byte (RFC 8414 §2).
   */
  readonly issuer: string;
  /**
   * How the server learns who the person is: `hostLogin(...)`, or one or several of `oidcLogin(...)`
   * and `oauth2Login(...)`.
   */
  readonly login: LoginPort | UpstreamLogin | readonly UpstreamLogin[];
  /**
   * Every scope there is.
   * @default ['openid', 'profile', 'email', 'offline_access']
   */
  readonly scopesSupported?: readonly Scope[];
  /**
   * Scopes that every registered client may ask for, whatever it registered with. At most 10, each of
   * them supported. They widen what may be asked for, never what is granted.
   * @default []
   */
  readonly baselineClientScopes?: readonly Scope[];
  /**
   * What a client gets that asks for nothing at registration.
   * @default the supported scopes that are not restricted
   */
  readonly defaultClientScopes?: readonly Scope[];
  /**
   * Scopes that open registration can never have: exact names, or a prefix followed by `*`.
   * @default []
   */
  readonly restrictedScopes?: readonly string[];
  /**
   * What becomes of scopes that nobody can register: refused, or left out.
   * @default 'reject'
   */
  readonly unsupportedScopes?: 'reject' | 'drop';
  /**
   * What a client may ask for at the authorization endpoint: what it registered and the baseline, or
   * every supported scope that is not restricted.
   * @default 'registered'
   */
  readonly scopeCeiling?: 'registered' | 'supported';
  /**
   * What scopes mean, for the consent page: by scope, a text or one text for each language tag.
   * @default {}
   */
  readonly scopes?: ScopeDescriptions;
  /**
   * How the pages look and what they say: the name of the site, a logo, a colour, texts by language,
   * or a renderer of the host.
   * @default {}
   */
  readonly pages?: PagesOptions;
  /**
   * The APIs that tokens can be for: absolute URLs, or paths on the issuer's origin.
   * `requireBearer({ resource })` adds its own.
   * @default the issuer, when nothing names a resource
   */
  readonly resources?: readonly string[];
  /**
   * Who may register: everybody, whoever brings an initial access token, or nobody.
   * @default 'open'
   */
  readonly registration?: RegistrationMode;
  /**
   * The initial access tokens for `registration: 'token'`: at least 32 random bytes each (RFC 7591 §3).
   * @default []
   */
  readonly initialAccessTokens?: readonly string[];
  /**
   * Whether clients may register with a secret.
   * @default true
   */
  readonly confidentialClients?: boolean;
  /**
   * A client with one of these redirect URIs gets a secret whatever it asked for. Compared as they are.
   * @default []
   */
  readonly forceConfidentialRedirectUris?: readonly string[];
  /**
   * What becomes of a registration in which some redirect URIs are not acceptable: refused, or kept
   * with those that are.
   * @default 'reject'
   */
  readonly invalidRedirectUris?: 'reject' | 'drop';
  /**
   * What a refresh token takes: the scope `offline_access`, or no more than the registered grant.
   * @default 'offline_access'
   */
  readonly refreshTokens?: RefreshTokenRule;
  /**
   * Where state is kept.
   * @default memory, with a warning
   */
  readonly store?: Store;
  /**
   * Whether the memory store will do when there is no `store`.
   * @default true
   */
  readonly allowMemoryStore?: boolean;
  /**
   * At least 32 bytes of randomness; a list for rotation: the first writes, all are read. Needed with
   * a shared store.
   * @default made at start, with a warning
   */
  readonly secret?: string | readonly string[];
  /**
   * Private keys for signing access tokens, newest first: PEM (PKCS #8) or a JWK Set. EC P-256,
   * Ed25519, or RSA of at least 2048 bits. Without them the server makes its own: those of a shared
   * store are kept there, sealed under `secret`, and change on a schedule.
   * @default an ES256 key made at start, with a warning
   */
  readonly signingKeys?: SigningKeysInput;
  /**
   * How long a signing key of the server's own signs, in seconds: longer than the hour for which the
   * next one is published before and `accessTokenTtlSeconds` together. Not with `signingKeys`.
   * @default 7776000 (90 days)
   */
  readonly signingKeyRotationSeconds?: number;
  /**
   * Lifetime of an access token, in seconds.
   * @default 3600 (1 hour)
   */
  readonly accessTokenTtlSeconds?: number;
  /**
   * How long a refresh token may lie unused, in seconds.
   * @default 2592000 (30 days)
   */
  readonly refreshTokenTtlSeconds?: number;
  /**
   * How long a grant can be refreshed at all, in seconds.
   * @default 7776000 (90 days)
   */
  readonly grantMaxTtlSeconds?: number;
  /**
   * Lifetime of an authorization code, in seconds; at most 600 (RFC 6749 §4.1.2).
   * @default 300 (5 minutes)
   */
  readonly codeTtlSeconds?: number;
  /**
   * How long a client is kept that nobody has consented to, in seconds.
   * @default 604800 (7 days)
   */
  readonly clientUnusedTtlSeconds?: number;
  /**
   * How long a client is kept after its last use, in seconds; never shorter than `grantMaxTtlSeconds`.
   * @default 15552000 (180 days)
   */
  readonly clientIdleTtlSeconds?: number;
  /**
   * How many clients may wait for their first consent, 100 to 10 000 000. One more, and the oldest of
   * them goes that registered more than half an hour ago. Clients in use are not counted.
   * @default 50000
   */
  readonly maxUnusedClients?: number;
  /**
   * How often callers may ask, by endpoint, and networks that are not counted. What is not given keeps
   * its default.
   * @default { register: { limit: 60, windowSeconds: 60 }, ... }
   */
  readonly rateLimits?: RateLimitOptions;
  /**
   * How long `close()` waits for requests that are under way, in seconds.
   * @default 10
   */
  readonly drainTimeoutSeconds?: number;
  /**
   * The paths of the endpoints below the issuer.
   * @default { register: '/oauth/register', authorize: '/oauth/authorize', ... }
   */
  readonly paths?: Partial<EndpointPaths>;
  /**
   * A winston logger, or any with the four methods.
   * @default winston, JSON lines on the console
   */
  readonly logger?: Logger;
  /**
   * The level of the logger that is made when none is passed.
   * @default 'info'
   */
  readonly logLevel?: LogLevel;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The defaults. */
export const DEFAULTS = Object.freeze({
  scopesSupported: DEFAULT_SCOPES_SUPPORTED,
  baselineClientScopes: [],
  restrictedScopes: [],
  unsupportedScopes: 'reject',
  scopeCeiling: 'registered',
  scopes: {},
  pages: {},
  resources: [],
  registration: 'open',
  initialAccessTokens: [],
  confidentialClients: true,
  forceConfidentialRedirectUris: [],
  invalidRedirectUris: 'reject',
  refreshTokens: 'offline_access',
  allowMemoryStore: true,
  signingKeyRotationSeconds: 90 * DAY,
  accessTokenTtlSeconds: HOUR,
  refreshTokenTtlSeconds: 30 * DAY,
  grantMaxTtlSeconds: 90 * DAY,
  codeTtlSeconds: 5 * MINUTE,
  clientUnusedTtlSeconds: 7 * DAY,
  clientIdleTtlSeconds: 180 * DAY,
  maxUnusedClients: 50_000,
  rateLimits: DEFAULT_RATE_LIMITS,
  drainTimeoutSeconds: 10,
  paths: DEFAULT_PATHS,
  logLevel: 'info',
} as const satisfies Partial<AuthorizationServerOptions>);
