/**
 * The operator's pages in a host app, and somebody who may see them.
 */
import express, { type Express } from 'express';
import supertest, { type Test } from 'supertest';
import type { AdminRouterOptions } from '../../lib/admin/router.ts';
import type { Store } from '../../lib/storage/store.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/app.ts';
import { createClock } from '../support/clock.ts';

export const ADMIN = '/internal/oauth';
/** Where the operator's browser has the pages from. */
export const HOST = 'admin.example.com';

export interface AdminApp extends TestApp {
  readonly store: Store;
  /** The host app with the pages in it. */
  readonly host: Express;
  /** A page, for an operator. */
  get(path: string): Test;
  /** A form of one of these pages, sent by a browser. */
  post(path: string, form: object): Test;
}

/** Operators are those with the header `operator: yes`. */
export function createAdminApp(
  { options = {}, ...more }: TestAppOptions = {},
  admin: Partial<AdminRouterOptions> = {},
): AdminApp {
  const clock = more.clock ?? createClock();
  const store = options.store ?? new MemoryStore({ now: clock.now });
  const made = createTestApp({ ...more, clock, options: { ...options, store } });
  const authorize: AdminRouterOptions['authorize'] = (req) => req.headers['operator'] === 'yes';
  const host = express().use(ADMIN, made.server.adminRouter({ authorize, ...admin }));
  const asked = (test: Test): Test => test.set({ operator: 'yes', host: HOST });
  return {
    ...made,
    store,
    host,
    get: (path) => asked(supertest(host).get(`${ADMIN}${path}`)),
    post: (path, form) =>
      asked(supertest(host).post(`${ADMIN}${path}`))
        .set({ origin: `https://${HOST}`, 'sec-fetch-site': 'same-origin' })
        .type('form')
        .send(form),
  };
}

/** The text of a page, as a person reads it. */
export function textOf(html: string): string {
  return html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
