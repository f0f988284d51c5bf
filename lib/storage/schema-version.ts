/**
 * The layout of what is kept.
 *
 * @module
 */

/** The only layout of records there is so far; a record with another number is not understood. */
export const SCHEMA_VERSION = 1;
