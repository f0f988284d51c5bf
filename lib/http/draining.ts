/**
 * Requests that need the store, while this instance goes out of service.
 *
 * @module
 */
import type { Request, RequestHandler, Response } from 'express';
import type { Drain } from '../operations/drain.ts';
import { OAuthError } from '../protocol/errors.ts';

type Socket = Request['socket'];

export interface DrainingDeps {
  readonly drain: Drain;
}

/**
 * Counts the request until it is answered, or turns it away: at this address another instance will
 * take it in a moment, on another connection.
 */
export function takeWhileServing({ drain }: DrainingDeps): RequestHandler {
  const onceOver = createEnds();
  return function countRequest(req, res, next) {
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
    onceOver(req.socket, res, leave);
    next();
  };
}

/**
 * Tells when a request is over. A response says so only while it has the connection: one that waits
 * behind another (HTTP pipelining) says nothing when the connection is lost, nor does one whose client
 * was gone before it came here. So connections are listened to as well, each by one listener.
 */
function createEnds(): (socket: Socket, res: Response, over: () => void) => void {
  const waiting = new WeakMap<Socket, Set<() => void>>();
  const onSocket = (socket: Socket): Set<() => void> => {
    const known = waiting.get(socket);
    if (known) return known;
    const ends = new Set<() => void>();
    waiting.set(socket, ends);
    socket.once('close', () => {
      for (const end of ends) end();
    });
    return ends;
  };
  return (socket, res, over) => {
    if (socket.destroyed) {
      over();
      return;
    }
    const ends = onSocket(socket);
    const end = (): void => {
      ends.delete(end);
      over();
    };
    ends.add(end);
    res.once('close', end);
  };
}
