import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser, logInAndDecide, type Page, type Visit } from '../support/browser.ts';
import { startExample, type RunningExample } from '../support/example.ts';
import { authorizationQuery, createPkce, METADATA, redemption } from '../support/flow.ts';

const ALICE = { username: 'alice', password: 'password' };
const SCOPE = 'notes:read offline_access';

let example: RunningExample;

beforeEach(async () => {
  example = await startExample({});
});
afterEach(async () => {
  await example.stop();
});

/** Connects an app as alice, in her browser. */
async function connect(
  browser: Browser,
  client_name: string,
): Promise<{ client_id: string; refresh_token: string }> {
  const registration = await fetch(`${example.url}/oauth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...METADATA, client_name, scope: SCOPE }),
  });
  const { client_id } = (await registration.json()) as { client_id: string };
  const pkce = createPkce();
  const query = authorizationQuery(client_id, pkce, { scope: SCOPE });
  const back = await logInAndDecide(
    browser,
    `${example.url}/oauth/authorize?${query}`,
    ALICE,
    'allow',
  );
  const form = redemption(client_id, back.url.searchParams.get('code') ?? '', pkce);
  const { refresh_token } = (await (await token(form)).json()) as { refresh_token: string };
  return { client_id, refresh_token };
}

function token(form: Readonly<Record<string, string | undefined>>): Promise<Response> {
  const given = Object.entries(form).filter((entry): entry is [string, string] => !!entry[1]);
  return fetch(`${example.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(given) });
}

function pageOf(visit: Visit): Page {
  if (visit.kind !== 'page') throw new Error(`left for ${visit.url.host}`);
  return visit;
}

describe('the page of connected apps of the example', () => {
  it('is for whoever is logged in', async () => {
    const page = pageOf(await new Browser(example.url).open(`${example.url}/apps`));
    expect(page.url.pathname).toBe('/login');
    expect(page.url.searchParams.get('return_to')).toBe('/apps');
  });

  it('lists the apps of this person, and disconnects one of them', async () => {
    const browser = new Browser(example.url);
    const editor = await connect(browser, 'Editor <b>1</b>');
    const terminal = await connect(browser, 'Terminal');
    const page = pageOf(await browser.open('/apps'));
    expect(page.html).toContain('Editor &lt;b&gt;1&lt;/b&gt;');
    expect(page.html).toContain('Terminal');
    expect(page.html).toContain(`<code>${SCOPE}</code>`);
    const form = page.forms.find(({ inputs }) =>
      inputs.some(({ value }) => value === editor.client_id),
    );
    const after = pageOf(await browser.submit(page, form ?? fail()));
    expect(after.url.pathname).toBe('/apps');
    expect(after.html).not.toContain('Editor');
    expect(after.html).toContain('Terminal');
    const refresh = ({ client_id, refresh_token }: typeof editor): Promise<Response> =>
      token({ grant_type: 'refresh_token', client_id, refresh_token });
    expect((await refresh(editor)).status).toBe(400);
    expect((await refresh(terminal)).status).toBe(200);
  });

  it.each([
    { name: 'another site', headers: { 'sec-fetch-site': 'cross-site' }, status: 403 },
    { name: 'a site beside it', headers: { 'sec-fetch-site': 'same-site' }, status: 403 },
    { name: 'another origin', headers: { origin: 'https://evil.example' }, status: 403 },
    { name: 'no origin that can be told', headers: { origin: 'null' }, status: 403 },
    { name: 'nobody', headers: {}, cookie: '', status: 303 },
    { name: 'a form without an app', headers: {}, body: '', status: 303 },
  ])('disconnects nothing for $name', async ({ headers, status, cookie, body }) => {
    const browser = new Browser(example.url);
    const { client_id, refresh_token } = await connect(browser, 'Editor');
    const url = new URL('/apps/disconnect', example.url);
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...headers, cookie: cookie ?? browser.cookies.headerFor(url) },
      body: new URLSearchParams(body ?? { client_id }),
    });
    expect(answer.status).toBe(status);
    const form = { grant_type: 'refresh_token', client_id, refresh_token };
    expect((await token(form)).status).toBe(200);
  });
});

function fail(): never {
  throw new Error('there is no form for the app');
}
