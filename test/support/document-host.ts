/**
 * A web server out on the internet, as far as the server under test can tell: every name leads to it,
 * and what comes to it is written down.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Outside } from '../../lib/outbound/port.ts';
import { createAuthority, type Certificate } from './certificates.ts';
import { PATIENCE_MS } from './stores.ts';

type Answer = (req: IncomingMessage, res: ServerResponse) => void;

export interface DocumentHost {
  readonly port: number;
  /** The outside with this host in it, and nothing else. */
  readonly outside: Outside;
  /** Requests that came, as `host path`. */
  readonly requests: string[];
  /** Names that were resolved. */
  readonly resolved: string[];
  /** How many connections were opened. */
  connections(): number;
  /** How many of them are open. */
  open(): number;
  /** Settles when none is open any more. */
  idle(): Promise<void>;
  /** What is answered at a path; 404 where nothing is said. */
  answer(path: string, how: Answer): void;
  /** Answers with JSON. */
  json(path: string, body: unknown, headers?: Readonly<Record<string, string>>): void;
  /** An address here. */
  url(path: string, host?: string): string;
  close(): Promise<void>;
}

export interface DocumentHostOptions {
  /** Names that the certificate is for. */
  readonly hosts?: readonly string[];
  /** In place of one that is as it should be. */
  readonly certificate?: Certificate;
}

/** The name that is used where it does not matter. */
export const APP_HOST = 'app.example';

/** Made once: keys take their time. */
const authority = createAuthority();
const HOSTS = [APP_HOST, '*.app.example', 'other.example', 'agent.test'];

export { authority };

export async function startDocumentHost({
  hosts = HOSTS,
  certificate = authority.issue('documents', 'valid', hosts),
}: DocumentHostOptions = {}): Promise<DocumentHost> {
  const answers = new Map<string, Answer>();
  const requests: string[] = [];
  const resolved: string[] = [];
  const sockets = new Set<Socket>();
  let opened = 0;
  const server = createServer(certificate, (req, res) => {
    const path = (req.url ?? '').replace(/\?.*/s, '');
    requests.push(`${req.headers.host ?? ''} ${req.url ?? ''}`);
    const how = answers.get(path);
    if (how) how(req, res);
    else res.writeHead(404, { 'content-type': 'application/json' }).end('{}');
  });
  server.on('connection', (socket: Socket) => {
    opened += 1;
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      server.emit('gone');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = (path: string, how: Answer): void => {
    answers.set(path, how);
  };
  return {
    port,
    requests,
    resolved,
    outside: {
      resolve: async (hostname) => {
        resolved.push(hostname);
        return ['127.0.0.1'];
      },
      isPublic: () => true,
      deadlineMs: PATIENCE_MS,
      ca: authority.ca,
    },
    connections: () => opened,
    open: () => sockets.size,
    idle: async () => {
      while (sockets.size > 0) await once(server, 'gone');
    },
    answer,
    json(path, body, headers = {}) {
      answer(path, (_req, res) => {
        res.writeHead(200, { 'content-type': 'application/json', ...headers });
        res.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    },
    url: (path, host = APP_HOST) => `https://${host}:${String(port)}${path}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
