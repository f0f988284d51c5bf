/**
 * Telling of each request to an endpoint, for metrics and traces.
 *
 * @module
 */
import type { RequestHandler } from 'express';
import type { EndpointObserver } from '../operations/observer.ts';

/** The first step of an endpoint: everything after it belongs to the request that is observed. */
export function observed(endpoint: EndpointObserver): RequestHandler {
  return function observeRequest(req, res, next) {
    const request = endpoint.begin(req.method);
    if (!request) {
      next();
      return;
    }
    // Not `finish`: a client that has gone hears no end of the answer.
    res.once('close', () => {
      request.end(res.headersSent ? res.statusCode : undefined);
    });
    request.run(next);
  };
}
