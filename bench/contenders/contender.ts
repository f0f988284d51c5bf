/**
 * What is measured: an authorization server in a process of its own.
 *
 * @module
 */
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Redis } from 'ioredis';

/** What a contender is given. */
export interface Setting {
  /** Its own address, which is the issuer as well. */
  readonly issuer: string;
  readonly redis: Redis;
  /** What its keys begin with. */
  readonly prefix: string;
  /** Whether requests are counted, each in the way of the server. */
  readonly limited: boolean;
}

/** Where its endpoints are. */
export interface Paths {
  readonly discovery: string;
  readonly register: string;
  readonly authorize: string;
  readonly token: string;
  /** A route that takes an access token. */
  readonly api: string;
}

/** @param base - What the paths of its endpoints begin with. */
export function pathsBelow(base: string): Paths {
  return {
    discovery: '/.well-known/oauth-authorization-server',
    register: `${base}/register`,
    authorize: `${base}/authorize`,
    token: `${base}/token`,
    api: API_PATH,
  };
}

export interface Contender {
  readonly handler: RequestListener;
  readonly paths: Paths;
  close?(): Promise<void>;
}

export type StartContender = (setting: Setting) => Promise<Contender>;

/** One for the API, and the one that makes a refresh token come; without `openid`, so that there is one signature. */
export const SCOPES = ['offline_access', 'mcp:tools'] as const;

/** A parameter that comes once. */
export function queryOf({ query }: { readonly query: object }, name: string): string {
  return (query as Readonly<Record<string, string | undefined>>)[name] ?? '';
}

/** A browser in which nobody has logged in. */
export const NOBODY = 'nobody';

/** Who is at the browser: the login of a benchmark believes a cookie. */
export function personOf({ headers }: IncomingMessage): string {
  return /(?:^|; )person=([\w-]+)/.exec(headers.cookie ?? '')?.[1] ?? NOBODY;
}

export const API_PATH = '/api';

/** The lifetimes are everybody's. */
export const ACCESS_TOKEN_SECONDS = 3600;
export const CODE_SECONDS = 300;
export const REFRESH_TOKEN_SECONDS = 30 * 24 * 3600;

/** So many requests that no limit is ever reached; they are counted all the same. */
export const NO_LIMIT = 1_000_000_000;
