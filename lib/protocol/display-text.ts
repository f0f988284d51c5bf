/**
 * Text that a stranger wrote and a person will read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-5
 * @module
 */

/** What could deceive a reader. */
const DECEPTIVE: readonly RegExp[] = [
  // What moves its neighbours, ends the line or stands for nothing: controls, line and paragraph
  // separators, bidirectional marks and isolates, annotations, the empty braille cell, tags.
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFF9-\uFFFB\u2800\u{E0001}-\u{E007F}]/u,
  // What is drawn as nothing, also what Unicode has set aside for such characters; but for the two
  // joiners and the variation selectors of emoji, Han and Mongolian, which follow.
  /(?![\u200C\u200D\uFE0E\uFE0F\uFE00-\uFE02\u{E0100}-\u{E01EF}\u180B-\u180D\u180F])\p{Default_Ignorable_Code_Point}/u,
  // Joiners belong between letters of the scripts of Persia and India, and between emoji (RFC 5892
  // Appendix A): beside these they are drawn as nothing.
  /(?=[\u200C\u200D])(?<=(?:^|[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{N}\p{P}\s])\p{M}*)/u,
  /[\u200C\u200D](?=[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{N}])/u,
  // Variation selectors with nothing before them to vary.
  /(?<!\p{Emoji})[\uFE0E\uFE0F]/u,
  /(?<!\p{sc=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]/u,
  /(?<!\p{sc=Mongolian})[\u180B-\u180D\u180F]/u,
  // More marks on one letter than any script needs: they reach into the lines above and below.
  /[\p{M}\u200C\u200D]{7,}/u,
];

/** Letters that are drawn as nothing: a name of these alone is no name. */
const BLANK = /^[\s\p{M}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Whether a text has characters that could deceive a reader. */
export function isDeceptive(text: string): boolean {
  return DECEPTIVE.some((pattern) => pattern.test(text));
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
