import type { ClientMetadata } from '../../../lib/protocol/client.ts';
import type { Store } from '../../../lib/storage/store.ts';
import {
  Browser,
  consentForm,
  createPkce,
  locationOf,
  registeredClientId,
  type Pkce,
  type Query,
} from '../../support/flow.ts';
import { createTestApp, type TestAppOptions } from '../../support/app.ts';
import { createClock } from '../../support/clock.ts';
import { createWatchedApp, createWatchedStore, type WatchedApp } from './watched-app.ts';

/** A consent page that alice has open, and everything that belongs to it. */
export interface OpenConsent extends WatchedApp {
  readonly id: string;
  readonly pkce: Pkce;
  readonly browser: Browser;
  /** Where the page is. */
  readonly url: string;
  readonly csrf: string;
  readonly html: string;
}

export interface OpenConsentOptions extends TestAppOptions {
  readonly metadata?: object;
  readonly query?: Query;
}

export async function openConsent(given: OpenConsentOptions = {}): Promise<OpenConsent> {
  const { metadata = {}, query = {}, ...options } = given;
  const made = createWatchedApp(options);
  const id = await registeredClientId(made.app, metadata);
  const pkce = createPkce();
  const browser = new Browser(made.app, 'alice');
  const page = await openPage(browser, id, pkce, query);
  made.store.forget();
  return { ...made, id, pkce, browser, ...page };
}

/** Begins an authorization and opens its consent page. */
export async function openPage(
  browser: Browser,
  id: string,
  pkce: Pkce = createPkce(),
  query: Query = {},
): Promise<{ url: string; csrf: string; html: string }> {
  const url = locationOf(await browser.authorize(id, pkce, query));
  const page = await browser.get(url);
  if (page.status !== 200) throw new Error(`no consent page: ${String(page.status)}`);
  const { action, csrf } = consentForm(page.text);
  if (action !== url || csrf === '') throw new Error('the consent page has no form');
  return { url, csrf, html: page.text };
}

/** From one record of an app to the next. */
export type MetadataChange = (metadata: ClientMetadata) => ClientMetadata;

/** A page that alice has open, of an app whose record is another one by now. */
export interface ChangedConsent {
  readonly browser: Browser;
  readonly url: string;
  readonly csrf: string;
  /** Every write since the page was opened. */
  readonly writes: readonly string[];
}

/** An app on a store in which the metadata of every client can become other ones. */
export interface ChangingApp extends WatchedApp {
  /** From now on. */
  change(by: MetadataChange): void;
}

export function createChangingApp(given: TestAppOptions = {}): ChangingApp {
  const clock = createClock();
  const inner = createWatchedStore(clock);
  const changed: { by: MetadataChange } = { by: (unchanged) => unchanged };
  const store: Store = {
    ...inner,
    clients: {
      insert: (...values) => inner.clients.insert(...values),
      list: (query) => inner.clients.list(query),
      renew: (...values) => inner.clients.renew(...values),
      update: (...values) => inner.clients.update(...values),
      annotate: (...values) => inner.clients.annotate(...values),
      count: () => inner.clients.count(),
      remove: (id) => inner.clients.remove(id),
      async find(id) {
        const record = await inner.clients.find(id);
        return record && { ...record, metadata: changed.by(record.metadata) };
      },
    },
  };
  const made = createTestApp({ ...given, clock, options: { ...given.options, store } });
  return { ...made, store: inner, change: (by) => void (changed.by = by) };
}

/** Opens the page of an app, and changes the record of the app from then on. */
export async function pageThenChange(
  metadata: object,
  by: MetadataChange,
): Promise<ChangedConsent> {
  const { app, store, change } = createChangingApp();
  const browser = new Browser(app, 'alice');
  const { url, csrf } = await openPage(browser, await registeredClientId(app, metadata));
  store.forget();
  change(by);
  return { browser, url, csrf, writes: store.writes };
}
