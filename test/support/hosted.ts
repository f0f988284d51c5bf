/**
 * A client whose answers go to a host of its own, so that its consent is remembered, and the person
 * who ticks what it gets.
 */
import type { Express } from 'express';
import type { Response } from 'supertest';
import type { GrantRecord, Store } from '../../lib/storage/store.ts';
import {
  consentForm,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
  type Browser,
  type Query,
} from './flow.ts';

export const HOSTED_URI = 'https://app.example.com/cb';

/** A client at {@link HOSTED_URI}. */
export function registerHosted(app: Express, metadata: object = {}): Promise<string> {
  return registeredClientId(app, { redirect_uris: [HOSTED_URI], ...metadata });
}

/** An authorization request of that client. */
export function askFrom(browser: Browser, id: string, query: Query = {}): Promise<Response> {
  return browser.authorize(id, createPkce(), { redirect_uri: HOSTED_URI, ...query });
}

/**
 * Opens a consent page and presses Allow.
 *
 * @param ticked - All that are on the page when it is absent.
 */
export async function allowAt(
  browser: Browser,
  url: string,
  ticked?: readonly string[],
): Promise<Response> {
  const page = await browser.get(url);
  if (page.status !== 200) throw new Error(`no consent page: ${String(page.status)}`);
  const { action, csrf } = consentForm(page.text);
  const choice = ticked ? { choice: '1', scope: ticked } : {};
  return browser.post(action, { decision: 'allow', csrf, ...choice });
}

/** From the authorization request to the code. */
export async function allowHosted(
  browser: Browser,
  id: string,
  query: Query = {},
  ticked?: readonly string[],
): Promise<Response> {
  const begun = await askFrom(browser, id, query);
  if (fateOf(begun) !== 'asked') throw new Error(`not asked: ${locationOf(begun)}`);
  return allowAt(browser, locationOf(begun), ticked);
}

/** What became of an authorization request: the page, the login, a code, or the error that was sent. */
export function fateOf(answer: Response): string {
  const location = locationOf(answer);
  if (location.startsWith('/oauth/consent?')) return 'asked';
  if (location.startsWith('/login?')) return 'login';
  if (location === '') return String(answer.status);
  const { code, error } = redirectParameters(answer);
  return code === undefined ? (error ?? location) : 'code';
}

/** The grant whose code was sent. */
export function grantOf(store: Store, answer: Response): Promise<GrantRecord | undefined> {
  const { code = '' } = redirectParameters(answer);
  return store.grants.find(code.split('.')[0] ?? '');
}
