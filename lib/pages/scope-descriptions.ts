/**
 * What scopes mean, in words for a person.
 *
 * @module
 */
import type { Scope } from '../protocol/scope.ts';
import type { SaidText } from './layout.ts';

/** A description, or one for each language tag. */
export type ScopeDescription = string | Readonly<Record<string, string>>;

/** By scope. A plain object from JSON will do. */
export type ScopeDescriptions = Readonly<Record<Scope, ScopeDescription>>;

const STANDARD: ReadonlyMap<Scope, string> = new Map([
  ['openid', 'Know who you are'],
  ['profile', 'See your name and profile'],
  ['email', 'See your e-mail address'],
  ['offline_access', 'Stay connected when you are not using the app'],
]);

/**
 * Describes a scope; one that nobody described speaks for itself.
 *
 * @param choose - Picks the best of some language tags for the reader; `undefined` when none fits.
 */
export function describeScope(
  scope: Scope,
  descriptions: ScopeDescriptions,
  choose: (languages: readonly string[]) => string | undefined,
): SaidText {
  // Own members only: a scope may be called `constructor`.
  const description = Object.hasOwn(descriptions, scope) ? descriptions[scope] : undefined;
  if (typeof description === 'string') return { text: description };
  const languages = Object.keys(description ?? {});
  const language = choose(languages) ?? (languages.includes('en') ? 'en' : languages[0]);
  const text = language === undefined ? undefined : description?.[language];
  return text === undefined || language === undefined
    ? { text: STANDARD.get(scope) ?? scope }
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
