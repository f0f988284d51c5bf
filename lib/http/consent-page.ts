/**
 * From a review to the page that a person reads.
 *
 * @module
 */
import type { Request, Response } from 'express';
import type { Person } from '../login/port.ts';
import { renderConsentPage, type ScopeLine } from '../pages/consent.ts';
import { describeDestination } from '../pages/destination.ts';
import { describeScope, type ScopeDescriptions } from '../pages/scope-descriptions.ts';
import type { SaidText } from '../pages/layout.ts';
import type { DisplayMetadata } from '../protocol/client.ts';
import { isBlank, shortened } from '../protocol/display-text.ts';
import { byLanguage } from '../protocol/display-metadata.ts';
import { OFFLINE_ACCESS, type Scope } from '../protocol/scope.ts';
import type { ConsentReview } from '../services/review-consent.ts';
import { consentUrl, type ConsentLocation } from './consent-url.ts';
import { sendPage } from './page-response.ts';

export interface ConsentPageDeps extends ConsentLocation {
  readonly scopeDescriptions: ScopeDescriptions;
}

export function sendConsentPage(
  deps: ConsentPageDeps,
  review: ConsentReview,
  req: Request,
  res: Response,
): void {
  const { pending, client, person, csrf } = review;
  const clientName = nameOf(client.metadata, req);
  const choose = languageChoice(req, languagesOf(deps.scopeDescriptions));
  const describe = (scope: Scope): SaidText => describeScope(scope, deps.scopeDescriptions, choose);
  const lines = (scopes: readonly Scope[]): ScopeLine[] =>
    scopes.map((scope) => ({ scope, description: describe(scope) }));
  const isSaid = review.grantable.includes(OFFLINE_ACCESS);
  const html = renderConsentPage({
    title: 'Allow access?',
    destination: describeDestination(pending.redirect_uri),
    ...(clientName && { clientName: { ...clientName, text: shortened(clientName.text) } }),
    clientId: client.client_id,
    person: nameOfPerson(person),
    resource: pending.resource,
    scopes: lines(review.grantable),
    ...(review.refreshable && !isSaid && { stayingConnected: describe(OFFLINE_ACCESS) }),
    unavailable: lines(review.unavailable),
    action: consentUrl(deps, pending),
    csrf,
  });
  sendPage(res, 200, html);
}

/** What the client calls itself, in the language of the reader where it says so (RFC 7591 §2.2). */
function nameOf(metadata: DisplayMetadata, req: Request): SaidText | undefined {
  const names = byLanguage(metadata, 'client_name');
  const languages = Object.keys(names);
  const { client_name } = metadata;
  const chosen = languageChoice(req, languages)(languages);
  if (chosen === undefined && client_name !== undefined) return { text: client_name };
  const language = chosen ?? languages[0];
  const text = language === undefined ? undefined : names[language];
  return text === undefined || language === undefined ? undefined : { text, language };
}

/** The person has to recognise who is logged in: an empty name, of a host without types, is none. */
function nameOfPerson({ name, email, sub }: Person): string {
  const isName = (text: unknown): text is string => typeof text === 'string' && !isBlank(text);
  return [name, email].find(isName) ?? sub;
}

function languagesOf(descriptions: ScopeDescriptions): string[] {
  return Object.values(descriptions).flatMap((description) =>
    typeof description === 'string' ? [] : Object.keys(description),
  );
}

/** Far longer than any browser sends; matching takes time with the square of it. */
const MAX_ACCEPT_LANGUAGE_LENGTH = 500;

/** Stands before the languages that are offered: what a reader without a wish gets. */
const NO_LANGUAGE = 'x-default';

/** The language of the reader, negotiated once among all that are offered. */
function languageChoice(
  req: Request,
  offered: readonly string[],
): (languages: readonly string[]) => string | undefined {
  const header = req.headers['accept-language'] ?? '';
  const isUsable = header.length <= MAX_ACCEPT_LANGUAGE_LENGTH && offered.length > 0;
  const best = isUsable ? req.acceptsLanguages([...new Set([NO_LANGUAGE, ...offered])]) : false;
  return (languages) => languages.find((language) => language === best);
}
