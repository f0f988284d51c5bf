/**
 * A browser for scripts: cookies, redirects and plain HTML forms over `fetch`. No script, no DOM.
 *
 * It belongs to one origin, the app's. A redirect that leaves it is where a person's browser would
 * hand over to the client, so it is not followed but returned.
 *
 * @module
 */

/** A form of a page, before anyone types. */
export interface Form {
  readonly action: URL;
  readonly method: string;
  readonly inputs: readonly Attributes[];
  readonly buttons: readonly Attributes[];
}

/** A page of the app. */
export interface Page {
  readonly kind: 'page';
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  readonly forms: readonly Form[];
}

/** The app sent the browser elsewhere. */
export interface Departure {
  readonly kind: 'departure';
  readonly url: URL;
}

export type Visit = Page | Departure;

type Attributes = Readonly<Record<string, string>>;

const MAX_REDIRECTS = 20;

export class Browser {
  readonly origin: string;
  readonly cookies = new CookieJar();

  /** @param app - Any URL of the app. */
  constructor(app: string | URL) {
    this.origin = new URL(app).origin;
  }

  /** Goes to an address, as typed or clicked. */
  open(address: string | URL): Promise<Visit> {
    return this.#follow(new URL(address, this.origin), { method: 'GET' });
  }

  /**
   * Fills a form in and sends it.
   *
   * @param typed - Values by input name; what is not named keeps its value.
   * @param pressed - Value of the button that is pressed, when the form has several.
   */
  submit(page: Page, form: Form, typed: Attributes = {}, pressed?: string): Promise<Visit> {
    const values = new URLSearchParams();
    for (const { name, value, type, checked } of form.inputs)
      if (name === undefined || type === 'submit') continue;
      else if (type !== 'checkbox') values.set(name, typed[name] ?? value ?? '');
      else if (checked !== undefined) values.append(name, value ?? 'on');
    const button = form.buttons.find(({ value }) => value === pressed);
    if (pressed !== undefined && !button) throw new Error(`no button with the value ${pressed}`);
    if (button?.['name'] !== undefined) values.set(button['name'], button['value'] ?? '');

    if (form.method !== 'post') return this.open(new URL(`?${values.toString()}`, form.action));
    // Fetch standard, "append a request Origin header": a page without referrer has no origin.
    const hidesOrigin = page.headers.get('referrer-policy')?.trim() === 'no-referrer';
    const headers = {
      origin: hidesOrigin ? 'null' : page.url.origin,
      'sec-fetch-site': form.action.origin === page.url.origin ? 'same-origin' : 'cross-site',
    };
    return this.#follow(form.action, { method: 'POST', body: values, headers });
  }

  async #follow(start: URL, request: RequestInit): Promise<Visit> {
    let url = start;
    let init = request;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
      if (url.origin !== this.origin) return { kind: 'departure', url };
      const headers = new Headers(init.headers);
      const cookie = this.cookies.headerFor(url);
      if (cookie !== '') headers.set('cookie', cookie);
      const response = await fetch(url, { ...init, headers, redirect: 'manual' });
      this.cookies.store(url, response.headers.getSetCookie());
      const html = await response.text();
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null)
        return toPage(url, response, html);
      url = new URL(location, url);
      // 307 and 308 keep method and body; browsers turn the others into GET.
      if (response.status < 307) init = { method: 'GET' };
    }
    throw new Error(`more than ${MAX_REDIRECTS} redirects, the last to ${url.pathname}`);
  }
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly expiresAtMs: number;
}

/** The cookies of one origin: name, path and expiry (RFC 6265 §5.3), nothing else. */
export class CookieJar {
  #cookies: Cookie[] = [];

