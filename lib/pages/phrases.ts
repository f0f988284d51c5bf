/**
 * Texts with places in them: `{name}` stands for what is put there.
 *
 * @module
 */
import { EN, type TextKey, type Texts } from './texts/en.ts';

/** A piece of a text: words, or the place of something. */
export type Part = { readonly text: string } | { readonly slot: string };

/** Every text in its parts. */
export type Phrases = Readonly<Record<TextKey, readonly Part[]>>;

const PLACE = /\{([a-z]+)\}/;

export const TEXT_KEYS = Object.keys(EN) as readonly TextKey[];

/** The places of a text in alphabetical order, each once. */
export function placesOf(text: string): string[] {
  const slots = partsOf(text).flatMap((part) => ('slot' in part ? [part.slot] : []));
  return [...new Set(slots)].sort();
}

export function phrasesOf(texts: Texts): Phrases {
  const phrases = TEXT_KEYS.map((key) => [key, partsOf(texts[key])] as const);
  return Object.fromEntries(phrases) as unknown as Phrases;
}

/** A text as a whole. @param values - Put in as they are: what comes out is still to be escaped. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  const slots = new Map(Object.entries(values));
  return partsOf(text)
    .map((part) => ('slot' in part ? (slots.get(part.slot) ?? '') : part.text))
    .join('');
}

function partsOf(text: string): Part[] {
  // What a pattern captures stands at every second place of what it splits.
  return text
    .split(PLACE)
    .map((piece, index) => (index % 2 === 1 ? { slot: piece } : { text: piece }));
}
