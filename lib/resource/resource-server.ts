/**
 * An API in another process than the authorization server: it verifies tokens by the keys that the
 * server publishes, and asks nobody else.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9068#section-4
 * @see https://www.rfc-editor.org/rfc/rfc9728
 * @module
 */
import type { RequestHandler } from 'express';
import { authInfo, type AuthInfo } from '../http/auth-info.ts';
import {
  requireBearer as bearerMiddleware,
  type BearerDeps,
  type RequireBearerOptions,
} from '../http/bearer.ts';
import { resourceDocumentsHandler } from '../http/documents.ts';
import { createSafeLogger } from '../operations/logger.ts';
import { boundRepeatedLines } from '../operations/repeated-lines.ts';
import { invalidToken } from '../protocol/invalid-token.ts';
import { resolveResource } from '../protocol/resource.ts';
import { createAccessTokenVerifier } from '../tokens/access-token-verifier.ts';
import { askForKeys } from './ask-issuer.ts';
import { createIssuerKeys } from './issuer-keys.ts';
import { checkResourceOptions } from './options-check.ts';
import { RESOURCE_DEFAULTS, type ResourceServerOptions } from './options.ts';
import { processWarnings } from './process-warnings.ts';

/** What one route asks of a token. */
export type ResourceBearerOptions = Pick<RequireBearerOptions, 'scope'>;

/** An API that takes the tokens of one authorization server. */
export interface ResourceServer {
  /**
   * Protects routes: as `requireBearer` of the server does, but for `checkRevocation`, which needs the
   * server. While the keys cannot be had the answer is 503.
   *
   * @throws {TypeError} For an option that it has not, or a scope that is none.
   */
  requireBearer(options?: ResourceBearerOptions): RequestHandler;
  /**
   * The same for transports that no middleware reaches.
   *
   * @throws {OAuthError} `invalid_token`; `temporarily_unavailable` while the keys cannot be had, which
   * says nothing of the token.
   */
  verifyAccessToken(token: string): Promise<AuthInfo>;
  /**
   * Answers the metadata of this API (RFC 9728), by which clients find the server; every other request
   * passes. Mount it at the root of the app, where the origin of the resource is this app.
   */
  readonly metadataHandler: RequestHandler;
}

/** What comes from outside the program. Tests pass their own. */
export interface ResourceRuntime {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const SYSTEM: ResourceRuntime = { now: () => Date.now() };

/**
 * Makes it. Nothing is asked of the server before the first token comes.
 *
 * @throws {ResourceOptionsError} When an option is wrong; every problem is named.
 */
export function createResourceServer(
  options: ResourceServerOptions,
  { now }: ResourceRuntime = SYSTEM,
): ResourceServer {
  checkResourceOptions(options);
  const { issuer, jwksUri, scopesSupported } = options;
  const {
    timeoutSeconds = RESOURCE_DEFAULTS.timeoutSeconds,
    clockToleranceSeconds = RESOURCE_DEFAULTS.clockToleranceSeconds,
  } = options;
  const resource = resolveResource(options.resource, issuer);
  const told = options.logger ?? processWarnings((...said) => process.emitWarning(...said));
  const logger = boundRepeatedLines(createSafeLogger(told), now);
  const ask = { issuer, jwksUri, timeoutMs: timeoutSeconds * 1000 };
  const findKey = createIssuerKeys({ ask: () => askForKeys(ask), issuer, logger, now });
  const verifier = createAccessTokenVerifier({ issuer, findKey, now, clockToleranceSeconds });

  const verify = async (token: string | undefined): ReturnType<BearerDeps['verify']> => {
    const verified = token ? await verifier.verify(token, [resource]) : undefined;
    if (verified) return verified;
    throw invalidToken();
  };
  const registry = { mount: () => () => resource };
  const deps = { logger, registry, verify, scopesSupported: scopesSupported?.slice() };
  return {
    requireBearer: (asked) => bearerMiddleware(deps, asked, ['scope']),
    verifyAccessToken: async (token) => authInfo(token, await verify(token)),
    metadataHandler: resourceDocumentsHandler({ issuer, resource, scopes: scopesSupported ?? [] }),
  };
}

/**
 * The middleware alone, for an API with one kind of route. With several, make one
 * {@link createResourceServer} and take the middleware of each from it: so the keys are fetched once.
 *
 * @throws {ResourceOptionsError} When an option is wrong; every problem is named.
 * @throws {TypeError} For a scope that is none.
 */
export function requireBearer(
  given: ResourceServerOptions & ResourceBearerOptions,
  runtime: ResourceRuntime = SYSTEM,
): RequestHandler {
  const { scope = [], ...options } = Object(given) as typeof given;
  return createResourceServer(options, runtime).requireBearer({ scope });
}
