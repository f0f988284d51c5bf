/**
 * Colours, where somebody sees them.
 *
 * @module
 */
import { styleText } from 'node:util';
import type { Environment } from '../env/values.ts';
import type { Colour } from './command.ts';

/** Where the answer goes. */
export interface ColourPlace {
  readonly isTerminal: boolean;
  readonly env: Environment;
}

/** @see https://no-color.org */
function areWanted({ isTerminal, env }: ColourPlace): boolean {
  return isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/** What colours a text, or leaves it as it is. */
export function painter(place: ColourPlace): (colour: Colour, text: string) => string {
  if (!areWanted(place)) return (_colour, text) => text;
  // It looks for a terminal itself, at another place than where the answer goes.
  return (colour, text) => styleText(colour, text, { validateStream: false });
}
