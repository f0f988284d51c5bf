/**
 * Who is told how requests fare, for metrics and traces: the port, which knows no library.
 *
 * @module
 */
import type { OAuthErrorCode } from '../protocol/errors.ts';

/** Told of every request to one endpoint. */
export interface EndpointObserver {
  /** A request has come, by a method of HTTP. @returns Nothing when nobody wants to know. */
  begin(method: string): ObservedRequest | undefined;
}

/** One request under way. */
export interface ObservedRequest {
  /** Goes on with the request, as part of what is observed. */
  run(go: () => void): void;
  /** It is over. @param status - Of the answer; absent when there was none. */
  end(status: number | undefined): void;
}

/** @param route - The path of the endpoint as it is configured, never as it was asked for. */
export type ObserveEndpoint = (route: string) => EndpointObserver;

/** A request that was refused, or failed. Nothing in it is chosen by who sent it. */
export interface ObservedRefusal {
  readonly error: OAuthErrorCode;
  readonly status: number;
  /** Nothing has failed, whatever the status: it is meant to be so for a while. */
  readonly isPlanned: boolean;
  readonly method: string;
  /** The path of the endpoint as it is configured; absent at the routes of the host. */
  readonly route?: string | undefined;
}

/** Never throws, and nobody waits for it. */
export type OnRefusal = (refusal: ObservedRefusal) => void;
