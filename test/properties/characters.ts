/** Alphabets of the specifications, and paths that are made of nothing else. */
import fc, { type Arbitrary } from 'fast-check';

const ALPHANUMERIC = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');

/** RFC 4648 §5. */
export const BASE64URL = [...ALPHANUMERIC, '-', '_'];

/** RFC 3986 §2.3. */
export const UNRESERVED = [...ALPHANUMERIC, '-', '.', '_', '~'];

/** A segment that no parser takes for a way up. */
export const segment: Arbitrary<string> = fc
  .string({ unit: fc.constantFrom(...UNRESERVED), minLength: 1, maxLength: 8 })
  .filter((text) => text !== '.' && text !== '..');

/** Nothing, or segments with a slash before each. */
export const path: Arbitrary<string> = fc
  .array(segment, { maxLength: 3 })
  .map((segments) => segments.map((text) => `/${text}`).join(''));

/** Any text that JavaScript can hold, unpaired surrogates included. */
export function anyText(maxLength = 12): Arbitrary<string> {
  return fc
    .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff)), { maxLength })
    .map((codes) => String.fromCharCode(...codes));
}
