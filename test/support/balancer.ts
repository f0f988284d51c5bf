/**
 * A tiny load balancer: it sends each request to the next instance that is ready, and tries none twice.
 * A browser stays with its instance for as long as that is ready, for a host may keep its sessions there.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PROBE_EVERY_MS = 100;
/** One that is slow is not gone. */
const ANSWERS_WITHIN_MS = 20_000;

export interface Balancer {
  readonly url: string;
  /** Adds an instance; resolves when it has been found ready. */
  add(url: string): Promise<void>;
  /** Resolves when it has been found not ready. */
  gone(url: string): Promise<void>;
  close(): Promise<void>;
}

interface Instance {
  readonly url: string;
  isReady: boolean;
}

export async function startBalancer(): Promise<Balancer> {
  const instances: Instance[] = [];
  const waiting = new Set<() => void>();
  let next = 0;

  const server = createServer((req, res) => {
    const ready = instances.filter(({ isReady }) => isReady);
    const known = /(?:^|; )instance=(\d+)/.exec(req.headers.cookie ?? '')?.[1];
    const usual = instances[Number(known)];
    const chosen = usual?.isReady ? usual : ready[next++ % Math.max(ready.length, 1)];
    if (chosen) pass(chosen.url, req, res, `instance=${String(instances.indexOf(chosen))}; Path=/`);
    else res.writeHead(502).end('nobody is ready');
  }).listen(0, 'localhost');
  await once(server, 'listening');

  let isProbing = false;
  const probing = setInterval(() => {
    if (isProbing) return;
    isProbing = true;
    void Promise.all(
      instances.map(async (instance) => {
        instance.isReady = await isReady(instance.url);
      }),
    ).then(() => {
      isProbing = false;
      for (const look of waiting) look();
    });
  }, PROBE_EVERY_MS);

  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
    });
  const isReadyNow = (url: string): boolean =>
    instances.some((instance) => instance.url === url && instance.isReady);

  return {
    url: `http://localhost:${String((server.address() as AddressInfo).port)}`,
    async add(url) {
      instances.push({ url, isReady: false });
      await until(() => isReadyNow(url));
    },
    gone: (url) => until(() => !isReadyNow(url)),
    async close() {
      clearInterval(probing);
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** Connections are kept, as balancers do: one that an instance closes must not take a request along. */
function pass(url: string, req: IncomingMessage, res: ServerResponse, cookie: string): void {
  const { method, headers } = req;
  const onward = request(`${url}${req.url ?? '/'}`, { method, headers }, (answer) => {
    const cookies = [...(answer.headers['set-cookie'] ?? []), cookie];
    const passed = { ...answer.headers, 'set-cookie': cookies, connection: 'close' };
    res.writeHead(answer.statusCode ?? 502, passed);
    answer.pipe(res);
  });
  onward.on('error', ({ message }) => {
    if (!res.headersSent) res.writeHead(502);
    res.end(message);
  });
  req.pipe(onward);
}