  /** The `Cookie` header for a request, longest path first (RFC 6265 §5.4). */
  headerFor(url: URL): string {
    return this.#cookies
      .filter(({ path, expiresAtMs }) => expiresAtMs > Date.now() && isUnder(path, url.pathname))
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  /** Keeps what a response set. A cookie that is already over replaces, and so removes, the old. */
  store(url: URL, headers: readonly string[]): void {
    for (const header of headers) {
      const cookie = toCookie(url, header);
      const isOther = (kept: Cookie): boolean =>
        kept.name !== cookie.name || kept.path !== cookie.path;
      this.#cookies = [...this.#cookies.filter(isOther), cookie];
    }
  }
}

function toCookie(url: URL, header: string): Cookie {
  const [[name, value], ...rest] = header.split(';').map(splitPair) as [Pair, ...Pair[]];
  const set = new Map(rest.map(([attribute, setting]) => [attribute.toLowerCase(), setting]));
  const path = set.get('path');
  const maxAge = set.get('max-age');
  const expires = set.get('expires');
  const expiry = expires === undefined ? Infinity : Date.parse(expires);
  return {
    name,
    value,
    // RFC 6265 §5.1.4: without a path, the directory of the page that set it.
    path: path?.startsWith('/') ? path : url.pathname.replace(/\/[^/]*$/, '') || '/',
    expiresAtMs: maxAge === undefined ? expiry : Date.now() + Number(maxAge) * 1000,
  };
}

type Pair = readonly [name: string, value: string];

function splitPair(text: string): Pair {
  const [name = '', ...value] = text.split('=');
  return [name.trim(), value.join('=').trim()];
}

function isUnder(path: string, pathname: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

function toPage(url: URL, { status, headers }: Response, html: string): Page {
  const forms = [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)].map(
    ([, tag, inner]): Form => {
      const { action = '', method = 'get' } = attributes(tag ?? '');
      return {
        action: new URL(action, url),
        method: method.toLowerCase(),
        inputs: elements(inner ?? '', 'input'),
        buttons: elements(inner ?? '', 'button'),
      };
    },
  );
  return { kind: 'page', url, status, headers, html, forms };
}

function elements(html: string, name: string): Attributes[] {
  const tag = new RegExp(`<${name}\\b((?:[^>"']|"[^"]*"|'[^']*')*)>`, 'gi');
  return [...html.matchAll(tag)].map(([, inside]) => attributes(inside ?? ''));
}

function attributes(tag: string): Attributes {
  const attribute = /([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
  return Object.fromEntries(
    [...tag.matchAll(attribute)].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      unescapeHtml(double ?? single ?? bare ?? ''),
    ]),
  );
}

/** How a person of the example app logs in. */
export interface Person {
  readonly username: string;
  readonly password: string;
}

/** What a person presses on the consent page. */
export type Decision = 'allow' | 'deny';

/** Opens an authorization request and answers each form that comes, until none does. */
export async function logInAndDecide(
  browser: Browser,
  request: string | URL,
  person: Person,
  decision: Decision = 'allow',
): Promise<Visit> {
  let visit = await browser.open(request);
  for (let forms = 0; forms < 5 && visit.kind === 'page'; forms += 1) {
    const { forms: found } = visit;
    const login = found.find(({ inputs }) => inputs.some(({ type }) => type === 'password'));
    const consent = found.find(({ buttons }) => buttons.some(({ name }) => name === 'decision'));
    if (login) visit = await browser.submit(visit, login, { ...person });
    else if (consent) visit = await browser.submit(visit, consent, {}, decision);
    else break;
  }
  return visit;
}

/** The OAuth error code that an error page names. */
export function errorOnPage({ html }: Page): string | undefined {
  const text = html.replace(/<style.*?<\/style>|<[^>]*>/gis, ' ');
  const kinds = 'invalid|access|login|consent|unauthorized|unsupported|temporarily|server';
  return new RegExp(`\\b(?:${kinds})_[a-z_]+\\b`).exec(text)?.[0];
}

const ENTITIES: Attributes = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeHtml(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, entity: string) => {
    if (!entity.startsWith('#')) return ENTITIES[entity] ?? whole;
    return String.fromCodePoint(Number(entity.replace('#x', '0x').replace('#', '')));
  });
}
