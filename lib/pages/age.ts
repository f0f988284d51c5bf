/**
 * How long ago something was, in words.
 *
 * @module
 */
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From the largest unit to the smallest. */
const UNITS = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', SECOND],
] as const;

/** @param ageMs - Milliseconds; less than a second, or below 0 by a clock that is off, is a second. @param language - A language tag. */
export function formatAge(ageMs: number, language: string): string {
  const age = Math.max(SECOND, ageMs);
  const [unit, length] = UNITS.find(([, unitMs]) => age >= unitMs) ?? ['second', SECOND];
  // English where the language is not known here: not that of the machine.
  const format = new Intl.RelativeTimeFormat([language, 'en'], { numeric: 'auto' });
  return format.format(-Math.floor(age / length), unit);
}
