/**
 * Settings: the options checked, completed with the defaults, and copied, so that what the host does
 * to its objects later changes nothing.
 *
 * @module
 */
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.ts';
import { finding } from '../diagnostics/finding.ts';
import type { EndpointPaths } from '../http/paths.ts';
import type { LoginPort } from '../login/port.ts';
import { createDefaultLogger } from '../operations/default-logger.ts';
import { createSafeLogger, type Logger } from '../operations/logger.ts';
import { boundRepeatedLines } from '../operations/repeated-lines.ts';
import { optionProblems, problemOf } from './options-check.ts';
import { DEFAULTS, type AuthorizationServerOptions } from './options.ts';
import {
  documentsSetting,
  type ClientIdMetadataDocumentsSetting,
} from './metadata-document-options.ts';
import type { PagesOptions } from '../pages/pages.ts';
import type { ScopeDescriptions } from '../pages/scope-descriptions.ts';
import { knownClients } from './provisioned-clients.ts';
import { resourceServersOf } from './resource-servers.ts';
import type { RateLimitOptions, RateLimitRule } from './rate-limits.ts';
import type { RefreshTokenRule } from '../policy/refresh.ts';
import type { Runtime } from '../runtime.ts';
import type { RegistrationMode } from '../services/registration-access.ts';
import type { KnownClient } from '../services/resolve-client.ts';
import type { ResourceServer } from '../services/introspect-token.ts';
import type { OnRegister } from '../services/registration-hook.ts';
import { loginProblem } from './login-check.ts';
import { MemoryStore } from '../storage/memory/memory-store.ts';
import type { Store } from '../storage/store.ts';
import { generateSigningKey, parseSigningKeys, type SigningKey } from '../tokens/signing-keys.ts';
import type { UpstreamLogin } from '../upstream/port.ts';

/** What the composition needs, nothing optional any more. */
export interface Settings extends Pick<AuthorizationServerOptions, 'issuer'> {
  /** The host's own, or those at identity providers: at least one, with different names. */
  readonly login: LoginPort | readonly UpstreamLogin[];
  readonly store: Store;
  readonly logger: Logger;
  readonly secrets: readonly string[];
  /** Absent when the server makes its own and keeps them in the store. */
  readonly signingKeys?: readonly SigningKey[];
  readonly signingKeyRotationSeconds: number;
  readonly resources: readonly string[];
  /** By their ids. */
  readonly provisionedClients: ReadonlyMap<string, KnownClient>;
  readonly resourceServers: ReadonlyMap<string, ResourceServer>;
  readonly scopes: ScopeDescriptions;
  readonly pages: PagesOptions;
  readonly rateLimits: Required<RateLimitOptions>;
  readonly paths: EndpointPaths;
  readonly registration: RegistrationMode;
  readonly initialAccessTokens: readonly string[];
  readonly confidentialClients: boolean;
  readonly forceConfidentialRedirectUris: readonly string[];
  readonly invalidRedirectUris: 'reject' | 'drop';
  readonly clientIdMetadataDocuments: ClientIdMetadataDocumentsSetting;
  /** Absent when redirects may lead wherever the specifications allow. */
  readonly redirectHosts?: readonly string[];
  readonly onRegister?: OnRegister;
  readonly refreshTokens: RefreshTokenRule;
  readonly requirePushedAuthorizationRequests: boolean;
  readonly accessTokenTtlSeconds: number;
  readonly refreshTokenTtlSeconds: number;
  readonly grantMaxTtlSeconds: number;
  readonly codeTtlSeconds: number;
  readonly clientUnusedTtlSeconds: number;
  readonly clientIdleTtlSeconds: number;
  readonly maxUnusedClients: number;
  readonly drainTimeoutSeconds: number;
  /** What was made for this run because it was not given: gone with the process. */
  readonly made: readonly ('store' | 'secret' | 'signing key')[];
}

