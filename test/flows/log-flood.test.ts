import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { createWatchedApp, type WatchedApp } from '../http/support/watched-app.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import {
  Browser,
  createPkce,
  refreshRequest,
  register,
  registeredClientId,
  type At,
} from '../support/flow.ts';
import { listen, type Listening } from '../support/listening.ts';
import { STORE_KINDS } from '../support/stores.ts';

/** More than a network may begin in a minute. */
const OF_EACH = 400;
const AT_ONCE = 20;

/** What strangers send without end, each refused while all is well. */
const REFUSED: readonly ((at: At) => Promise<Response>)[] = [
  (at) => register(at, { redirect_uris: ['http://evil.example/cb'] }),
  (at) => new Browser(at).authorize('nobody', createPkce()),
  (at) => refreshRequest(at, 'nobody', 'nothing'),
];

/** @returns How often there was each status. */
async function flood(at: At, kinds = REFUSED): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  let sent = 0;
  const send = async (): Promise<void> => {
    while (sent < OF_EACH * kinds.length) {
      const { status } = await kinds[sent++ % kinds.length]!(at);
      counts[status] = (counts[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  return counts;
}

/** What is written at the level that is the default. */
const linesOf = ({ log }: Pick<TestApp, 'log'>) =>
  log.entries.filter(({ level }) => level !== 'debug');

describe.each(STORE_KINDS)('a flood of requests that are refused, in $kind', (kind) => {
  let deployment: TestDeployment;
  let made: TestApp;
  let listening: Listening;
  beforeEach(async () => {
    deployment = createDeployment(kind, { rateLimits: {} });
    made = deployment.start();
    listening = await listen(made.app);
  });
  afterEach(async () => {
    listening.stop();
    await deployment.close();
  });

  it('writes nothing, within the limits and beyond', async () => {
    await registeredClientId(listening.url);
    const before = linesOf(made).length;
    const counts = await flood(listening.url);
    expect(Object.keys(counts)).toEqual(['400', '401', '429']);
    expect(linesOf(made).slice(before)).toEqual([]);
  });
});

describe('a flood of requests while the store is away', () => {
  let made: WatchedApp;
  let listening: Listening;
  beforeEach(async () => {
    made = createWatchedApp();
    listening = await listen(made.app);
  });
  afterEach(() => listening.stop());

  it('writes one line each second, and says how many were left out', async () => {
    const { store } = made;
    store.fail();
    const before = linesOf(made).length;
    const began = performance.now();
    // Those that have to be looked up: what is wrong in itself is refused as ever.
    const counts = await flood(listening.url, [(at) => register(at), ...REFUSED.slice(1)]);
    const seconds = (performance.now() - began) / 1000;
    expect(counts).toEqual({ 503: 3 * OF_EACH });
    const lines = linesOf(made).slice(before);
    expect(lines.length).toBeLessThanOrEqual(2 + Math.ceil(seconds));

    // Each is written, or counted in the next line: also when no other request comes.
    await eventually(() => {
      const told = linesOf(made).slice(before);
      const sum = told.reduce((all, { fields }) => all + 1 + Number(fields['left_out'] ?? 0), 0);
      expect(sum).toBe(3 * OF_EACH);
    });
    const { fields } = linesOf(made).at(-1)!;
    expect(fields).toMatchObject({ code: 'ERR_DCR_REQUEST_FAILED', status: 503 });
    // For who wants to see them all.
    const failed = made.log.at('debug').filter(({ message }) => message === 'request failed');
    expect(failed.length).toBeGreaterThan(2 * OF_EACH);
  });
});
