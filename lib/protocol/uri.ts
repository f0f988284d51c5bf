/**
 * The characters of a URI.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-2
 * @module
 */

const URI_CHARACTERS = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/;

/**
 * Whether a text has only characters that a URI can have. A URL parser takes others too and puts
 * something else in their place, a slash for a backslash, and not every parser puts the same.
 */
export function isUriText(value: string): boolean {
  return URI_CHARACTERS.test(value);
}
