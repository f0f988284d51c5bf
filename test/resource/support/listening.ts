/**
 * An app that listens on loopback, as an API elsewhere reaches it; what answers can be exchanged.
 */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { freePort } from '../../support/free-port.ts';

export interface Listening {
  readonly url: string;
  /** The paths that were asked for, since the last time that this was read. */
  asked(): string[];
  answer(listener: RequestListener): void;
  close(): Promise<void>;
}

/** Until something is to answer, there is no answer. */
export async function listen(): Promise<Listening> {
  let listener: RequestListener = (req) => req.socket.destroy();
  let asked: string[] = [];
  const server = createServer((req, res) => {
    asked.push(req.url ?? '');
    listener(req, res);
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}`,
    asked() {
      const before = asked;
      asked = [];
      return before;
    },
    answer(next) {
      listener = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** One document for each path, and 404. */
export function documents(byPath: Readonly<Record<string, unknown>>): RequestListener {
  return (req, res) => {
    const document = byPath[req.url ?? ''];
    res.writeHead(document === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
    res.end(typeof document === 'string' ? document : JSON.stringify(document ?? {}));
  };
}

/** What says no more. */
export const gone: RequestListener = (req) => req.socket.destroy();
