/**
 * The memory of one instance over a life of everything: `npm run growth:life -- 120`, so many seconds.
 *
 * Clients register, people log in, tokens are refreshed, and all begins anew, against real Redis. Ends
 * with an error when the instance holds on to anything, or a request is not answered as it should be.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { createHttpClient } from '../faults/support/http-client.ts';
import type { Recorder } from '../faults/support/recorder.ts';
import { Story } from '../faults/support/story.ts';
import { createTestApp } from '../support/app.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { listen } from '../support/listening.ts';
import { PERSISTENT, startRedisServer } from '../support/redis-server.ts';
import { heldBytes, MIB } from './memory.ts';

const AT_ONCE = 8;
/** Of one story: from a registration through a login to some refreshes. */
const ATTEMPTS = 12;
/** What the process may hold at any tenth beyond what it holds after the first: buffers, compiled code. */
const SLACK_BYTES = 8 * MIB;

const seconds = Number(process.argv[2] ?? 120);
const server = await startRedisServer(PERSISTENT);
const store = new RedisStore({ url: server.url, commandTimeoutMs: 2_000 });
const quiet = (): null => null;
const { app } = createTestApp({
  random: randomBytes,
  clock: { now: Date.now, advance: quiet },
  options: {
    store,
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    signingKeys: SIGNING_KEY,
  },
});
const { url, stop } = await listen(app);
const http = createHttpClient();
/** Keeps nothing: the memory of this process is looked at. */
const recorder: Recorder = {
  record: { entries: [], faults: [] },
  waiting: 0,
  note: quiet,
  send: (target, { ask }) => http.send(target.origin, ask),
};

const wrong = new Map<number, number>();
let sent = 0;
async function live(until: number): Promise<void> {
  while (performance.now() < until) {
    const story = new Story(recorder);
    for (let nth = 0; nth < ATTEMPTS; nth += 1) {
      const { status } = await story.attempt({ name: 'A', origin: url });
      sent += 1;
      if (status < 200 || status >= 400) wrong.set(status, (wrong.get(status) ?? 0) + 1);
    }
  }
}

const held: number[] = [];
for (let tenth = 1; tenth <= 10; tenth += 1) {
  const until = performance.now() + seconds * 100;
  await Promise.all(Array.from({ length: AT_ONCE }, () => live(until)));
  held.push(heldBytes());
  console.log(
    JSON.stringify({ requests: sent, heldMiB: Number(((held.at(-1) ?? 0) / MIB).toFixed(1)) }),
  );
}
const grown = Math.max(...held) - (held[0] ?? 0);
const problems = [
  ...(grown > SLACK_BYTES ? [`the instance holds ${String(grown)} bytes more`] : []),
  ...(wrong.size > 0 ? [`not answered as it should be: ${JSON.stringify([...wrong])}`] : []),
];

stop();
http.close();
await store.close();
await server.stop();
console.log(problems.length > 0 ? problems.join('\n') : `flat: ${String(sent)} requests`);
process.exitCode = problems.length > 0 ? 1 : 0;
