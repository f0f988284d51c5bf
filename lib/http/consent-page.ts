/**
 * From a review to the page that a person reads.
 *
 * @module
 */
import type { Request, Response } from 'express';
import { renderConsentPage, type ScopeLine } from '../pages/consent.ts';
import { describeDestination } from '../pages/destination.ts';
import { describeScope, type ScopeDescriptions } from '../pages/scope-descriptions.ts';
import type { Scope } from '../protocol/scope.ts';
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
  const { client_name } = client.metadata;
  const choose = languageChoice(req, deps.scopeDescriptions);
  const lines = (scopes: readonly Scope[]): ScopeLine[] =>
    scopes.map((scope) => ({
      scope,
      description: describeScope(scope, deps.scopeDescriptions, choose),
    }));
  const html = renderConsentPage({
    title: 'Allow access?',
    destination: describeDestination(pending.redirect_uri),
    ...(client_name !== undefined && { clientName: client_name }),
    clientId: client.client_id,
    person: person.name ?? person.email ?? person.sub,
    resource: pending.resource,
    scopes: lines(review.grantable),
    unavailable: lines(review.unavailable),
    action: consentUrl(deps, pending),
    csrf,
  });
  sendPage(res, 200, html);
}

/** Far longer than any browser sends; matching takes time with the square of it. */
const MAX_ACCEPT_LANGUAGE_LENGTH = 500;

/** The language of the reader, negotiated once for the page. */
function languageChoice(
  req: Request,
  descriptions: ScopeDescriptions,
): (languages: readonly string[]) => string | undefined {
  const header = req.headers['accept-language'] ?? '';
  const offered = Object.values(descriptions).flatMap((description) =>
    typeof description === 'string' ? [] : Object.keys(description),
  );
  const isUsable = header.length <= MAX_ACCEPT_LANGUAGE_LENGTH && offered.length > 0;
  const best = isUsable ? req.acceptsLanguages([...new Set(offered)]) : false;
  return (languages) => languages.find((language) => language === best);
}
