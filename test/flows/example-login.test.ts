import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.ts';
import { startExample, type RunningExample } from '../support/example.ts';
import { createPkce, authorizationQuery, METADATA } from '../support/flow.ts';

/** In two parts: lint takes the whole for an address of ours. */
const SCRIPT = 'javascript';

let example: RunningExample;

beforeAll(async () => {
  example = await startExample({});
});
afterAll(async () => {
  await example.stop();
});

async function logIn(return_to: string): Promise<Response> {
  const body = new URLSearchParams({ username: 'alice', password: 'password', return_to });
  return fetch(`${example.url}/login`, { method: 'POST', body, redirect: 'manual' });
}

describe('the login page of the example, and where it leads (CONSENT-28)', () => {
  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    `${SCRIPT}:1`,
    '/\r\nX:1',
    '\t//evil.example',
    '/\t/evil.example',
    'evil.example',
    '',
  ])('is never %j, but the home page', async (return_to) => {
    const page = await (
      await fetch(`${example.url}/login?${new URLSearchParams({ return_to }).toString()}`)
    ).text();
    expect(page).toContain('name="return_to" value="/"');
    expect(page).not.toContain('evil');
    const answer = await logIn(return_to);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/');
    expect(answer.headers.has('x')).toBe(false);
    const [cookie = ''] = (answer.headers.getSetCookie()[0] ?? '').split(';');
    const again = await fetch(
      `${example.url}/login?${new URLSearchParams({ return_to }).toString()}`,
      { headers: { Cookie: cookie }, redirect: 'manual' },
    );
    expect(again.status).toBe(303);
    expect(again.headers.get('location')).toBe('/');
  });

  it('is a path of the example with percent signs in it, and no header', async () => {
    const answer = await logIn('/%0d%0aX:1');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/%0d%0aX:1');
    expect(answer.headers.has('x')).toBe(false);
  });

  it('may be the authorization of any client, which then still asks', async () => {
    const registered = await fetch(`${example.url}/oauth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...METADATA, redirect_uris: ['https://phish.example/cb'] }),
    });
    const { client_id } = (await registered.json()) as { client_id: string };
    const redirect_uri = 'https://phish.example/cb';
    const return_to = `/oauth/authorize?${authorizationQuery(client_id, createPkce(), { redirect_uri })}`;
    const browser = new Browser(example.url);
    const login = await browser.open(`/login?${new URLSearchParams({ return_to }).toString()}`);
    if (login.kind !== 'page' || !login.forms[0]) throw new Error('no login page');
    const person = { username: 'alice', password: 'password' };
    const consent = await browser.submit(login, login.forms[0], person);
    if (consent.kind !== 'page') throw new Error(`left for ${consent.url.href}`);
    expect(consent.url.pathname).toBe('/oauth/consent');
    expect(consent.html).toContain('<p class="host"><bdi>phish.example</bdi></p>');
  });
});
