/**
 * Requests that need the store, while this instance goes out of service.
 *
 * @module
 */
import type { RequestHandler } from 'express';
import type { Drain } from '../operations/drain.ts';
import { OAuthError } from '../protocol/errors.ts';

export interface DrainingDeps {
  readonly drain: Drain;
}

/**
 * Counts the request until it is answered, or turns it away: at this address another instance will
 * take it in a moment, on another connection.
 */
export function takeWhileServing({ drain }: DrainingDeps): RequestHandler {
  return function countRequest(_req, res, next) {
    if (drain.isClosing) {
      res.set('Connection', 'close');
      throw new OAuthError('temporarily_unavailable', 'the server is shutting down', {
        isPlanned: true,
      });
    }
    const leave = drain.enter(() => {
      // Answered with `Connection: close`, unless the answer has begun.
      res.shouldKeepAlive = false;
    });
    res.once('close', leave);
    next();
  };
}
