/**
 * Text that a stranger wrote and a person will read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-5
 * @module
 */

/**
 * Characters that draw nothing or move what stands beside them: controls, line and paragraph
 * separators, bidirectional overrides and isolates, zero-width space and no-break, soft hyphen, fillers,
 * tags, unpaired surrogates. The two joiners stay, for Persian and emoji are written with them.
 */
const DECEPTIVE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u034F\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E007F}]/u;

/** Letters that are drawn as nothing: a name of these alone is no name. */
const BLANK = /^[\s\p{M}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** More marks on one letter than any script needs: they reach into the lines above and below. */
const STACKED = /[\p{M}\u200C\u200D]{7,}/u;

/** Whether a text has characters that could deceive a reader. */
export function isDeceptive(text: string): boolean {
  return DECEPTIVE.test(text) || STACKED.test(text);
}

/** Whether nothing would be seen of a text. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/** As much of a name as is read; a longer one would push what matters out of sight. */
const MAX_SHOWN = 80;

/** A text that fits on a page, with a mark where the rest was left out. */
export function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length <= MAX_SHOWN
    ? text
    : `${characters.slice(0, MAX_SHOWN - 1).join('')}\u2026`;
}
