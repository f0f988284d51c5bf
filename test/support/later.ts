/**
 * An hour that passes in a moment, for what runs in this process and goes by the real time.
 *
 * @module
 */
import { jest } from '@jest/globals';

const HOUR_MS = 3_600_000;

/** From now on it is an hour later, until what is returned is called. */
export function anHourLater(): () => void {
  const now = Date.now.bind(Date);
  const later = jest.spyOn(Date, 'now').mockImplementation(() => now() + HOUR_MS);
  return () => later.mockRestore();
}
