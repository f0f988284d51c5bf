/**
 * The router: which endpoint is where, and where its errors go.
 *
 * @module
 */
import { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import { issuerPath } from '../protocol/issuer.ts';
import { allowAnyOrigin, noCors } from './cors.ts';
import {
  openidConfigurationHandler,
  openidConfigurationPlaces,
  wellKnownHandler,
  wellKnownPlaces,
} from './documents.ts';
import { takeWhileServing } from './draining.ts';
import { endpointLookup } from './endpoint-lookup.ts';
import { endpointsOf, methodsOf, placesOf, type Endpoint, type RouterDeps } from './endpoints.ts';
import { apiErrorHandler } from './error-response.ts';
import { hostErrorHandler } from './host-errors.ts';
import { methodNotAllowed, noStore, unnamed } from './middleware.ts';
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
  wellKnownRouter.use(checkWellKnownMount(deps));
  wellKnownRouter.use(wellKnownHandler(deps), apiErrorHandler(deps));
  const documents = hasPath ? openidConfigurationHandler(deps) : wellKnownHandler(deps);
  router.use(check.step, documents, apiErrorHandler(deps), serveEndpoint(endpoints, deps));
  return { router, wellKnownRouter, errorHandler: hostErrors(endpoints, deps, check.bases) };
}

function newRouter(): Router {
  return Router({ caseSensitive: true, strict: true });
}

/** Each endpoint is a router of its own, found by the path: a request passes by no other. */
function serveEndpoint(endpoints: readonly Endpoint[], deps: RouterDeps): RequestHandler {
  const find = endpointLookup(
    endpoints.map((endpoint) => [endpoint.path, routerOf(endpoint, deps)] as const),
  );
  return function serve(req, res, next) {
    const endpoint = find(req.path);
    if (endpoint) endpoint(req, res, next);
    else next();
  };
}

function routerOf(endpoint: Endpoint, deps: RouterDeps): Router {
  const { path, get, post, put, delete: remove, challenge, undecodable } = endpoint;
  const { isDocument = false } = endpoint;
  const headers = headersOf(endpoint);
  const router = newRouter();
  const first = [
    ...(deps.observeEndpoint ? [observed(deps.observeEndpoint(path))] : []),
    ...beginningOf(endpoint),
    ...(isDocument ? [] : [...headers, takeWhileServing(deps)]),
  ];
  // Express would answer a path that cannot be decoded before it comes to the route, and not in our way.
  if (undecodable) router.use(...first, refuseUndecodable(undecodable));
  const route = router.route(path);
  if (!undecodable) route.all(...first);
  if (get) route.get(...get);
  if (post) route.post(...post);
  if (put) route.put(...put);
  if (remove) route.delete(...remove);
  route.all(...headers, methodNotAllowed(methodsOf(endpoint)));
  if (challenge) router.use(challenge);
  router.use(errorHandlerOf(endpoint, deps));
  return router;
}

function errorHandlerOf({ kind, path }: Endpoint, deps: RouterDeps): ErrorRequestHandler {
  const own = { ...deps, route: path };
  return kind === 'api'
    ? apiErrorHandler(own)
    : pageErrorHandler({ ...own, here: browserPath(deps.issuer, path) });
}

/** The CORS step answers preflights and leaves every other request to the steps that follow. */
function beginningOf(endpoint: Endpoint): RequestHandler[] {
  return endpoint.kind === 'api' ? [unnamed, allowAnyOrigin(methodsOf(endpoint))] : [unnamed];
}

function headersOf({ kind }: Endpoint): RequestHandler[] {
  return kind === 'api' ? [noStore] : [pageHeaders, noCors];
}

function hostErrors(
  endpoints: readonly Endpoint[],
  deps: RouterDeps,
  bases: () => readonly string[],
): ErrorRequestHandler {
  const find = endpointLookup(
    endpoints.map((endpoint) => {
      const before = [...beginningOf(endpoint), ...headersOf(endpoint)];
      return [endpoint.path, { before, answer: errorHandlerOf(endpoint, deps) }] as const;
    }),
  );
  return hostErrorHandler(find, bases);
}
