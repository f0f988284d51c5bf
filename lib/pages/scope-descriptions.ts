/**
 * What scopes mean, in words for a person.
 *
 * @module
 */
import type { Scope } from '../protocol/scope.ts';
import type { Language } from './catalogue.ts';
import type { SaidText } from './layout.ts';
import type { TextKey } from './texts/en.ts';

/** A description, or one for each language tag. */
export type ScopeDescription = string | Readonly<Record<string, string>>;

/** By scope. A plain object from JSON will do. */
export type ScopeDescriptions = Readonly<Record<Scope, ScopeDescription>>;

/** The scopes that mean the same everywhere (OpenID Connect Core §5.4, §11). */
const STANDARD: ReadonlyMap<Scope, TextKey> = new Map([
  ['openid', 'scopeOpenid'],
  ['profile', 'scopeProfile'],
  ['email', 'scopeEmail'],
  ['offline_access', 'scopeOfflineAccess'],
]);

/**
 * Describes a scope; one that nobody described speaks for itself.
 *
 * @param choose - Picks the best of some language tags for the reader; `undefined` when none fits.
 * @param language - Of the page, for what the standard scopes mean.
 */
export function describeScope(
  scope: Scope,
  descriptions: ScopeDescriptions,
  choose: (languages: readonly string[]) => string | undefined,
  { texts }: Pick<Language, 'texts'>,
): SaidText {
  // Own members only: a scope may be called `constructor`.
  const description = Object.hasOwn(descriptions, scope) ? descriptions[scope] : undefined;
  if (typeof description === 'string') return { text: description };
  const languages = Object.keys(description ?? {});
  const language = choose(languages) ?? (languages.includes('en') ? 'en' : languages[0]);
  const text = language === undefined ? undefined : description?.[language];
  const standard = STANDARD.get(scope);
  return text === undefined || language === undefined
    ? { text: standard === undefined ? scope : texts[standard] }
    : { text, language };
}

/** What is wrong with descriptions that come from outside; `undefined` when they are fine. */
export function scopeDescriptionsProblem(descriptions: unknown = {}): string | undefined {
  if (!isPlainObject(descriptions)) return 'must be an object with a description for each scope';
  const malformed = Object.entries(descriptions).find(([, value]) => !isDescription(value));
  return malformed
    ? `the description of ${JSON.stringify(malformed[0])} is neither a text nor one text for each language`
    : undefined;
}

function isDescription(value: unknown): boolean {
  if (typeof value === 'string') return true;
  return isPlainObject(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
