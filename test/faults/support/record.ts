/**
 * What is noted of a run: every request with what it brought and what it got, and every fault.
 *
 * Times are milliseconds on the monotonic clock of the process that asks.
 *
 * @module
 */
import type { SlotRange } from './slots.ts';

/** Endpoints that need the store. */
export const STATEFUL = [
  'register',
  'authorize',
  'consent',
  'decide',
  'redeem',
  'refresh',
] as const;

/** Those of them that change something. The consent page only reads. */
export const WRITING: readonly Endpoint[] = STATEFUL.filter((name) => name !== 'consent');

/** What answers from memory: discovery, keys, an API behind `requireBearer`, the liveness probe. */
export const STATELESS = ['metadata', 'jwks', 'api', 'live'] as const;

export type StatefulEndpoint = (typeof STATEFUL)[number];
export type Endpoint = StatefulEndpoint | (typeof STATELESS)[number];

/** What a request presents, and what an answer gives. Never written anywhere. */
export interface Credentials {
  readonly client_id?: string;
  /** The address of a consent page. */
  readonly page?: string;
  readonly code?: string;
  /** What was sent with the code. */
  readonly code_verifier?: string;
  readonly refresh_token?: string;
}

export interface Entry {
  readonly endpoint: Endpoint;
  readonly instance: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** For how long of that time this process was too busy to notice anything. */
  readonly stalledMs: number;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter?: string;
  /** The OAuth error code, in a body or in a redirect. */
  readonly error?: string;
  /** The members of a JSON body. */
  readonly members?: readonly string[];
  /** Whether a server that is well says yes to it. */
  readonly isRight: boolean;
  readonly used: Credentials;
  readonly got: Credentials;
}

/** Something that was done to the servers or to an instance. */
export interface FaultSpan {
  readonly name: string;
  readonly from: number;
  /** It was there in all its strength between these two. */
  readonly since: number;
  readonly until: number;
  readonly to: number;
  /** The instance that was away or stopped itself, and cannot be expected to answer. */
  readonly instance?: string;
  /** What was given in this time may be lost: the servers that took over never heard of it. */
  readonly lost?: { readonly from: number; readonly to: number };
  /** Of a Cluster only what is in these slots was met. */
  readonly slots?: readonly SlotRange[];
  /** Others had taken over by then, though it was not over yet. */
  readonly replacedBy?: number;
}

export interface TrafficRecord {
  readonly entries: readonly Entry[];
  readonly faults: readonly FaultSpan[];
}

/** The grant that a code or a refresh token belongs to. */
export function grantOf({ code, refresh_token }: Credentials): string | undefined {
  return (refresh_token ?? code)?.split('.')[0];
}

/** The generation of a refresh token. */
export function generationOf(refreshToken: string): number {
  return Number(refreshToken.split('.')[1]);
}
