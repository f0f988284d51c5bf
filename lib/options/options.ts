/**
 * Every option with its unit and default.
 *
 * A default lives nowhere else.
 *
 * @module
 */
import { DEFAULT_PATHS, type EndpointPaths } from '../http/paths.ts';
import type { LoginPort } from '../login/port.ts';
import type { OnEvent } from '../operations/audit.ts';
import type { Logger, LogLevel } from '../operations/logger.ts';
import type { PagesOptions } from '../pages/pages.ts';
import type { ScopeDescriptions } from '../pages/scope-descriptions.ts';
import type { LifetimeOptions } from './lifetime-options.ts';
import type { ProvisionedClient } from './provisioned-clients.ts';
import { DEFAULT_RATE_LIMITS, type RateLimitOptions } from './rate-limits.ts';
import type { RegistrationOptions } from './registration-options.ts';
import type { RefreshTokenRule } from '../policy/refresh.ts';
import { DEFAULT_SCOPES_SUPPORTED } from '../policy/scope-settings.ts';
import type { ResourceServerOption } from './resource-servers.ts';
import type { ScopeOptions } from './scope-options.ts';
import type { Store } from '../storage/store.ts';
import type { SigningKeysInput } from '../tokens/signing-keys.ts';
import type { UpstreamLogin } from '../upstream/port.ts';

/** What {@link createAuthorizationServer} takes. Only `issuer` and `login` are needed. */
export interface AuthorizationServerOptions
  extends ScopeOptions, RegistrationOptions, LifetimeOptions {
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
   * Clients that are set up here and need no registration, with ids, secrets and scopes of the
   * operator's choice.
   * @default []
   */
  readonly clients?: readonly ProvisionedClient[];
  /**
   * APIs in other processes that may ask about tokens by introspection, each with a secret of its own.
   * @default []
   */
  readonly resourceServers?: readonly ResourceServerOption[];
  /**
   * What a refresh token takes: the scope `offline_access`, or no more than the registered grant.
   * @default 'offline_access'
   */
  readonly refreshTokens?: RefreshTokenRule;
  /**
   * Whether every client has to push its authorization requests (RFC 9126). A client can ask for it
   * for itself, by its metadata.
   * @default false
   */
  readonly requirePushedAuthorizationRequests?: boolean;
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
   * Takes note of each audit event, such as a registration or a revoked grant. No answer waits for it.
   * @default none
   */
  readonly onEvent?: OnEvent;
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
  baselineRules: [],
  restrictedScopes: [],
  unsupportedScopes: 'reject',
  scopeCeiling: 'registered',
  reconcile: 'on',
  scopes: {},
  pages: {},
  resources: [],
  clients: [],
  resourceServers: [],
  registration: 'open',
  initialAccessTokens: [],
  confidentialClients: true,
  forceConfidentialRedirectUris: [],
  invalidRedirectUris: 'reject',
  clientIdMetadataDocuments: false,
  refreshTokens: 'offline_access',
  requirePushedAuthorizationRequests: false,
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
