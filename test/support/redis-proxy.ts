/**
 * A proxy before a Redis server, whose connections can go silent as behind a cable that was pulled.
 *
 * @module
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

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
  /**
   * The nth command from now on arrives, and its answer does not: the connection ends in its place.
   * Tells whether that has happened.
   */
  loseAnswer(nth: number): () => boolean;
  /**
   * The nth command from now on does not arrive; this error is the answer to it, such as
   * `OOM command not allowed`. Tells whether that has happened.
   */
  refuse(nth: number, error: string): () => boolean;
  /**
   * The nth command from now on does not arrive, and none after it, on whatever connection; those
   * before it do, also when they were sent together with it. Resolves when it was there.
   */
  hold(nth: number): Promise<void>;
  /** From now on each answer comes later by so much. */
  delay(ms: number): void;
  /**
   * Whatever is sent is thrown away, in both directions and on new connections too, until what is
   * returned is called: that ends those connections, for there are gaps in what passed through them.
   */
  isolate(): () => void;
  close(): Promise<void>;
}

export async function startRedisProxy(port: number, path = ''): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  const silent = new WeakSet<Socket>();
  let trap: { what: 'command' | 'answer'; text: string; sprung: () => void } | undefined;
  let untilCut = Infinity;
  let untilLost = Infinity;
  let untilRefused = Infinity;
  let refusal = '';
  let untilHeld = Infinity;
  let held: () => void = () => undefined;
  let delayMs = 0;
  let ignoresNext = false;
  let isIsolated = false;
  // Half open: a connection that has gone silent does not even answer that the other side ends it.
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (ignoresNext) silent.add(near);
    ignoresNext = false;
    const far = connect(port, '127.0.0.1');
    let losesAnswer = false;
    let written = Promise.resolve();
    /** Answers stay in their order, also when the delay has become shorter between them. */
    const answer = (data: Buffer): void => {
      const at = performance.now() + delayMs;
      written = written.then(async () => {
        const waits = at - performance.now();
        if (waits > 0) await wait(waits);
        if (near.writable && !isIsolated) near.write(data);
      });
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (data: Buffer) => {
        if (isIsolated) return;
        if (from === near && trap && data.includes(trap.text)) {
          silent.add(far);
          if (trap.what === 'command') silent.add(near);
          trap.sprung();
          trap = undefined;
        }
        if (from === near && (untilCut -= 1) === 0) near.destroy();
        else if (from === near && (untilRefused -= 1) === 0) {
          near.write(`-${refusal}\r\n`.repeat(commandsOf(data).length));
        } else if (from === near && untilHeld < Infinity) {
          const commands = commandsOf(data);
          const passing = commands.slice(0, Math.max(0, untilHeld - 1));
          for (const command of passing) far.write(command);
          untilHeld -= commands.length;
          if (untilHeld > 0) return;
          // What has passed is done, also when its connection ends now.
          silent.add(near);
          held();
        } else if (silent.has(from)) return;
        else if (from === near) {
          losesAnswer ||= (untilLost -= 1) === 0;
          far.write(data);
        } else if (losesAnswer) near.destroy();
        else answer(data);
      });
      from.on('end', () => {
        if (!silent.has(from) && !isIsolated) from.end();
      });
      from.on('error', () => from.destroy());
      from.on('close', () => {
        sockets.delete(from);
        // Nor does the end of one side reach the other then.
        if (!silent.has(from) && !isIsolated) to.destroy();
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
    loseAnswer: (nth) => {
      untilLost = nth;
      return () => untilLost <= 0;
    },
    refuse: (nth, error) => {
      untilRefused = nth;
      refusal = error;
      return () => untilRefused <= 0;
    },
    hold: (nth) => {
      untilHeld = nth;
      return new Promise((resolve) => {
        held = resolve;
      });
    },
    delay: (ms) => {
      delayMs = ms;
    },
    isolate: () => {
      isIsolated = true;
      return () => {
        isIsolated = false;
        for (const socket of sockets) socket.destroy();
      };
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** Commands that were sent together arrive together: each begins with the number of its parts. */
function commandsOf(data: Buffer): Buffer[] {
  const text = data.toString('latin1');
  const starts = [...text.matchAll(/(?:^|(?<=\r\n))\*\d+\r\n/g)].map(({ index }) => index);
  if (starts[0] !== 0) return [data];
  return starts.map((start, i) => data.subarray(start, starts[i + 1]));
}
