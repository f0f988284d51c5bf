/**
 * The router: which endpoint is where, and where its errors go.
 *
 * @module
 */
import { Router, type ErrorRequestHandler } from 'express';
import { issuerPath } from '../protocol/issuer.ts';
import { callbackHandlers, type CallbackDeps } from './callback.ts';
import { authorizeHandlers, authorizePostHandlers, type AuthorizeDeps } from './authorize.ts';
import type { BearerDeps } from './bearer.ts';
import { consentDecisionHandlers, consentPageHandlers, type ConsentDeps } from './consent.ts';
import { jwksHandlers, wellKnownHandler, type DocumentsDeps } from './documents.ts';
import { takeWhileServing, type DrainingDeps } from './draining.ts';
import { apiErrorHandler } from './error-response.ts';
import { apiCors, methodNotAllowed, noCors, noStore, unnamed } from './middleware.ts';
import { pageErrorHandler, pageHeaders } from './page-response.ts';
import { browserPath, callbackPath, type EndpointPaths } from './paths.ts';
import { registerHandlers, type RegisterDeps } from './register.ts';
import { loginHandlers, type LoginDeps } from './login.ts';
import type { Handlers } from './step.ts';
import { tokenHandlers, type TokenDeps } from './token.ts';

/** What is needed where identity providers are the login. */
export type ElsewhereHttpDeps = Pick<
  CallbackDeps & LoginDeps,
  | 'upstreams'
  | 'authorizations'
  | 'envelopes'
  | 'callbackUrl'
  | 'newStatePart'
  | 'newUpstreamSecret'
> &
  NonNullable<AuthorizeDeps['elsewhere']>;

export type RouterDeps = RegisterDeps &
  AuthorizeDeps &
  ConsentDeps &
  TokenDeps &
  BearerDeps &
  DocumentsDeps &
  DrainingDeps & {
    readonly clients: RegisterDeps['clients'] & ConsentDeps['clients'] & TokenDeps['clients'];
    readonly authorizations: AuthorizeDeps['authorizations'] &
      ConsentDeps['authorizations'] &
      CallbackDeps['authorizations'] &
      LoginDeps['authorizations'];
    readonly consents: ConsentDeps['consents'] & TokenDeps['consents'];
    readonly paths: EndpointPaths;
    readonly elsewhere?: ElsewhereHttpDeps;
    readonly jwks: () => Promise<object>;
  };

/** One endpoint: its handlers by method, and what kind of answers it gives. */
interface Endpoint {
  readonly path: string;
  readonly get?: Handlers;
  readonly post?: Handlers;
  readonly kind: 'api' | 'page';
  /** Answered from memory, whatever becomes of the store. */
  readonly isDocument?: true;
}

/** To be mounted where the issuer's path is. Requests that are not its own pass through. */
export function createRouter(deps: RouterDeps): Router {
  const { paths } = deps;
  const router = newRouter();
  if (issuerPath(deps.issuer) === '') router.use(wellKnownHandler(deps), apiErrorHandler(deps));
  const endpoints: Endpoint[] = [
    { path: paths.register, post: registerHandlers(deps), kind: 'api' },
    {
      path: paths.authorize,
      get: authorizeHandlers(deps),
      post: authorizePostHandlers(deps),
      kind: 'page',
    },
    {
      path: paths.consent,
      get: consentPageHandlers(deps),
      post: consentDecisionHandlers(deps),
      kind: 'page',
    },
    ...(deps.elsewhere ? elsewhereEndpoints({ ...deps.elsewhere, ...deps }) : []),
    { path: paths.token, post: tokenHandlers(deps), kind: 'api' },
    { path: paths.jwks, get: jwksHandlers(deps.jwks), kind: 'api', isDocument: true },
  ];
  for (const endpoint of endpoints) mount(router, endpoint, deps);
  return router;
}

function elsewhereEndpoints(deps: RouterDeps & ElsewhereHttpDeps): Endpoint[] {
  const { paths } = deps;
  return [
    { path: paths.login, get: loginHandlers(deps), kind: 'page' },
    { path: paths.callback, get: callbackHandlers(deps), kind: 'page' },
    { path: callbackPath(paths, ':provider'), get: callbackHandlers(deps), kind: 'page' },
  ];
}

/** The well-known documents alone, for the root of the origin when the issuer has a path. */
export function createWellKnownRouter(deps: RouterDeps): Router {
  return newRouter().use(wellKnownHandler(deps), apiErrorHandler(deps));
}

function newRouter(): Router {
  return Router({ caseSensitive: true, strict: true });
}

function errorHandlerOf({ kind, path }: Endpoint, deps: RouterDeps): ErrorRequestHandler {
  return kind === 'api'
    ? apiErrorHandler(deps)
    : pageErrorHandler({ ...deps, here: browserPath(deps.issuer, path) });
}

function mount(router: Router, endpoint: Endpoint, deps: RouterDeps): void {
  const { path, get, post, kind, isDocument = false } = endpoint;
  const headers = kind === 'api' ? [noStore] : [pageHeaders, noCors];
  // The pages refuse HEAD by themselves, for theirs is a GET with consequences.
  const reading = kind === 'api' ? ['GET', 'HEAD'] : ['GET'];
  const methods = [...(get ? reading : []), ...(post ? ['POST'] : [])];
  router.all(path, unnamed);
  // The CORS step answers preflights and leaves every other request to the steps that follow.
  if (kind === 'api') router.all(path, apiCors(methods));
  if (!isDocument) router.all(path, ...headers, takeWhileServing(deps));
  if (get) router.get(path, ...get);
  if (post) router.post(path, ...post);
  router.all(path, ...headers, methodNotAllowed(methods));
  // Only what this path's own steps threw: an error of the host is the host's.
  router.use(path, errorHandlerOf(endpoint, deps));
}
