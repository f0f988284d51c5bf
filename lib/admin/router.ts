/**
 * The operator's pages: a router that the host mounts where it likes.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import { Router, type ErrorRequestHandler, type Request } from 'express';
import type { Health } from '../operations/health.ts';
import { describeError, type Logger } from '../operations/logger.ts';
import { GLOBAL_RULE, HOOK_RULE } from '../policy/baseline.ts';
import type { StatsStore } from '../storage/store.ts';
import { toOAuthError } from '../http/errors.ts';
import { queryOf } from '../http/body.ts';
import { step } from '../http/step.ts';
import { requireOperator, requireSameOriginForm, type AuthorizeAdmin } from './access.ts';
import { mountClients, type ClientHandlersDeps } from './client-handlers.ts';
import { overviewPage } from './overview.ts';
import { sendAdminPage, type AdminFrame, type AdminPage } from './page.ts';
import { mountPolicy, type PolicyHandlersDeps } from './policy-handlers.ts';
import { registrationNotice } from './registration-notice.ts';
import { spanOf } from './timeline.ts';

/** What the pages of the operator need from the host. */
export interface AdminRouterOptions {
  /**
   * Says who is an operator: `true`, or `{ operator: 'alice' }` to have the name in the audit events of
   * what they do. There is no default: without it nothing is mounted.
   */
  readonly authorize: AuthorizeAdmin;
}

export interface AdminDeps
  extends
    Omit<ClientHandlersDeps, 'frameOf' | 'rules'>,
    Omit<PolicyHandlersDeps, 'frameOf' | 'clients'> {
  readonly clients: ClientHandlersDeps['clients'] & PolicyHandlersDeps['clients'];
  readonly issuer: string;
  readonly stats: Pick<StatsStore, 'read'>;
  readonly health: () => Promise<Health>;
  readonly storeNow: () => number;
  readonly logger: Logger;
}

/** @throws {TypeError} Without `authorize`. */
export function createAdminRouter(deps: AdminDeps, options: AdminRouterOptions): Router {
  const { authorize } = Object(options) as Partial<AdminRouterOptions>;
  if (typeof authorize !== 'function') {
    throw new ArgumentError(
      'adminRouter: authorize must be a function that says who is an operator: the pages show every client, and can block and delete them',
    );
  }
  const frameOf = ({ baseUrl }: Request): AdminFrame => ({ base: baseUrl, issuer: deps.issuer });
  const access = { authorize, frameOf, logger: deps.logger };
  const router = Router({ caseSensitive: true });
  router.use(requireOperator(access), requireSameOriginForm(access));
  router.get(
    '/',
    step(async function showOverview(req, res) {
      const span = spanOf(queryOf(req).get('hours'));
      const [counted, health] = await Promise.all([deps.stats.read(span.hours), deps.health()]);
      const notice = registrationNotice(deps.clients.registration(), deps.variables);
      const here = `${req.baseUrl}/`;
      const data = { here, notice, span, counted, health, now: deps.storeNow() };
      sendAdminPage(res, frameOf(req), overviewPage(data));
    }),
  );
  const { rules, hook } = deps.scopePolicy;
  const names = [GLOBAL_RULE, ...rules.map(({ name }) => name), ...(hook ? [HOOK_RULE] : [])];
  mountClients(router, { ...deps, frameOf, rules: names });
  mountPolicy(router, { ...deps, frameOf });
  router.use(function notFound(req, res) {
    const inside = '<p>There is no such page.</p>';
    sendAdminPage(res, frameOf(req), { title: 'Not found', status: 404, inside });
  });
  router.use(errorHandler(deps, frameOf));
  return router;
}

function errorHandler(
  { logger }: AdminDeps,
  frameOf: (req: Request) => AdminFrame,
): ErrorRequestHandler {
  return function answerWithPage(thrown: unknown, req, res, next) {
    if (res.headersSent) {
      next(thrown);
      return;
    }
    const failure = failureOf(thrown);
    if (failure.status >= 500) {
      logger.error('admin page failed', {
        code: 'ERR_DCR_ADMIN_PAGE_FAILED',
        path: req.path,
        cause: describeError(thrown),
      });
    }
    sendAdminPage(res, frameOf(req), failure);
  };
}

/** Every sentence is one of ours. */
function failureOf(thrown: unknown): AdminPage & { readonly status: number } {
  const { code } = Object(thrown) as { code?: unknown };
  if (code === 'ERR_DCR_STORE_UNAVAILABLE') {
    const inside = '<p>The store does not answer at the moment. Load the page again.</p>';
    return { title: 'Not available', status: 503, inside };
  }
  const { status } = toOAuthError(thrown);
  return status < 500
    ? { title: 'Not understood', status, inside: '<p>The request is not one of these pages.</p>' }
    : {
        title: 'Something went wrong',
        status: 500,
        inside: '<p>The page could not be made. The log says why.</p>',
      };
}
