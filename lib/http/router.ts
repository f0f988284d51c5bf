/**
 * The router: which endpoint is where, and where its errors go.
 *
 * @module
 */
import { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import { issuerPath } from '../protocol/issuer.ts';
import { chain } from './chain.ts';
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
import { checkMount, checkWellKnownMount, type MountCheck } from './mount-check.ts';
import { observed } from './observe.ts';
import { pageErrorHandler, pageHeaders } from './page-response.ts';
import { browserPath } from './paths.ts';

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
  router.use(serve({ check, documents, endpoints }, deps), apiErrorHandler(deps));
  return { router, wellKnownRouter, errorHandler: hostErrors(endpoints, deps, check.bases) };
}

function newRouter(): Router {
  return Router({ caseSensitive: true, strict: true });
}

interface Served {
  readonly check: Pick<MountCheck, 'look'>;
  readonly documents: RequestHandler;
  readonly endpoints: readonly Endpoint[];
}

/** Found by path and method: a request passes by nothing that is meant for others. */
function serve({ check, documents, endpoints }: Served, deps: RouterDeps): RequestHandler {
  const find = endpointLookup(
    endpoints.map((endpoint) => [endpoint.path, chainsOf(endpoint, deps)] as const),
  );
  return function serveEndpoint(req, res, next) {
    const { path } = req;
    check.look(path, req, res);
    const endpoint = find(path);
    if (!endpoint) {
      void documents(req, res, next);
      return;
    }
    // As Express says it: what a host counts or logs is by the route.
    (req as { route: unknown }).route = endpoint.route;
    void (endpoint.byMethod.get(req.method) ?? endpoint.other)(req, res, next);
  };
}

interface Chains {
  readonly route: { readonly path: string };
  readonly byMethod: ReadonlyMap<string, RequestHandler>;
  /** For a preflight, and for what is not allowed. */
  readonly other: RequestHandler;
}

function chainsOf(endpoint: Endpoint, deps: RouterDeps): Chains {
  const { path, get, post, put, delete: remove, isDocument = false } = endpoint;
  const headers = headersOf(endpoint);
  const first = [
    ...(deps.observeEndpoint ? [observed(deps.observeEndpoint(path))] : []),
    ...beginningOf(endpoint),
    ...(isDocument ? [] : [...headers, takeWhileServing(deps)]),
  ];
  const refuse = refusalOf(endpoint, deps);
  const handlers = { GET: get, HEAD: get, POST: post, PUT: put, DELETE: remove };
  const chains = Object.entries(handlers).flatMap(([method, own]) =>
    own ? [[method, chain([...first, ...own], refuse)] as const] : [],
  );
  const refuseMethod = methodNotAllowed(methodsOf(endpoint));
  return {
    route: { path },
    byMethod: new Map(chains),
    other: chain([...first, ...headers, refuseMethod], refuse),
  };
}

function refusalOf(endpoint: Endpoint, deps: RouterDeps): ErrorRequestHandler {
  const { challenge } = endpoint;
  const answer = errorHandlerOf(endpoint, deps);
  if (!challenge) return answer;
  return function challengeAndAnswer(thrown, req, res, next) {
    challenge(thrown, req, res);
    return answer(thrown, req, res, next);
  };
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
