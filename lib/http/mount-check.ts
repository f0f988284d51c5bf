/**
 * Whether the router is where the issuer says that it is: looked at with the first request that comes
 * to it, and said in the log.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3.1
 * @module
 */
import type { Request, RequestHandler, Response } from 'express';
import type { Diagnose, Diagnosis } from '../operations/diagnosis.ts';
import { issuerPath } from '../protocol/issuer.ts';
import { isMounted, lookAround, type Place } from './host-routes.ts';
import { originCheck } from './origin-check.ts';
import { weighPaths } from './path-evidence.ts';
import type { EndpointPaths } from './paths.ts';

const ELSEWHERE: Diagnosis = {
  code: 'ERR_DCR_MOUNT_PATH',
  level: 'error',
  message:
    "the router is not where the issuer says: clients get 404 at its endpoints (mount it at the issuer's path, app.use(new URL(issuer).pathname, router); at the root of the app only if a proxy takes the path away)",
};

const WELL_KNOWN_ELSEWHERE: Diagnosis = {
  code: 'ERR_DCR_WELL_KNOWN_PATH',
  level: 'error',
  message:
    'wellKnownRouter is not at the root of the app: clients do not find the server (say app.use(wellKnownRouter))',
};

const NO_WELL_KNOWN: Diagnosis = {
  code: 'ERR_DCR_WELL_KNOWN_MISSING',
  level: 'warn',
  message:
    'the issuer has a path, and wellKnownRouter is not mounted in this app: clients find the server only if something else answers its documents at the root of the origin (say app.use(wellKnownRouter))',
};

const TWICE: Diagnosis = {
  code: 'ERR_DCR_MOUNTED_TWICE',
  level: 'warn',
  message: "the router is mounted more than once: mount it at the issuer's path alone",
};

const COLLISION: Diagnosis = {
  code: 'ERR_DCR_ROUTE_COLLISION',
  level: 'warn',
  message:
    'routes of the app have the addresses of endpoints or documents: of those that come before the router, the server is not reached; those that come after are not (rename the endpoints with the option paths, or take the routes out)',
};

export interface MountCheckDeps {
  readonly issuer: string;
  readonly paths: Pick<EndpointPaths, 'authorize' | 'token'>;
  readonly diagnose: Diagnose;
}

/** Where this server answers. */
export interface AnsweredPlaces {
  /** The endpoints, below the router. */
  readonly endpoints: readonly Place[];
  /** The documents below the router. */
  readonly below: () => readonly Place[];
  /** The documents at the root of the origin, as far as they are known. */
  readonly atRoot: () => readonly Place[];
}

export interface MountCheck {
  /** Looks at a request before anything else does. @param path - Of the request, below the router. */
  readonly look: (path: string, req: Request, res: Response) => void;
  /** Where the router is mounted, as the app sees it; until a request has shown it, where it may be. */
  readonly bases: () => readonly string[];
}

export function checkMount(
  { issuer, paths, diagnose }: MountCheckDeps,
  routers: { readonly router: unknown; readonly wellKnownRouter: unknown },
  places: AnsweredPlaces,
): MountCheck {
  const { router, wellKnownRouter } = routers;
  const path = issuerPath(issuer);
  const mistakeOf = originCheck(issuer);
  const endpoints = new Set(places.endpoints.map((place) => place.path));
  const isMisplaced = weighPaths({ path, endpoints, tokenEndpoint: paths.token });
  let bases: readonly string[] | undefined;

  function lookAtApp({ app, baseUrl }: Request): void {
    // A path is matched without regard to case, and a request may have it in any.
    const isRight = ['', path.toLowerCase()].includes(baseUrl.toLowerCase());
    if (!isRight) diagnose(ELSEWHERE, { issuer_path: path || '/', mounted_at: baseUrl });
    const below = [...places.endpoints, ...places.below()];
    const around = lookAround(
      app,
      [router],
      below.map((place) => ({ ...place, path: `${baseUrl}${place.path}` })),
    );
    if (!around) return;
    if (around.mounts > 1) diagnose(TWICE);
    if (path !== '' && isMounted(app, wellKnownRouter) === false) diagnose(NO_WELL_KNOWN);
    // Without a path of the issuer, the router at the root has these documents too.
    const answering = path === '' && baseUrl === '' ? [router, wellKnownRouter] : [wellKnownRouter];
    const beside = lookAround(app, answering, places.atRoot());
    const before = [...around.before, ...(beside?.before ?? [])].map(textOf);
    const after = [...around.after, ...(beside?.after ?? [])].map(textOf);
    if (before.length + after.length > 0) diagnose(COLLISION, { before, after });
  }

  return {
    bases: () => bases ?? [path],
    look(asked, req, res) {
      if (bases === undefined) {
        bases = [req.baseUrl];
        lookAtApp(req);
      }
      if (path !== '' && req.baseUrl === '' && isMisplaced(req, res)) {
        diagnose(ELSEWHERE, { issuer_path: path, mounted_at: '/' });
      }
      if (asked === paths.authorize) {
        const mistake = mistakeOf(req);
        if (mistake) diagnose(mistake, { issuer });
      }
    },
  };
}

/** The first step of the router of the well-known documents: these stand at the root or nowhere. */
export function checkWellKnownMount({
  diagnose,
}: Pick<MountCheckDeps, 'diagnose'>): RequestHandler {
  return function checkAtRoot({ baseUrl }, _res, next) {
    if (baseUrl !== '') diagnose(WELL_KNOWN_ELSEWHERE, { mounted_at: baseUrl });
    next();
  };
}

function textOf({ method, path }: Place): string {
  return `${method.toUpperCase()} ${path}`;
}
