/**
 * A browser: it keeps cookies and fills in forms.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import { formsOf, type PageForm } from './forms.ts';
import { request, type AppUnderTest, type FormFields, type TestResponse } from './request.ts';
import { noteSecret } from './secrets.ts';
import { parseUrl } from '../protocol/parse-url.ts';

/** What is on the screen. */
export interface TestPage extends TestResponse {
  /** Where it was found: an absolute URL when the app was asked by one, else a path. */
  readonly url: string;
  /**
   * Fills in the form of the page and sends it off; hidden fields go along.
   *
   * @param fields - By name. They take the place of what is filled in already.
   * @throws {Error} When there is no form.
   */
  submit(fields?: FormFields): Promise<TestPage>;
}

/** A browser of one person: it keeps cookies, and follows no redirect by itself. */
export class TestBrowser {
  readonly #app: AppUnderTest;
  readonly #cookies = new Map<string, string>();

  constructor(app: AppUnderTest) {
    this.#app = app;
  }

  /** Sets a cookie, such as that of a session. */
  setCookie(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  /** Opens an address of the app. */
  get(url: string): Promise<TestPage> {
    return this.#ask(url, {});
  }

  /** Sends a form. Redirects are not followed. */
  post(url: string, form: FormFields): Promise<TestPage> {
    return this.#ask(url, { method: 'POST', form });
  }

  async #ask(url: string, options: { method?: string; form?: FormFields }): Promise<TestPage> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { accept: 'text/html', ...(cookie !== '' && { cookie }) };
    const response = await request(this.#app, url, { ...options, headers });
    for (const line of response.headers['set-cookie'] ?? []) this.#keep(line);
    return {
      ...response,
      url,
      submit: (fields = {}) => this.#submit(url, formOn(response.text), fields),
    };
  }

  #submit(url: string, { action, method, fields }: PageForm, more: FormFields): Promise<TestPage> {
    const target = action === '' ? url : resolved(action, url);
    const all = { ...fields, ...more };
    if (method === 'POST') return this.post(target, all);
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(all)) {
      for (const one of [value ?? []].flat()) query.append(name, one);
    }
    return this.get(`${target.split('?')[0] ?? ''}?${query.toString()}`);
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
    const isOver = value === '' || /;\s*max-age=0*(?:;|$)/i.test(line) || isPast(line);
    if (isOver) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
    // What scripts may read is seldom one: a language, or where to go on.
    if (/;\s*httponly/i.test(line)) noteSecret(value, `the cookie ${name}`);
  }
}

/** Browsers go by the real time. */
function isPast(line: string): boolean {
  const expires = /;\s*expires=([^;]+)/i.exec(line)?.[1];
  return expires !== undefined && !/;\s*max-age=/i.test(line) && Date.parse(expires) <= Date.now();
}

function formOn(html: string): PageForm {
  const [form] = formsOf(html);
  if (!form) throw new ArgumentError('submit: there is no form on this page');
  return form;
}

/** As a browser reads a link: against the address of the page. */
export function resolved(link: string, page: string): string {
  if (parseUrl(page)) return new URL(link, page).href;
  const here = 'http://app.invalid';
  const url = new URL(link, new URL(page, here));
  return url.origin === here ? url.pathname + url.search : url.href;
}
