/**
 * What this store says about itself, and to whom.
 *
 * @module
 */

/** Any logger with the four usual methods. */
export interface StoreLogger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): unknown;
  info(message: string, fields?: Readonly<Record<string, unknown>>): unknown;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): unknown;
  error(message: string, fields?: Readonly<Record<string, unknown>>): unknown;
}

const nothing = (): void => undefined;

/** Says nothing. */
export const SILENT: StoreLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
