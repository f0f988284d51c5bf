/**
 * From a review to the page that a person reads.
 *
 * @module
 */
import type { Request, Response } from 'express';
import type { Person } from '../login/port.ts';
import type { ClientOnPage, OriginOnPage, ConsentPage, ScopeLine } from '../pages/consent.ts';
import { destinationOf } from '../pages/destination.ts';
import { describeScope, type ScopeDescriptions } from '../pages/scope-descriptions.ts';
import type { SaidText } from '../pages/layout.ts';
import type { DisplayMetadata } from '../protocol/client.ts';
import { isBlank, isLookalike, shortened } from '../protocol/display-text.ts';
import { byLanguage } from '../protocol/display-metadata.ts';
import { intersectScopes, OFFLINE_ACCESS, scopesBeyond, type Scope } from '../protocol/scope.ts';
import type { Client } from '../services/resolve-client.ts';
import type { ConsentReview } from '../services/review-consent.ts';
import { consentUrl, type ConsentLocation } from './consent-url.ts';
import { languageChoice, type LanguageChoice } from './language-choice.ts';
import { languageOf, sendPage, type PageDeps } from './page-response.ts';

export interface ConsentPageDeps extends ConsentLocation, PageDeps {
  readonly scopeDescriptions: ScopeDescriptions;
  /** The store's clock, by which a registration is dated. */
  readonly storeNow: () => number;
}

/** What the page shows beside the review. */
export interface ConsentPageMore {
  /** Where to log in as somebody else. */
  readonly switchAccount?: string | undefined;
  /** The form came back with nothing ticked: the page is shown again, and says so. */
  readonly nothingTicked?: boolean;
}

export function sendConsentPage(
  deps: ConsentPageDeps,
  review: ConsentReview,
  req: Request,
  res: Response,
  { switchAccount, nothingTicked = false }: ConsentPageMore = {},
): void {
  const { pending, grantable, requested } = review;
  const language = languageOf(deps, req, pending.ui_locales);
  const choice = languageChoice(req, pending.ui_locales);
  const choose = choice(languagesOf(deps.scopeDescriptions));
  const describe = (scope: Scope): SaidText =>
    describeScope(scope, deps.scopeDescriptions, choose, language);
  const lines = (scopes: readonly Scope[]): ScopeLine[] =>
    scopes.map((scope) => ({
      scope,
      description: describe(scope),
      isAdded: !requested.includes(scope),
    }));
  const groups = groupsOf(review);
  const isSaid = grantable.includes(OFFLINE_ACCESS);
  const data: ConsentPage = {
    destination: destinationOf(pending.redirect_uri),
    client: clientOnPage(review, choice, deps.storeNow()),
    person: nameOfPerson(review.person),
    ...(switchAccount !== undefined && { switchAccount }),
    resources: pending.resources,
    scopes: lines(groups.scopes),
    remembered: lines(groups.remembered),
    ...(review.refreshable && !isSaid && { stayingConnected: describe(OFFLINE_ACCESS) }),
    unavailable: lines(review.unavailable),
    nothingTicked,
  };
  const form = { action: consentUrl(deps, pending), fields: { csrf: review.csrf, choice: '1' } };
  const status = nothingTicked ? 400 : 200;
  sendPage(deps, { kind: 'consent', data, form }, { status, language }, res);
}

/** Apart only where there is something new: a page of old things asks for all of them again. */
function groupsOf({
  grantable,
  remembered,
}: ConsentReview): Record<'scopes' | 'remembered', readonly Scope[]> {
  const fresh = scopesBeyond(grantable, remembered);
  return fresh.length === 0
    ? { scopes: grantable, remembered: [] }
    : { scopes: fresh, remembered: intersectScopes(grantable, remembered) };
}

function clientOnPage(
  { client }: ConsentReview,
  choice: LanguageChoice,
  now: number,
): ClientOnPage {
  const name = nameOf(client.metadata, choice);
  return {
    id: client.client_id,
    ...(name && { name: { ...name, text: shortened(name.text) } }),
    isLookalike: name !== undefined && isLookalike(name.text),
    origin: originOf(client, now),
  };
}

function originOf({ client_id, origin, record }: Client, now: number): OriginOnPage {
  if (origin === 'metadata_document') return { kind: 'document', host: new URL(client_id).host };
  return record
    ? { kind: 'registered', ageMs: now - record.client_id_issued_at * 1000 }
    : { kind: 'provisioned' };
}

/** What the client calls itself, in the language of the reader where it says so (RFC 7591 §2.2). */
function nameOf(metadata: DisplayMetadata, choice: LanguageChoice): SaidText | undefined {
  const names = byLanguage(metadata, 'client_name');
  const languages = Object.keys(names);
  const { client_name } = metadata;
  const chosen = choice(languages)(languages);
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
