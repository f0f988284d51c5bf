/**
 * Whether a router at the root of its app should be at the path of the issuer: told from the requests
 * that come. It is right there behind a proxy that takes the path away.
 *
 * One request says nothing for sure. Anybody may ask an app directly without the path, and anybody may
 * ask a proxy with the path twice. So it is the more of the two that counts, until a token is given: to
 * get one, a person has been at pages of this server, to which we send them with the path.
 *
 * @module
 */
import type { Request, Response } from 'express';

export interface PathEvidenceDeps {
  /** Of the issuer; not empty. */
  readonly path: string;
  /** The endpoints, below the router. */
  readonly endpoints: ReadonlySet<string>;
  readonly tokenEndpoint: string;
}

/** @returns What looks at each request, and says whether the router is not where it should be. */
export function weighPaths({
  path,
  endpoints,
  tokenEndpoint,
}: PathEvidenceDeps): (req: Request, res: Response) => boolean {
  let without = 0;
  let within = 0;
  let isProxied = false;

  return ({ path: asked }, res) => {
    if (isProxied) return false;
    if (endpoints.has(asked)) {
      without += 1;
      if (asked === tokenEndpoint) {
        res.once('finish', () => {
          isProxied ||= res.statusCode === 200;
        });
      }
      return false;
    }
    if (!asked.startsWith(`${path}/`) || !endpoints.has(asked.slice(path.length))) return false;
    within += 1;
    return within > without;
  };
}
