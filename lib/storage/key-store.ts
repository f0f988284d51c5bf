/**
 * The part of the store that keeps the server's signing keys.
 *
 * To the store they are one sealed text: what is in it and who can open it is no business of its own.
 *
 * @module
 */

/** The text, and which writing of it this is. */
export interface KeptText {
  readonly text: string;
  /** The id of the attempt that wrote it: never the same twice, also when the store lost its data. */
  readonly revision: string;
}

/** Putting a text in the place of the one that was read. */
export interface ReplaceText {
  readonly text: string;
  /** The revision that was read; absent when nothing was there. */
  readonly expected: string | undefined;
  /** Becomes the revision. The same attempt, made again, is answered as the first time. */
  readonly requestId: string;
}

/** - `changed`: something else is there than what was expected; nothing was written. */
export type ReplaceOutcome = 'replaced' | 'changed';

/** One text that all instances share; it has no end of its own. */
export interface KeyStore {
  /** The text, and the revision that a replacement has to name. */
  read(): Promise<KeptText | undefined>;
  /** Puts another text in its place, unless somebody else was faster. */
  replace(replace: ReplaceText): Promise<ReplaceOutcome>;
}
