/**
 * The example app, Chromium in front of it and the web behind it.
 *
 * @module
 */
import type { RequestHandler } from 'express';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { AuthorizationServerOptions } from '../../../lib/index.ts';
import { MemoryStore } from '../../../lib/storage/memory/memory-store.ts';
import type { Store } from '../../../lib/storage/store.ts';
import { NO_RATE_LIMITS } from '../../support/app.ts';
import { createClock, type Clock } from '../../support/clock.ts';
import { launchChromium, WITHOUT_SCRIPT } from './chromium.ts';
import { hostExample, type HostedExample } from './hosted-example.ts';
import { openWeb, type Web } from './web.ts';

/** Patience for a busy machine. */
const TIMEOUT_MS = 40_000;

export interface StageOptions {
  /** Middleware of the host that runs before everything of the example. */
  readonly before?: readonly RequestHandler[];
  /** What a proxy in front of the example adds to every answer. */
  readonly proxyHeaders?: Readonly<Record<string, string>>;
  /** Made from the address of the example, which an identity provider has to know. */
  readonly login?: (url: string) => Promise<AuthorizationServerOptions['login']>;
}

export interface Stage {
  readonly url: string;
  readonly example: HostedExample;
  readonly web: Web;
  /** The store's; it starts at the real time. */
  readonly clock: Clock;
  readonly store: Store;
  /** A browser of its own, with a page of nothing: no cookie is shared with another. */
  visit(options?: BrowserContextOptions): Promise<Page>;
  /** Closes every browser that was opened. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const clock = createClock(Date.now());
  const web = await openWeb();
  const store = new MemoryStore({ now: clock.now });
  const example = await hostExample({ ...options, options: { store, rateLimits: NO_RATE_LIMITS } });
  const chromium = await launchChromium(web.port);
  return {
    url: example.url,
    example,
    web,
    clock,
    store,
    async visit(contextOptions = {}) {
      const context = await chromium.newContext({
        ...WITHOUT_SCRIPT,
        locale: 'en-US',
        ...contextOptions,
      });
      context.setDefaultTimeout(TIMEOUT_MS);
      return context.newPage();
    },
    async leave() {
      await Promise.all(chromium.contexts().map((context) => context.close()));
    },
    async close() {
      await chromium.close();
      await example.stop();
      await web.close();
    },
  };
}
