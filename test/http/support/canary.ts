/**
 * A place on this machine that notes who comes: for what must not be fetched.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Canary {
  readonly origin: string;
  /** Every connection, and the path of every request: a connection without one is a visit too. */
  readonly visits: readonly string[];
  /** Forgets who came before. */
  forget(): void;
  close(): void;
}

export async function startCanary(): Promise<Canary> {
  const visits: string[] = [];
  const server = createServer(({ url = '' }, res) => {
    visits.push(url);
    res.end();
  });
  server.on('connection', () => visits.push('connection'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    visits,
    forget() {
      visits.length = 0;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
