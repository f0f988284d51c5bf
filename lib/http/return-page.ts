/**
 * An error that stays here: whether to go back to the client with it is for the person to decide.
 *
 * @module
 */
import type { Request, Response } from 'express';
import { destinationOf } from '../pages/destination.ts';
import { formatErrorResponse } from '../protocol/authorization-response.ts';
import type { OAuthError } from '../protocol/errors.ts';
import type { PendingAuthorization } from '../storage/store.ts';
import { showError, type PageDeps } from './page-response.ts';
import { problemOf } from './problems.ts';

export interface ReturnPageDeps extends PageDeps {
  readonly issuer: string;
}

/** Back to the client, which is told of the error. */
export function returnUrl(
  { issuer }: Pick<ReturnPageDeps, 'issuer'>,
  pending: PendingAuthorization,
  error: OAuthError,
): string {
  return formatErrorResponse({ ...pending, issuer }, error);
}

export function showReturn(
  deps: ReturnPageDeps,
  { pending, error }: { readonly pending: PendingAuthorization; readonly error: OAuthError },
  req: Request,
  res: Response,
): void {
  const href = returnUrl(deps, pending, error);
  const view = {
    ...pending,
    problem: problemOf(error),
    status: 400,
    isForDeveloper: true,
    link: { kind: 'return', href, destination: destinationOf(pending.redirect_uri) },
  } as const;
  showError(deps, error, view, req, res);
}
