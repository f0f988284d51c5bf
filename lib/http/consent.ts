/**
 * The consent endpoint: the page, and the decision that comes back from it.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { LoginPort } from '../login/port.ts';
import { formatErrorResponse } from '../protocol/authorization-response.ts';
import { OAuthError, type OAuthErrorCode } from '../protocol/errors.ts';
import type { PendingAuthorization } from '../storage/store.ts';
import type { PendingHandle } from '../services/begin-pending.ts';
import {
  decideConsent,
  giveRemembered,
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
import { sendConsentPage, type ConsentPageDeps, type ConsentPageMore } from './consent-page.ts';
import { CHANGED, DECIDED, GONE, NO_COOKIE, NOTHING_CHOSEN } from './consent-refusals.ts';
import { asksForPage, consentPageUrl, consentUrl, parseConsentQuery } from './consent-url.ts';
import { logError } from './error-response.ts';
import { loginUrl, type LoginLocation } from './login-url.ts';
import type { RateLimitDeps } from './rate-limit.ts';
import { redirect, refuseWithPage } from './page-response.ts';
import { requireSameOrigin } from './same-origin.ts';
import { sendToClient } from './send-to-client.ts';

const STALE_LOGIN = ['login_required', 'the person did not log in again'] as const;
const CONSENT_REQUIRED = ['consent_required', 'the person must be asked'] as const;
const NOTHING_LEFT = ['invalid_scope', 'the scopes are not available any more'] as const;

export type ConsentDeps = LoginLocation &
  Pick<RateLimitDeps, 'callers'> &
  ReviewConsentDeps &
  DecideConsentDeps &
  ConsentPageDeps & {
    readonly authorizations: ReviewConsentDeps['authorizations'] &
      DecideConsentDeps['authorizations'];
    readonly clients: ReviewConsentDeps['clients'] & DecideConsentDeps['clients'];
    readonly consents: ReviewConsentDeps['consents'] & DecideConsentDeps['consents'];
    readonly grants: ReviewConsentDeps['grants'] & DecideConsentDeps['grants'];
    readonly login: Pick<LoginPort, 'person' | 'loginUrl'>;
    readonly cookie: BrowserCookie;
  };

export function consentPageHandlers(deps: ConsentDeps): RequestHandler[] {
  return [
    async function showConsentPage(req, res) {
      await withReview(deps, req, res, async (review) => {
        if (review.isAnswered) {
          refuseWithPage(deps, DECIDED, req, res);
        } else if (isSilent(review) && !review.isRemembered) {
          sendBack(deps, review, CONSENT_REQUIRED, req, res);
        } else if (review.isRemembered && mayGoOn(req)) {
          const outcome = await giveRemembered(deps, review, {
            requestId: randomUUID(),
            seenFrom: deps.callers.seenFrom(req),
          });
          respondToDecision(deps, outcome, review, req, res);
        } else {
          showPage(deps, review, req, res);
        }
      });
    },
  ];
}

/** Whoever came by a login elsewhere can take another account there. */
function showPage(
  deps: ConsentDeps,
  review: ConsentReview,
  req: Request,
  res: Response,
  more: ConsentPageMore = {},
): void {
  const { pending, login } = review;
  const switchAccount =
    login && loginUrl(deps, pending, { provider: login.upstream, isSwitching: true });
  sendConsentPage(deps, review, req, res, { ...more, switchAccount });
}

/** `prompt=none`, after a login elsewhere that nobody saw either. */
function isSilent({ pending }: ConsentReview): boolean {
  return pending.login_request?.prompt === 'none';
}

/** Whether the page may be passed over: not when the person wants to see it, nor by HEAD, which changes nothing. */
function mayGoOn(req: Request): boolean {
  return req.method === 'GET' && !asksForPage(queryOf(req));
}

export function consentDecisionHandlers(deps: ConsentDeps): RequestHandler[] {
  return [
    requireSameOrigin(deps),
    ...readBody('application/x-www-form-urlencoded'),
    async function decide(req, res) {
      const form = formOf(req);
      const decision = form.get('decision');
      const csrf = form.get('csrf') ?? '';
      // A checkbox without a tick is not sent: that there were any has to be said apart.
      const scopes = form.get('choice') === undefined ? undefined : form.all('scope');
      if (decision !== 'allow' && decision !== 'deny') {
        throw new OAuthError('invalid_request', 'the form does not say allow or deny');
      }
      await withReview(deps, req, res, async (review) => {
        const outcome = await decideConsent(deps, review, {
          decision,
          csrf,
          ...(scopes && { scopes }),
          requestId: randomUUID(),
          seenFrom: deps.callers.seenFrom(req),
        });
        respondToDecision(deps, outcome, review, req, res);
      });
    },
  ];
}

/** Looks at the pending authorization again, and answers when there is nothing to decide. */
async function withReview(
  deps: ConsentDeps,
  req: Request,
  res: Response,
  proceed: (review: ConsentReview) => void | Promise<void>,
): Promise<void> {
  const handle = parseConsentQuery(queryOf(req));
  if (!handle) {
    refuseWithPage(deps, GONE, req, res);
    return;
  }
  const browser = deps.cookie.read(req);
  // Whoever began it has one: without it nobody is asked about anything.
  if (browser === undefined) {
    refuseWithPage(deps, NO_COOKIE, req, res);
    return;
  }
  const person = await deps.login.person(req);
  const outcome = await reviewConsent(deps, handle, {
    browser,
    ...(person && { person }),
    network: deps.callers.networkOf(req),
  });
  if (outcome.outcome === 'review') await proceed(outcome.review);
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
      sendBack(deps, outcome, STALE_LOGIN, req, res);
      return;
    case 'nothing_left':
      sendBack(deps, outcome, NOTHING_LEFT, req, res);
      return;
    case 'gone':
      refuseWithPage(deps, GONE, req, res);
  }
}

/** The person is known by now, so the error may travel (RFC 9700 §4.11.2). */
function sendBack(
  deps: ConsentDeps,
  { pending, explained }: { readonly pending: PendingAuthorization; readonly explained?: unknown },
  [code, description]: readonly [OAuthErrorCode, string],
  req: Request,
  res: Response,
): void {
  const { client_id } = pending;
  const detail = { client_id, ...(explained !== undefined && { explained }) };
  const error = new OAuthError(code, description, { detail });
  logError(deps, error, req, 303);
  const url = formatErrorResponse({ ...pending, issuer: deps.issuer }, error);
  sendToClient(deps, { ...pending, url }, req, res);
}

function respondToDecision(
  deps: ConsentDeps,
  outcome: DecideOutcome,
  review: ConsentReview,
  req: Request,
  res: Response,
): void {
  const { pending } = review;
  switch (outcome.outcome) {
    case 'redirect':
      sendToClient(deps, { ...pending, url: outcome.url }, req, res);
      return;
    case 'changed': {
      const link = { kind: 'review', href: consentPageUrl(deps, pending) } as const;
      refuseWithPage(deps, { ...CHANGED, link }, req, res);
      return;
    }
    case 'nothing_chosen':
      logError(deps, new OAuthError('invalid_request', NOTHING_CHOSEN), req);
      showPage(deps, review, req, res, { nothingTicked: true });
      return;
    case 'decided':
      refuseWithPage(deps, DECIDED, req, res);
      return;
    case 'gone':
      refuseWithPage(deps, GONE, req, res);
  }
}
