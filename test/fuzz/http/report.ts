/**
 * What the server that is spoken to says of itself.
 *
 * @module
 */

/** What should never have happened. */
export interface Told {
  readonly name: 'unhandledRejection' | 'uncaughtException' | 'error' | 'escaped';
  readonly text: string;
}

export interface Report {
  readonly pid: number;
  /** How often something was kept. */
  readonly writes: number;
  /** Since it was asked the last time. */
  readonly told: readonly Told[];
  /** Connections that are open. */
  readonly sockets: number;
  /** After garbage was collected. */
  readonly heapMegabytes: number;
}

/** Asked after each case, so it is short. */
export interface Tally {
  readonly writes: number;
  readonly told: number;
}
