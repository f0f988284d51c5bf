/**
 * Takes the folder of the installed apps away.
 *
 * @module
 */
import { rmSync } from 'node:fs';

export default function removePlace(): void {
  const place = process.env['CONSUMERS_PLACE'];
  if (place !== undefined) rmSync(place, { recursive: true, force: true });
}
