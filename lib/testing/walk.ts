/**
 * The way of a person through the pages: login, consent, and back to the client.
 *
 * @module
 */
import { AssertionError } from 'node:assert';
import { ERROR_STATUS } from '../protocol/errors.ts';
import { resolved, type TestBrowser, type TestPage } from './browser.ts';
import { formsOf, unescaped, wordsOf, type PageForm } from './forms.ts';
import { RefusedError } from './refused-error.ts';
import { insist } from './strictly.ts';

/** What the person does on the way. */
export interface Walk {
  readonly decision: 'allow' | 'deny';
  /** The scopes that stay ticked on the consent page; all of them when it is absent. */
  readonly ticked?: readonly string[] | undefined;
  /** Logs in at the host's own page, by what is there to be filled in. */
  readonly logIn?: ((page: TestPage) => Promise<TestPage>) | undefined;
  readonly redirect_uri: string;
  /** The origin of the issuer, where all pages are. */
  readonly origin: string;
}

/** Where the answer to the client is, and the status that it came with. */
export interface WalkEnd {
  readonly url: string;
  readonly status: number;
  readonly isNoStore: boolean;
}

const MAX_STEPS = 12;

/**
 * Goes on until the browser is sent to the client.
 *
 * @throws {RefusedError} When the way ends on a page that names an OAuth error.
 * @throws {AssertionError} When it ends anywhere else.
 */
export async function walk(browser: TestBrowser, start: string, way: Walk): Promise<WalkEnd> {
  let page = await browser.get(start);
  let hasLoggedIn = false;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const consent = consentFormOf(page);
    const end = consent ? undefined : endOf(page, way);
    if (end) return end;
    const target = targetOf(page);
    if (target !== undefined) {
      insist(new URL(target).origin === way.origin, elsewhere(target));
      page = await browser.get(target);
    } else if (consent) {
      page = await page.submit(decided(consent, way));
    } else if (page.status === 200 && way.logIn && !hasLoggedIn) {
      hasLoggedIn = true;
      page = await way.logIn(page);
    } else {
      throw stayedOn(page);
    }
  }
  throw new AssertionError({ message: `the browser was sent around: last to ${page.url}` });
}

/** The answer to the client: a redirect, or a page that leaves it to the person whether to go back. */
function endOf(page: TestPage, { redirect_uri }: Walk): WalkEnd | undefined {
  const isToClient = (url: string): boolean =>
    url === redirect_uri || url.startsWith(redirect_uri + (redirect_uri.includes('?') ? '&' : '?'));
  const links = [...page.text.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => unescaped(href));
  const url = [page.headers.location ?? '', ...links].find(isToClient);
  if (url === undefined) return undefined;
  const { 'cache-control': cacheControl = '' } = page.headers;
  return { url, status: page.status, isNoStore: cacheControl.includes('no-store') };
}

/** Where a redirect leads, and not that of a form that is sent again as it is. */
function targetOf({ status, headers, url }: TestPage): string | undefined {
  const { location } = headers;
  if (status < 300 || status >= 400 || location === undefined) return undefined;
  insist(status !== 307 && status !== 308, `a ${status} would send the form of the person on`);
  return resolved(location, url);
}

/** Known by what it needs, for its words and its look may be the host's. */
function consentFormOf({ text }: TestPage): PageForm | undefined {
  return formsOf(text).find(
    ({ fields, buttons }) =>
      fields['csrf'] !== undefined && buttons.some(({ name }) => name === 'decision'),
  );
}

function decided(
  { fields, buttons }: PageForm,
  { decision, ticked }: Walk,
): Readonly<Record<string, string | readonly string[]>> {
  const isThere = buttons.some(({ value }) => value === decision);
  insist(
    isThere,
    `the person is not given the choice to ${decision}: nothing here is theirs to give`,
  );
  if (ticked === undefined) return { decision };
  const offered = fields['scope'] ?? [];
  const missing = ticked.filter((scope) => !offered.includes(scope));
  insist(missing.length === 0, `not on the consent page: ${missing.join(' ')}`);
  return { decision, scope: ticked };
}

function elsewhere(target: string): string {
  const { origin, pathname } = new URL(target);
  return `the person was sent to ${origin}${pathname}, which is not this app: for a login elsewhere, give the server testLogin() in these tests`;
}

function stayedOn(page: TestPage): AssertionError {
  const { status, text, url } = page;
  const codes = [...text.matchAll(/<code>([a-z_]+)<\/code>/g)].map(([, code = '']) => code);
  const error = codes.find((code) => Object.hasOwn(ERROR_STATUS, code));
  const where = `${new URL(url).pathname} (${status}): "${wordsOf(text)}"`;
  if (error !== undefined) {
    const error_description = wordsOf(text);
    return new RefusedError('the authorization', { status, error, error_description });
  }
  const remedy = status === 200 ? '. If it is your login page, pass logIn' : '';
  return new AssertionError({ message: `the person stayed on ${where}${remedy}` });
}
