/**
 * The mixed load: stories side by side on several instances, wrong requests and documents between
 * them.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from './random.ts';
import type { Recorder, Request, Target } from './recorder.ts';
import { Story } from './story.ts';

export interface Load {
  /** Lets each story come to the end of its request. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly recorder: Recorder;
  readonly targets: readonly Target[];
  readonly random: Random;
  /** @default 8 */
  readonly stories?: number;
}

type Span = readonly [least: number, most: number];

/** Between two requests of a story: with eight of them, about a hundred in a second. */
const PAUSE_MS: Span = [30, 110];
/** After a 503; clients are asked to wait for longer, but so the fault is met more often. */
const RETRY_MS: Span = [100, 300];
/** How often a story asks at the end whose last request was answered with 503. */
const LAST_TRIES = 20;

export function startLoad({ recorder, targets, random, stories = 8 }: LoadOptions): Load {
  const abort = new AbortController();
  const { signal } = abort;
  const running = Array.from({ length: stories }, async () => {
    let story = new Story(recorder);
    let isOpen = false;
    // What was answered with 503 may be done or not: a client that keeps to the rules asks again.
    for (let extra = 0; !signal.aborted || (isOpen && extra < LAST_TRIES);) {
      if (signal.aborted) extra += 1;
      const { status } = await story.attempt(random.pick(targets));
      isOpen = status === 503 || status === 0;
      await beside(story);
      if (!isOpen && story.next === 'refresh' && random.chance(0.2)) {
        if (random.chance(0.5)) story.authorizeAgain();
        else story = new Story(recorder);
      }
      await wait(random.between(...(isOpen ? RETRY_MS : PAUSE_MS)));
    }
  });

  /** What else arrives. */
  async function beside(story: Story): Promise<void> {
    if (random.chance(0.15)) {
      const wrong = story.wrong();
      if (wrong) await recorder.send(random.pick(targets), wrong);
    }
    if (random.chance(0.2)) {
      await recorder.send(random.pick(targets), random.pick([METADATA, JWKS, LIVE]));
    }
    if (random.chance(0.2) && story.accessToken !== '') {
      await recorder.send(random.pick(targets), apiRequest(story.accessToken));
    }
  }

  return {
    stop: async () => {
      abort.abort();
      await Promise.all(running);
    },
  };
}

const METADATA: Request = {
  endpoint: 'metadata',
  ask: { path: '/.well-known/oauth-authorization-server' },
};
const JWKS: Request = { endpoint: 'jwks', ask: { path: '/oauth/jwks' } };

const LIVE: Request = { endpoint: 'live', ask: { path: '/live' } };

/** A request to the host's own API. */
export function apiRequest(accessToken: string): Request {
  return {
    endpoint: 'api',
    ask: { path: '/mcp', headers: { authorization: `Bearer ${accessToken}` } },
  };
}
