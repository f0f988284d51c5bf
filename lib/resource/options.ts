/**
 * What an API in another process says of itself and of the server whose tokens it takes.
 *
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import type { Scope } from '../protocol/scope.ts';

/** The API, and the authorization server that it believes. */
export interface ResourceServerOptions {
  /**
   * The issuer, exactly as the authorization server is configured with it. `https`, or `http` on a
   * loopback host for development.
   */
  readonly issuer: string;
  /**
   * The API that tokens must be for, as it stands in the server's `resources`: an absolute URL, or a
   * path on the issuer's origin.
   */
  readonly resource: string;
  /**
   * Where the server's keys are. Without it the server's metadata says so (RFC 8414).
   */
  readonly jwksUri?: string;
  /**
   * Which scopes the API knows: published in its metadata. Given, a route that asks for any other is
   * refused when it is made, for nobody could have one.
   */
  readonly scopesSupported?: readonly Scope[];
  /**
   * By how many seconds the clock here may differ from that of the server's store; at most 300.
   * @default 0
   */
  readonly clockToleranceSeconds?: number;
  /**
   * How many seconds an answer of the server is waited for, its metadata and its keys each; 1 to 60.
   * @default 5
   */
  readonly timeoutSeconds?: number;
  /** Without one, warnings and errors are warnings of the process, and nothing else is said. */
  readonly logger?: Logger;
}

/** The names above, for those who write without types. */
export const RESOURCE_SERVER_OPTIONS = [
  'issuer',
  'resource',
  'jwksUri',
  'scopesSupported',
  'clockToleranceSeconds',
  'timeoutSeconds',
  'logger',
] as const satisfies readonly (keyof ResourceServerOptions)[];

export const RESOURCE_DEFAULTS = { clockToleranceSeconds: 0, timeoutSeconds: 5 };
