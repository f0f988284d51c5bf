/**
 * A proxy before a Redis server, whose connections can go silent as behind a cable that was pulled.
 *
 * @module
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface RedisProxy {
  readonly url: string;
  /** Connections that are open now stay open, and nothing passes through them any more. */
  silence(): void;
  /** The next connection is accepted and never answered. */
  ignoreNext(): void;
  /**
   * The next command whose bytes have this text in them is the last of its connection: it is held
   * back, or it arrives and its answer does not. Resolves when the command was there.
   */
  swallow(what: 'command' | 'answer', text: string): Promise<void>;
  /** Ends a connection when it sends for the nth time from now on; tells whether that has happened. */
  cut(nth: number): () => boolean;
  close(): Promise<void>;
}

export async function startRedisProxy(port: number, path = ''): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  const silent = new WeakSet<Socket>();
  let trap: { what: 'command' | 'answer'; text: string; sprung: () => void } | undefined;
  let untilCut = Infinity;
  let ignoresNext = false;
  const server = createServer((near) => {
    if (ignoresNext) silent.add(near);
    ignoresNext = false;
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (data: Buffer) => {
        if (from === near && trap && data.includes(trap.text)) {
          silent.add(far);
          if (trap.what === 'command') silent.add(near);
          trap.sprung();
          trap = undefined;
        }
        if (from === near && (untilCut -= 1) === 0) near.destroy();
        else if (!silent.has(from)) to.write(data);
      });
      from.on('error', () => from.destroy());
      from.on('close', () => {
        sockets.delete(from);
        if (!silent.has(from)) to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${String((server.address() as AddressInfo).port)}${path}`,
    silence: () => {
      for (const socket of sockets) silent.add(socket);
    },
    ignoreNext: () => {
      ignoresNext = true;
    },
    swallow: (what, text) =>
      new Promise((resolve) => {
        trap = { what, text, sprung: resolve };
      }),
    cut: (nth) => {
      untilCut = nth;
      return () => untilCut <= 0;
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
