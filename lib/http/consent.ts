/**
 * The consent endpoint: the page, and the decision that comes back from it.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { LoginPort } from '../login/port.ts';
import type { ScopeDescriptions } from '../pages/scope-descriptions.ts';
import { formatErrorResponse } from '../protocol/authorization-response.ts';
import { OAuthError, type OAuthErrorCode } from '../protocol/errors.ts';
import type { PendingAuthorization } from '../storage/store.ts';
import type { PendingHandle } from '../services/begin-authorization.ts';
import {
  decideConsent,
  type DecideConsentDeps,
  type DecideOutcome,
} from '../services/decide-consent.ts';
import {
  reviewConsent,
  type ConsentReview,
  type ReviewConsentDeps,
  type ReviewOutcome,
} from '../services/review-consent.ts';
import { formOf, queryOf, readBody } from './body.ts';
import type { BrowserCookie } from './browser-cookie.ts';
import { sendConsentPage } from './consent-page.ts';
import { CHANGED, DECIDED, GONE } from './consent-refusals.ts';
import { consentUrl, parseConsentQuery, type ConsentLocation } from './consent-url.ts';
import { logError } from './error-response.ts';
import { noCors } from './middleware.ts';
import { pageHeaders, redirect, refuseWithPage } from './page-response.ts';
import { requireSameOrigin } from './same-origin.ts';
import { step } from './step.ts';

const STALE_LOGIN = ['login_required', 'the person did not log in again'] as const;
const NOTHING_LEFT = ['invalid_scope', 'the scopes are not available any more'] as const;

export type ConsentDeps = ReviewConsentDeps &
  DecideConsentDeps &
  ConsentLocation & {
    readonly authorizations: ReviewConsentDeps['authorizations'] &
      DecideConsentDeps['authorizations'];
    readonly clients: ReviewConsentDeps['clients'] & DecideConsentDeps['clients'];
    readonly login: Pick<LoginPort, 'person' | 'loginUrl'>;
    readonly cookie: BrowserCookie;
    readonly scopeDescriptions: ScopeDescriptions;
  };

export function consentPageHandlers(deps: ConsentDeps): RequestHandler[] {
  return [
    pageHeaders,
    noCors,
    step(async function showConsentPage(req, res) {
      await withReview(deps, req, res, (review) => {
        if (review.isAnswered) refuseWithPage(deps, DECIDED, req, res);
        else sendConsentPage(deps, review, req, res);
      });
    }),
  ];
}

export function consentDecisionHandlers(deps: ConsentDeps): RequestHandler[] {
  return [
    pageHeaders,
    noCors,
    requireSameOrigin(deps),
    ...readBody('application/x-www-form-urlencoded'),
    step(async function decide(req, res) {
      const form = formOf(req);
      const decision = form.get('decision');
      const csrf = form.get('csrf') ?? '';
      if (decision !== 'allow' && decision !== 'deny') {
        throw new OAuthError('invalid_request', 'the form does not say allow or deny');
      }
      await withReview(deps, req, res, async (review, handle) => {
        const outcome = await decideConsent(deps, review, {
          decision,
          csrf,
          requestId: randomUUID(),
        });
        respondToDecision(deps, outcome, handle, req, res);
      });
    }),
  ];
}

/** Looks at the pending authorization again, and answers when there is nothing to decide. */
async function withReview(
  deps: ConsentDeps,
  req: Request,
  res: Response,
  proceed: (review: ConsentReview, handle: PendingHandle) => void | Promise<void>,
): Promise<void> {
  const handle = parseConsentQuery(queryOf(req));
  if (!handle) {
    refuseWithPage(deps, GONE, req, res);
    return;
  }
  const browser = deps.cookie.read(req);
  const person = await deps.login.person(req);
  const outcome = await reviewConsent(deps, handle, {
    ...(browser !== undefined && { browser }),
    ...(person && { person }),
  });
  if (outcome.outcome === 'review') await proceed(outcome.review, handle);
  else respondWithoutReview(deps, outcome, handle, req, res);
}

function respondWithoutReview(
  deps: ConsentDeps,
  outcome: Exclude<ReviewOutcome, { outcome: 'review' }>,
  handle: PendingHandle,
  req: Request,
  res: Response,
): void {
  switch (outcome.outcome) {
    case 'login':
      redirect(res, 303, deps.login.loginUrl({ return_to: consentUrl(deps, handle) }));
      return;
    case 'stale_login':
      sendBack(deps, outcome.pending, STALE_LOGIN, req, res);
      return;
    case 'nothing_left':
      sendBack(deps, outcome.pending, NOTHING_LEFT, req, res);
      return;
    case 'gone':
      refuseWithPage(deps, GONE, req, res);
  }
}

/** The person is known by now, so the error may travel (RFC 9700 §4.11.2). */
function sendBack(
  { issuer, logger }: ConsentDeps,
  pending: PendingAuthorization,
  [code, description]: readonly [OAuthErrorCode, string],
  req: Request,
  res: Response,
): void {
  const error = new OAuthError(code, description, { detail: { client_id: pending.client_id } });
  logError(logger, error, req, 303);
  redirect(res, 303, formatErrorResponse({ ...pending, issuer }, error));
}

function respondToDecision(
  deps: ConsentDeps,
  outcome: DecideOutcome,
  handle: PendingHandle,
  req: Request,
  res: Response,
): void {
  switch (outcome.outcome) {
    case 'redirect':
      // 303, so that the form is not posted on to the client (RFC 9700 §4.12).
      redirect(res, 303, outcome.url);
      return;
    case 'changed': {
      const link = { href: consentUrl(deps, handle), text: 'Review the request' };
      refuseWithPage(deps, { ...CHANGED, link }, req, res);
      return;
    }
    case 'decided':
      refuseWithPage(deps, DECIDED, req, res);
      return;
    case 'gone':
      refuseWithPage(deps, GONE, req, res);
  }
}
