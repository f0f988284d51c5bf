/**
 * What else the app of the host answers: read from the list of its steps, which Express keeps in the
 * same form in all its versions, and does not promise to. So nothing depends on it but what the log says.
 *
 * @module
 */
import type { Application } from 'express';

/** One of our endpoints, as the app sees it. */
export interface Place {
  /** In lower case. */
  readonly method: string;
  readonly path: string;
}

/** What stands around a router in an app, or around several. */
export interface Surroundings {
  /** How often the routers are mounted, all together. */
  readonly mounts: number;
  /** Places that a route of the host has before the router comes, and after. */
  readonly before: readonly Place[];
  readonly after: readonly Place[];
}

interface Layer {
  readonly handle?: { readonly stack?: unknown };
  readonly route?: { readonly path?: unknown; readonly methods?: Record<string, boolean> };
  /** What was matched is in what it returns, or is then in `path`. */
  readonly match: (path: string) => boolean | { readonly path?: string };
  readonly path?: string;
}

/**
 * @param routers - What answers at the places: one router, or several of which the first does.
 * @returns `undefined` when the app does not show its steps, or no router is among them.
 */
export function lookAround(
  app: Application,
  routers: readonly unknown[],
  places: readonly Place[],
): Surroundings | undefined {
  try {
    const stack = stackOf(app);
    const mounts = routers.reduce<number>((sum, router) => sum + countOf(stack, router), 0);
    if (mounts === 0) return undefined;
    const around = places.map((place) => ({ place, routes: routesOf(stack, routers, place) }));
    const having = (side: Side): Place[] =>
      around.flatMap(({ place, routes }) => (routes.includes(side) ? [place] : []));
    return { mounts, before: having('before'), after: having('after') };
  } catch {
    return undefined;
  }
}

/** Whether a router is mounted somewhere in the app; `undefined` when that cannot be told. */
export function isMounted(app: Application, router: unknown): boolean | undefined {
  try {
    return countOf(stackOf(app), router) > 0;
  } catch {
    return undefined;
  }
}

/**
 * Express 4 throws at `router`, and Express 5 has no `_router`. An app within another one sees only a
 * part of what there is, and by paths of its own: from there nothing is said.
 */
function stackOf(app: Application): readonly Layer[] {
  const { _router, parent } = app as unknown as {
    readonly _router?: { readonly stack: Layer[] };
    readonly parent?: unknown;
  };
  if (parent !== undefined) return [];
  return (_router ?? (app.router as unknown as { readonly stack: Layer[] })).stack;
}

function innerOf({ handle }: Layer): readonly Layer[] {
  return Array.isArray(handle?.stack) ? (handle.stack as Layer[]) : [];
}

function countOf(stack: readonly Layer[], router: unknown): number {
  return stack.reduce(
    (count, layer) => count + (layer.handle === router ? 1 : countOf(innerOf(layer), router)),
    0,
  );
}

type Side = 'before' | 'after';

function routesOf(
  stack: readonly Layer[],
  routers: readonly unknown[],
  { method, path }: Place,
): Side[] {
  const sides: Side[] = [];
  let side: Side = 'before';
  const walk = (layers: readonly Layer[], rest: string): void => {
    for (const layer of layers) {
      if (routers.includes(layer.handle)) side = 'after';
      else if (layer.route) {
        const { methods = {} } = layer.route;
        const isFor = methods[method] === true || methods['_all'] === true;
        if (isFor && isParticular(layer.route.path) && layer.match(rest)) sides.push(side);
      } else if (innerOf(layer).length > 0) {
        const matched = matchedBy(layer, rest);
        if (matched !== undefined) walk(innerOf(layer), rest.slice(matched.length) || '/');
      }
    }
  };
  walk(stack, path);
  return sides;
}

function matchedBy(layer: Layer, path: string): string | undefined {
  const match = layer.match(path);
  const { path: matched = '' } = typeof match === 'object' ? match : layer;
  return match ? matched : undefined;
}

/** A route for everything, such as that of a single-page app, is not about our addresses. */
function isParticular(path: unknown): boolean {
  return [path].flat().every((one) => typeof one === 'string' && !one.includes('*'));
}
