/**
 * Finding the language that comes nearest to what a person asked for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4647#section-3.4
 * @module
 */

/** More than a person speaks. */
const MAX_WANTED = 20;

/**
 * @param wanted - Language tags separated by spaces, best first, as `ui_locales` has them.
 * @param offered - Language tags.
 * @returns One of those offered; `undefined` when none fits.
 */
export function lookUpLanguage(wanted: string, offered: readonly string[]): string | undefined {
  const tags = wanted.split(' ', MAX_WANTED);
  return tags.map((tag) => nearest(tag.toLowerCase(), offered)).find((tag) => tag !== undefined);
}

/** The same, else without its last subtags; else the first that says more, as `pt-BR` for `pt`. */
function nearest(wanted: string, offered: readonly string[]): string | undefined {
  if (wanted === '') return undefined;
  const subtags = wanted.split('-');
  const ranges = subtags.map((_, less) => subtags.slice(0, subtags.length - less).join('-'));
  const found = ranges.map((range) => offered.find((tag) => tag.toLowerCase() === range));
  return (
    found.find((tag) => tag !== undefined) ??
    offered.find((tag) => tag.toLowerCase().startsWith(`${wanted}-`))
  );
}
