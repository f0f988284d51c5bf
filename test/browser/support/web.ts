/**
 * The web beyond this server: every host below `.example`, where clients wait for their codes.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority } from '../../support/certificates.ts';

export interface Web {
  readonly port: number;
  /** Where browsers arrived, in that order. */
  readonly arrivals: readonly URL[];
  close(): Promise<void>;
}

export async function openWeb(): Promise<Web> {
  const arrivals: URL[] = [];
  const server = createServer(createAuthority().issue('client.example'), (req, res) => {
    const url = new URL(req.url ?? '/', `https://${req.headers.host ?? ''}`);
    if (url.pathname !== '/favicon.ico') arrivals.push(url);
    res.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Client</title>Connected');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    arrivals,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
