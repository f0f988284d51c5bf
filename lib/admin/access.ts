/**
 * Who may see the operator's pages, and from where its forms may come.
 *
 * @module
 */
import type { Request, RequestHandler } from 'express';
import { ArgumentError } from '../diagnostics/argument-error.ts';
import { step } from '../http/step.ts';
import { describeError, type Logger } from '../operations/logger.ts';
import { isOperatorName } from '../services/operator-name.ts';
import { sendAdminPage, type AdminFrame } from './page.ts';

/** An operator with a name, which stands in the audit events of what they do here. */
export interface NamedOperator {
  /** As your login calls them: at most 200 characters. */
  readonly operator: string;
}

/**
 * The host's word on who is an operator: asked for each request.
 *
 * @returns `true` for one who is, or who it is. Anything else is no.
 */
export type AuthorizeAdmin = (
  req: Request,
) => boolean | NamedOperator | Promise<boolean | NamedOperator>;

/** Not on the requests: what else a host has in front of the pages can name nobody. */
const names = new WeakMap<Request, string>();

/** Whose request it is, as far as the host has said so; for the services. */
export function operatorOf(req: Request): { readonly operator?: string } {
  const operator = names.get(req);
  return operator === undefined ? {} : { operator };
}

export interface AccessDeps {
  readonly authorize: AuthorizeAdmin;
  readonly frameOf: (req: Request) => AdminFrame;
  readonly logger: Logger;
}

/** Nothing is looked at, and nothing said, before the host has said yes. */
export function requireOperator({ authorize, frameOf, logger }: AccessDeps): RequestHandler {
  return step(async function requireOperator(req, res, next) {
    let isOperator: boolean;
    try {
      isOperator = admits(await authorize(req), req);
    } catch (cause) {
      logger.error('adminRouter: authorize failed', {
        code: 'ERR_DCR_ADMIN_AUTHORIZE_FAILED',
        cause: describeError(cause),
      });
      if (res.headersSent) return;
      const inside = '<p>Whether you may see this cannot be told at the moment.</p>';
      sendAdminPage(res, frameOf(req), { title: 'Not available', status: 503, inside });
      return;
    }
    // It may have answered itself, as with a redirect to the login.
    if (res.headersSent) return;
    if (isOperator) next();
    else {
      const inside = '<p>These pages are for the operators of this server.</p>';
      sendAdminPage(res, frameOf(req), { title: 'Not for you', status: 403, inside });
    }
  });
}

/** @throws {TypeError} For a name that no audit event can hold: who it is counts, so nobody gets in. */
function admits(said: unknown, req: Request): boolean {
  if (typeof said !== 'object' || said === null || !('operator' in said)) return said === true;
  const { operator } = said;
  if (!isOperatorName(operator)) {
    throw new ArgumentError(
      'authorize must return an operator that is a text of 1 to 200 characters',
      'ERR_DCR_HOST_RESULT',
    );
  }
  names.set(req, operator);
  return true;
}

/**
 * Lets through what changes something only when it comes from a page of the same origin. Browsers say
 * it by `Sec-Fetch-Site`, and those that do not by `Origin`; what says neither is not a browser's form.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function requireSameOriginForm({ frameOf }: Pick<AccessDeps, 'frameOf'>): RequestHandler {
  return function requireSameOriginForm(req, res, next) {
    if (req.method === 'GET' || req.method === 'HEAD' || isFromHere(req)) next();
    else {
      const inside = '<p>The form came from another site. Nothing was done.</p>';
      sendAdminPage(res, frameOf(req), { title: 'Refused', status: 403, inside });
    }
  };
}

/** What the browser says itself counts: a proxy may have put another `Host` in the place of ours. */
function isFromHere({ headers }: Request): boolean {
  const site = headers['sec-fetch-site'];
  const { origin, host = '' } = headers;
  if (site !== undefined) return site === 'same-origin';
  return origin === `https://${host}` || origin === `http://${host}`;
}
