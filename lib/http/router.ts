/**
 * The router: which endpoint is where, and where its errors go.
 *
 * @module
 */
import { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import { OAuthError } from '../protocol/errors.ts';
import { issuerPath } from '../protocol/issuer.ts';
import {
  openidConfigurationHandler,
  openidConfigurationPlaces,
  wellKnownHandler,
  wellKnownPlaces,
} from './documents.ts';
import { takeWhileServing } from './draining.ts';
import { endpointsOf, methodsOf, placesOf, type Endpoint, type RouterDeps } from './endpoints.ts';
import { apiErrorHandler } from './error-response.ts';
import { hostErrorHandler } from './host-errors.ts';
import { undecodableHandlers } from './manage.ts';
import { apiCors, methodNotAllowed, noCors, noStore, unnamed } from './middleware.ts';
import { checkMount, checkWellKnownMount } from './mount-check.ts';
import { observed } from './observe.ts';
import { pageErrorHandler, pageHeaders } from './page-response.ts';
import { browserPath } from './paths.ts';
import { refuseUndecodable } from './undecodable.ts';

export type { ElsewhereHttpDeps, RouterDeps } from './endpoints.ts';

/** What a host mounts of one server. */
export interface Routers {
  /** To be mounted where the issuer's path is. Requests that are not its own pass through. */
  readonly router: Router;
  /** The well-known documents alone, for the root of the origin when the issuer has a path. */
  readonly wellKnownRouter: Router;
  /** For errors that the host's own middleware raised on the way to an endpoint. */
  readonly errorHandler: ErrorRequestHandler;
}

export function createRouters(deps: RouterDeps): Routers {
  const endpoints = endpointsOf(deps);
  const [router, wellKnownRouter] = [newRouter(), newRouter()];
  const hasPath = issuerPath(deps.issuer) !== '';
  const places = {
    endpoints: endpoints.flatMap(placesOf),
    below: () => (hasPath ? openidConfigurationPlaces(deps) : []),
    atRoot: () => wellKnownPlaces(deps),
  };
  const check = checkMount(deps, { router, wellKnownRouter }, places);
  router.use(check.step);
  wellKnownRouter.use(checkWellKnownMount(deps));
  wellKnownRouter.use(wellKnownHandler(deps), apiErrorHandler(deps));
  const documents = hasPath ? openidConfigurationHandler(deps) : wellKnownHandler(deps);
  router.use(documents, apiErrorHandler(deps));
  router.use(deps.paths.register, ...undecodableHandlers, apiErrorHandler(deps));
  if (deps.elsewhere) refuseUndecodableCallbacks(router, deps);
  for (const endpoint of endpoints) mount(router, endpoint, deps);
  const own = endpoints.map((endpoint) => ({
    path: endpoint.path,
    before: [...beginningOf(endpoint), ...headersOf(endpoint)],
    answer: errorHandlerOf(endpoint, deps),
  }));
  return { router, wellKnownRouter, errorHandler: hostErrorHandler(own, check.bases) };
}

/** A login that nobody has: nothing can be finished there. */
function refuseUndecodableCallbacks(router: Router, deps: RouterDeps): void {
  const endpoint = { path: deps.paths.callback, kind: 'page' } as const;
  const refusal = (): OAuthError =>
    new OAuthError('invalid_request', 'the address of the callback cannot be read');
  const guard = [pageHeaders, noCors, refuseUndecodable(refusal)];
  router.use(endpoint.path, ...guard, errorHandlerOf(endpoint, deps));
}

function newRouter(): Router {
  return Router({ caseSensitive: true, strict: true });
}

function errorHandlerOf({ kind, path }: Endpoint, deps: RouterDeps): ErrorRequestHandler {
  const own = { ...deps, route: path };
  return kind === 'api'
    ? apiErrorHandler(own)
    : pageErrorHandler({ ...own, here: browserPath(deps.issuer, path) });
}

function mount(router: Router, endpoint: Endpoint, deps: RouterDeps): void {
  const { path, get, post, put, delete: remove, isDocument = false } = endpoint;
  const headers = headersOf(endpoint);
  if (deps.observeEndpoint) router.all(path, observed(deps.observeEndpoint(path)));
  router.all(path, ...beginningOf(endpoint));
  if (!isDocument) router.all(path, ...headers, takeWhileServing(deps));
  if (get) router.get(path, ...get);
  if (post) router.post(path, ...post);
  if (put) router.put(path, ...put);
  if (remove) router.delete(path, ...remove);
  router.all(path, ...headers, methodNotAllowed(methodsOf(endpoint)));
  // Only what this path's own steps threw: an error of the host is the host's.
  router.use(path, errorHandlerOf(endpoint, deps));
}

/** The CORS step answers preflights and leaves every other request to the steps that follow. */
function beginningOf(endpoint: Endpoint): RequestHandler[] {
  return endpoint.kind === 'api' ? [unnamed, apiCors(methodsOf(endpoint))] : [unnamed];
}

function headersOf({ kind }: Endpoint): RequestHandler[] {
  return kind === 'api' ? [noStore] : [pageHeaders, noCors];
}
