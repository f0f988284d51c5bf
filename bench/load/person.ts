/**
 * A person who logs in and allows it: follows redirects, keeps cookies, sends the form off.
 *
 * @module
 */
import type { Client, Dispatcher } from 'undici';
import { formsOf } from '../../lib/testing/forms.ts';

/** More than any of them needs. */
const MOST_STEPS = 12;

/**
 * @param path - Where the client sends the person.
 * @returns The code that the client gets.
 */
export async function codeOf(
  client: Client,
  path: string,
  {
    origin,
    person,
    redirect_uri,
  }: { readonly origin: string; readonly person: string; readonly redirect_uri: string },
): Promise<string> {
  const cookies = new Map([['person', person]]);
  let step: Pick<Dispatcher.RequestOptions, 'method' | 'path' | 'body'> = { method: 'GET', path };
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const headers = {
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(step.method === 'POST' && {
        ...{ 'content-type': 'application/x-www-form-urlencoded', origin },
      }),
    };
    const response = await client.request({ ...step, headers });
    const text = await response.body.text();
    for (const line of [response.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const { location } = response.headers;
    if (typeof location === 'string') {
      if (location.startsWith(redirect_uri)) return codeIn(location);
      step = { method: 'GET', path: pathOf(location, step.path) };
    } else {
      step = allowed(text, step.path);
    }
  }
  throw new Error('the person does not come out');
}

function codeIn(location: string): string {
  const code = new URL(location).searchParams.get('code');
  if (code === null) throw new Error(`the client gets no code: ${location}`);
  return code;
}

function pathOf(location: string, from: string): string {
  const { pathname, search } = new URL(location, new URL(from, 'http://localhost'));
  return pathname + search;
}

function allowed(html: string, from: string): { method: 'POST'; path: string; body: string } {
  const form = formsOf(html).find(({ method }) => method === 'POST');
  if (!form) throw new Error(`the person stays on ${from}: ${html}`);
  const fields = Object.entries(form.fields).flatMap(([name, values]) =>
    values.map((value): [string, string] => [name, value]),
  );
  const button = form.buttons.find(({ value }) => value === 'allow');
  if (button) fields.push([button.name, button.value]);
  return {
    ...{ method: 'POST', path: pathOf(form.action, from) },
    body: new URLSearchParams(fields).toString(),
  };
}
