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
  /[\p{M}\u200C\u200D]{7}/u,
];

/** Letters that are drawn as nothing: a name of these alone is no name. */
const BLANK = /^[\s\p{M}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Nothing of it is deceptive, and most texts are no more than that. */
const PRINTABLE_ASCII = /^[\x20-\x7E]*$/;

/** Whether a text has characters that could deceive a reader. */
export function isDeceptive(text: string): boolean {
  return !PRINTABLE_ASCII.test(text) && DECEPTIVE.some((pattern) => pattern.test(text));
}

/** Whether nothing would be seen of a text. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/** Alphabets whose letters are drawn alike. */
const ALIKE: readonly RegExp[] = [
  /\p{sc=Latin}/u,
  /\p{sc=Cyrillic}/u,
  /\p{sc=Greek}/u,
  /\p{sc=Armenian}/u,
  /\p{sc=Cherokee}/u,
];

/** A word of Cyrillic letters each of which could be taken for a Latin one. */
const LIKE_LATIN =
  /^[\u0430\u0435\u043E\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04CF\u04BB\u0501\u051B\u051D\u0410\u0412\u0415\u041A\u041C\u041D\u041E\u0420\u0421\u0422\u0423\u0425\u0405\u0406\u0408\u04C0\u051A\u051C]{2,}$/u;

/**
 * Whether a text is written so that it may be read as another: letters of several alphabets in one
 * word, a word of letters that are drawn like Latin ones, or Latin letters in another shape. Text in
 * any one alphabet, and words of several beside each other, are what they are.
 *
 * @see https://www.unicode.org/reports/tr39/#Mixed_Script_Detection
 */
export function isLookalike(text: string): boolean {
  const words = text.match(/[\p{L}\p{M}]+/gu) ?? [];
  return words.some(
    (word) =>
      ALIKE.filter((alphabet) => alphabet.test(word)).length > 1 ||
      LIKE_LATIN.test(word) ||
      Array.from(word).some(isLatinInAnotherShape),
  );
}

/** Full width, bold or in script: what Unicode has for formulas and old encodings. */
function isLatinInAnotherShape(letter: string): boolean {
  // The two signs that Romance languages number with.
  const isOrdinal = letter === '\u00AA' || letter === '\u00BA';
  return !isOrdinal && !/[A-Za-z]/.test(letter) && /^[A-Za-z]+$/.test(letter.normalize('NFKC'));
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
