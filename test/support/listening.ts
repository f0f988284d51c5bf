/**
 * An app that listens and keeps its connections open, for many requests.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

export interface Listening {
  /** What the helpers that send requests take in the place of an app. */
  readonly url: string;
  stop(): void;
}

export async function listen(app: Express): Promise<Listening> {
  const server = createServer(app);
  // Sockets that are kept open would end in the very moment in which they are used again.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
