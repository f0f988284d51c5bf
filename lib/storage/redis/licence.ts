/**
 * The stored form of a licence: of an initial access token, and of who registered with it.
 *
 * @module
 */
import type { Licence } from '../store.ts';
import { list, must, object, optional, text } from './reading.ts';

/** An empty list would allow nothing, where an absent one allows what everybody may. */
export function licence(value: unknown): Licence {
  const source = object(value);
  return {
    ...optional(source, 'scopes', someTexts),
    ...optional(source, 'redirectHosts', someTexts),
  };
}

function someTexts(value: unknown): string[] {
  const texts = list(value, text);
  must(texts.length > 0);
  return texts;
}
