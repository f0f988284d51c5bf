/**
 * Faults of the servers, each injected for real: by signals, by what an operator can set, and on the
 * wire. Their numbers are rows of the table in README.md.
 *
 * @module
 */
import { APART } from './faults/apart.ts';
import { CHANGING } from './faults/changing.ts';
import type { Fault } from './faults/fault.ts';
import { SILENT } from './faults/silent.ts';
import { TURNING_AWAY } from './faults/turning-away.ts';
import { UNABLE } from './faults/unable.ts';

export type { Fault };

/** The seed of a soak picks from them by their place: new ones go to the end. */
export const FAULTS: readonly Fault[] = [
  ...SILENT,
  ...TURNING_AWAY,
  ...UNABLE,
  ...CHANGING,
  ...APART,
];
