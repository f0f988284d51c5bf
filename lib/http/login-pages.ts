/**
 * The pages around a login elsewhere.
 *
 * @module
 */
import type { Request, Response } from 'express';
import { destinationOf } from '../pages/destination.ts';
import type { LoginLink } from '../pages/login-choice.ts';
import { languageOf, sendPage, type PageDeps } from './page-response.ts';

/** Where a person chooses how to log in. */
export interface LoginChoice {
  readonly logins: readonly LoginLink[];
  readonly ui_locales?: string | undefined;
}

/** To be sent only behind `pageHeaders`, as all pages. */
export function sendLoginChoicePage(
  deps: PageDeps,
  { logins, ui_locales }: LoginChoice,
  req: Request,
  res: Response,
): void {
  const language = languageOf(deps, req, ui_locales);
  sendPage(deps, { kind: 'login-choice', data: { logins } }, { language }, res);
}

/** Somebody logged in who may not. */
export interface AccountRefusal {
  /** Also in the log. */
  readonly reference: string;
  /** As they would recognise themselves. */
  readonly person?: string | undefined;
  /** Where to log in as somebody else. */
  readonly switchAccount?: string | undefined;
  /** The redirect URI of the client, with `access_denied` and what belongs to it. */
  readonly returnUrl: string;
  readonly ui_locales?: string | undefined;
}

export function sendAccountRefusalPage(
  deps: PageDeps,
  { reference, person, switchAccount, returnUrl, ui_locales }: AccountRefusal,
  req: Request,
  res: Response,
): void {
  const language = languageOf(deps, req, ui_locales);
  const data = {
    reference,
    ...(person !== undefined && { person }),
    ...(switchAccount !== undefined && { switchAccount }),
    returnTo: { href: returnUrl, destination: destinationOf(returnUrl) },
  };
  sendPage(deps, { kind: 'account-refusal', data }, { status: 403, language }, res);
}
