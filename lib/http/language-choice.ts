/**
 * The language of the reader.
 *
 * @module
 */
import type { Request } from 'express';
import { lookUpLanguage } from '../pages/language-lookup.ts';

/**
 * Far longer than any browser sends; matching takes time with the square of it. The app's own wish is
 * held to the same.
 */
const MAX_LENGTH = 500;

/** Stands before the languages that are offered: what a reader without a wish gets. */
const NO_LANGUAGE = 'x-default';

/** Picks, among languages that are offered together, the one of these few that is the reader's. */
export type LanguageChoice = (
  offered: readonly string[],
) => (languages: readonly string[]) => string | undefined;

/**
 * What the app says of the person comes first (OpenID Connect Core §3.1.2.1), then what the browser says.
 *
 * @param ui_locales - Of the request that the page belongs to; else it is looked for in the query.
 */
export function languageChoice(req: Request, ui_locales: string | undefined): LanguageChoice {
  const wanted = ui_locales ?? askedInQuery(req);
  return (offered) => {
    const best = lookUpLanguage(wanted, offered) ?? byBrowser(req, offered);
    return (languages) => languages.find((language) => language === best);
  };
}

function byBrowser(req: Request, offered: readonly string[]): string | undefined {
  const header = req.headers['accept-language'] ?? '';
  if (header.length > MAX_LENGTH || offered.length === 0) return undefined;
  const best = req.acceptsLanguages([...new Set([NO_LANGUAGE, ...offered])]);
  return best === false ? undefined : best;
}

/** For pages that are shown before the request is understood. */
function askedInQuery({ originalUrl }: Request): string {
  const [query = ''] = /(?<=\?).*/s.exec(originalUrl) ?? [];
  const wanted = new URLSearchParams(query).get('ui_locales') ?? '';
  return wanted.length > MAX_LENGTH ? '' : wanted;
}
