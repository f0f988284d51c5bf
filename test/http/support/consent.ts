import {
  Browser,
  consentForm,
  createPkce,
  locationOf,
  registeredClientId,
  type Pkce,
  type Query,
} from '../../support/flow.ts';
import type { TestAppOptions } from '../../support/app.ts';
import { createWatchedApp, type WatchedApp } from './watched-app.ts';

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
