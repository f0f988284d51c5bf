/**
 * The languages of the pages: ours, with what the host says otherwise, and those that it adds.
 *
 * @module
 */
import { phrasesOf, type Phrases } from './phrases.ts';
import { DE } from './texts/de.ts';
import { EN, type Texts } from './texts/en.ts';

/** Texts of the host, by language tag (RFC 5646). What it does not say is said as before. */
export type TextOverrides = Readonly<Record<string, Partial<Texts>>>;

/** One language. */
export interface Language {
  readonly tag: string;
  readonly dir: 'ltr' | 'rtl';
  readonly texts: Texts;
  readonly phrases: Phrases;
}

/** The languages by their tags. English is always among them. */
export type Catalogue = ReadonlyMap<string, Language>;

export const DEFAULT_LANGUAGE = 'en';

const OURS: ReadonlyMap<string, Texts> = new Map<string, Texts>([
  [DEFAULT_LANGUAGE, EN],
  ['de', DE],
]);

/** Scripts that run from right to left, of languages that are written today. */
const RIGHT_TO_LEFT = ['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm', 'Rohg', 'Mand', 'Samr'];

export function createCatalogue(overrides: TextOverrides = {}): Catalogue {
  const given = new Map(
    Object.entries(overrides).map(([tag, texts]) => [canonical(tag), texts] as const),
  );
  const tags = new Set([...OURS.keys(), ...given.keys()]);
  return new Map([...tags].map((tag) => [tag, language(tag, textsOf(tag, given))]));
}

/** From the general to the special: English, the language, the language of a region. */
function textsOf(tag: string, given: ReadonlyMap<string, Partial<Texts>>): Texts {
  const subtags = tag.split('-');
  const chain = subtags.map((_, end) => subtags.slice(0, end + 1).join('-'));
  return [DEFAULT_LANGUAGE, ...chain].reduce<Texts>(
    (texts, one) => ({ ...texts, ...OURS.get(one), ...given.get(one) }),
    EN,
  );
}

function language(tag: string, texts: Texts): Language {
  const { script = '' } = new Intl.Locale(tag).maximize();
  const dir = RIGHT_TO_LEFT.includes(script) ? 'rtl' : 'ltr';
  return { tag, dir, texts, phrases: phrasesOf(texts) };
}

/** `de-at` is `de-AT`. @throws {RangeError} For what is no language tag. */
export function canonical(tag: string): string {
  return new Intl.Locale(tag).toString();
}
