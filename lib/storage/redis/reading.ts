/**
 * Reading what is stored without trusting it: a record is what this version writes, or unreadable.
 *
 * @module
 */
import { UnreadableRecordError } from './failure.ts';

/** A value that has not been looked at. */
export type Unread = Readonly<Record<string, unknown>>;

function unreadable(): never {
  throw new UnreadableRecordError();
}

/** A JSON text with an object in it. */
export function parseObject(text: string): Unread {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // V8 quotes the text in its message: the error goes no further.
    return unreadable();
  }
  return object(value);
}

export function object(value: unknown): Unread {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Unread)
    : unreadable();
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : unreadable();
}

/** A text that says something. */
export function someText(value: unknown): string {
  return text(value) === '' ? unreadable() : text(value);
}

/** A count or a time: no record holds a negative number or a fraction. */
export function whole(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : unreadable();
}

/** A SHA-256 digest, base64url. */
export function digest(value: unknown): string {
  return /^[\w-]{43}$/.test(text(value)) ? text(value) : unreadable();
}

/** A number in the text of a hash field. */
export function digits(value: unknown): number {
  return /^\d{1,16}$/.test(text(value)) ? whole(Number(value)) : unreadable();
}

export function flag(value: unknown): boolean {
  return typeof value === 'boolean' ? value : unreadable();
}

/** A boolean in the text of a hash field. */
export function bit(value: unknown): boolean {
  return value === '1' || (value === '0' ? false : unreadable());
}

export function list<Item>(value: unknown, item: (value: unknown) => Item): Item[] {
  return Array.isArray(value) ? value.map(item) : unreadable();
}

export function oneOf<const Value extends string | number>(
  value: unknown,
  ...values: readonly Value[]
): Value {
  return values.find((one) => one === value) ?? unreadable();
}

/** The member under its own name when it is there, nothing otherwise. */
export function optional<Name extends string, Value>(
  source: Unread,
  name: Name,
  read: (value: unknown) => Value,
): Readonly<Partial<Record<Name, Value>>> {
  const value = source[name];
  return (value === undefined ? {} : { [name]: read(value) }) as Partial<Record<Name, Value>>;
}

/** Holds a record together: members that exclude or need one another. */
export function must(condition: boolean): void {
  if (!condition) unreadable();
}
