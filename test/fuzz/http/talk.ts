/**
 * A server in a process of its own, and what is asked of it after each case.
 *
 * @module
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isRunning } from '../../support/running.ts';
import { kindOf, wrongWith } from './oracle.ts';
import type { Report, Tally } from './report.ts';
import { speak, type Case, type Spoken } from './wire.ts';

/** What a server may take for what it keeps on purpose: clients that registered, requests that wait. */
const MAX_HEAP_MEGABYTES = 400;
const HEALTHY: Case = {
  chunks: [
    'GET /.well-known/oauth-authorization-server HTTP/1.1\r\nHost: localhost:3000\r\nConnection: close\r\n\r\n',
  ],
  pauseMs: 0,
  end: 'open',
};

export interface Tried {
  readonly wrong: readonly string[];
  readonly kind: string;
}

export interface Talk {
  /** Says one thing, and sees what comes of it. */
  say(one: Case): Promise<Tried>;
  /** What is wrong with the server as a whole, once everybody has gone. */
  wrong(): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startTalk(): Promise<Talk> {
  const file = fileURLToPath(new URL('server.ts', import.meta.url));
  const child = fork(file, {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const { pid = 0 } = child;

  async function say(one: Case): Promise<Tried> {
    const before = (await asked(child, 'writes')) as Tally;
    const spoken = await speak(port, one);
    const after = (await asked(child, 'writes')) as Tally;
    const wrote = after.writes > before.writes;
    return {
      wrong: [
        ...wrongWith(spoken),
        ...(wrote && isRefusedWhole(one, spoken) ? ['a refusal was kept'] : []),
        ...(after.told > 0
          ? (await report(child)).told.map(({ name, text }) => `${name}: ${text}`)
          : []),
        ...(await healthy(port)),
      ],
      kind: kindOf(spoken, wrote),
    };
  }

  return {
    say,
    async wrong() {
      const { told, sockets, heapMegabytes } = await settled(child);
      return [
        ...(isRunning(pid) ? [] : ['the server is gone']),
        ...told.map(({ name, text }) => `${name}: ${text}`),
        ...(sockets > 0 ? [`${sockets} connections are still open`] : []),
        ...(heapMegabytes > MAX_HEAP_MEGABYTES
          ? [`${Math.round(heapMegabytes)} MB are taken`]
          : []),
      ];
    },
    async stop() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

/**
 * Whether one request was sent and refused. Node answers 400 itself to bytes that are no request, without a
 * type, and then the answer to what was before them is lost.
 */
function isRefusedWhole({ chunks, end }: Case, { answers, rest }: Spoken): boolean {
  const isOne = chunks.join('').split(' HTTP/').length === 2 && end !== 'cut' && rest === '';
  const isOurs = answers.every(({ headers }) => headers.has('content-type'));
  return isOne && isOurs && answers.length === 1 && answers.every(({ status }) => status >= 400);
}

async function healthy(port: number): Promise<string[]> {
  const { answers, ms } = await speak(port, HEALTHY, 1);
  const isHealthy = answers.length === 1 && answers[0]?.status === 200 && ms < 2_000;
  return isHealthy ? [] : [`a healthy request after it got ${answers[0]?.status ?? 'nothing'}`];
}

/** Who left is noticed a moment later. */
async function settled(child: ChildProcess): Promise<Report> {
  const endsAt = performance.now() + 20_000;
  for (;;) {
    const now = await report(child);
    if (now.sockets === 0 || performance.now() > endsAt) return now;
  }
}

const report = (child: ChildProcess): Promise<Report> => asked(child, 'report') as Promise<Report>;

async function asked(child: ChildProcess, question: 'writes' | 'report'): Promise<unknown> {
  const over = new AbortController();
  const { signal } = over;
  const answer = once(child, 'message', { signal });
  const gone = once(child, 'exit', { signal }).then(() => undefined);
  child.send(question);
  try {
    const told = await Promise.race([answer, gone]);
    if (!told) throw new Error('the server is gone');
    return told[0] as unknown;
  } finally {
    over.abort();
    await Promise.allSettled([answer, gone]);
  }
}
