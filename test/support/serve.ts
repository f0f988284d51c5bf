/**
 * An app that listens, on a port that is its own or that of the one before it.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Express } from 'express';

export interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param port - Of the loopback interface. */
export async function serve(app: Express, port: number): Promise<Served> {
  const server = createServer(app);
  // A connection that a client keeps would be found dead when another app takes the place.
  server.prependListener('request', (_req, res) => {
    res.shouldKeepAlive = false;
  });
  server.listen(port, 'localhost');
  await once(server, 'listening');
  return {
    url: `http://localhost:${String(port)}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