/** @throws {ConfigurationError} With every problem. */
export function resolveSettings(given: AuthorizationServerOptions, runtime: Runtime): Settings {
  // A host in plain JavaScript may pass nothing at all.
  const options = Object(given) as AuthorizationServerOptions;
  const problems = [...optionProblems(options), ...wiringProblems(options)];
  if (problems.length > 0) throw new ConfigurationError(problems);

  const { issuer, login, store } = options;
  const signingKeys = signingKeysOf(options);
  const secrets = [options.secret ?? []].flat();
  const definite = { ...DEFAULTS, ...withoutUndefined(options) };
  const logger = options.logger ?? createDefaultLogger(definite.logLevel);
  return Object.freeze({
    issuer,
    login: 'person' in login ? login : Object.freeze([login].flat()),
    store: store ?? new MemoryStore({ now: runtime.now }),
    logger: boundRepeatedLines(createSafeLogger(logger), runtime.now),
    secrets: secrets.length > 0 ? secrets : [runtime.randomBytes(32).toString('base64url')],
    ...(signingKeys && { signingKeys }),
    signingKeyRotationSeconds: definite.signingKeyRotationSeconds,
    resources: [...definite.resources],
    provisionedClients: knownClients(definite.clients),
    resourceServers: resourceServersOf(definite.resourceServers, issuer),
    scopes: structuredClone(definite.scopes),
    pages: pagesOf(definite.pages),
    rateLimits: rateLimitsOf(definite.rateLimits),
    paths: { ...DEFAULTS.paths, ...withoutUndefined(definite.paths) },
    registration: definite.registration,
    initialAccessTokens: [...definite.initialAccessTokens],
    confidentialClients: definite.confidentialClients,
    forceConfidentialRedirectUris: [...definite.forceConfidentialRedirectUris],
    invalidRedirectUris: definite.invalidRedirectUris,
    clientIdMetadataDocuments: documentsSetting(definite.clientIdMetadataDocuments),
    ...(options.redirectHosts && { redirectHosts: [...options.redirectHosts] }),
    ...(options.onRegister && { onRegister: options.onRegister }),
    refreshTokens: definite.refreshTokens,
    requirePushedAuthorizationRequests: definite.requirePushedAuthorizationRequests,
    accessTokenTtlSeconds: definite.accessTokenTtlSeconds,
    refreshTokenTtlSeconds: definite.refreshTokenTtlSeconds,
    grantMaxTtlSeconds: definite.grantMaxTtlSeconds,
    codeTtlSeconds: definite.codeTtlSeconds,
    clientUnusedTtlSeconds: definite.clientUnusedTtlSeconds,
    clientIdleTtlSeconds: definite.clientIdleTtlSeconds,
    maxUnusedClients: definite.maxUnusedClients,
    drainTimeoutSeconds: definite.drainTimeoutSeconds,
    made: [
      ...(store ? [] : (['store'] as const)),
      ...(secrets.length > 0 ? [] : (['secret'] as const)),
      ...(signingKeys && options.signingKeys === undefined ? (['signing key'] as const) : []),
    ],
  });
}

/** Keys that are given, or made for this run: a store that ends with the process need not keep any. */
function signingKeysOf({
  signingKeys,
  store,
}: AuthorizationServerOptions): readonly SigningKey[] | undefined {
  if (signingKeys !== undefined) return parseSigningKeys(signingKeys);
  return store?.shared === true ? undefined : [generateSigningKey()];
}

/** What only the code of the host can get wrong, not an operator's environment. */
function wiringProblems(options: AuthorizationServerOptions): ConfigurationProblem[] {
  const { login, store, allowMemoryStore = true } = options;
  const found = loginProblem(login);
  return [
    ...(found === undefined ? [] : [problemOf('login', found)]),
    ...(store !== undefined || allowMemoryStore
      ? []
      : [
          problemOf(
            'store',
            finding(
              'ERR_DCR_STORE_MISSING',
              'is required in production: set DCR_REDIS_URL, or pass a store, or accept that every restart loses all clients and logins with DCR_ALLOW_MEMORY_STORE=true',
            ),
          ),
        ]),
  ];
}

/** Copies of what is data; a function of the host is what it is. */
function pagesOf({ render, ...data }: PagesOptions): PagesOptions {
  return { ...structuredClone(withoutUndefined(data)), ...(render && { render }) };
}

/** Copies of what is data; a middleware of the host is what it is. */
function rateLimitsOf(given: RateLimitOptions): Required<RateLimitOptions> {
  const rules = { ...DEFAULTS.rateLimits, ...withoutUndefined(given) };
  const copy = (rule: RateLimitRule): RateLimitRule =>
    typeof rule === 'object' ? { ...rule } : rule;
  return {
    register: copy(rules.register),
    registerTotal: copy(rules.registerTotal),
    authorize: copy(rules.authorize),
    token: copy(rules.token),
    exempt: [...rules.exempt],
  };
}

/** A host may pass `undefined` for "not set". */
function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as T;
}
