import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
  type Query,
} from '../support/flow.ts';
import { startIdentityProvider, type IdentityProvider } from '../support/identity-provider.ts';
import { answerOf, loginAt } from '../support/upstream-flow.ts';
import { expectPage, PAGE_HEADERS, readable } from './support/expect.ts';

const HOSTILE_LABEL = `"><img src=x onerror=alert(1)><%= 1 %>{{7*7}}`;

let company: IdentityProvider;
let school: IdentityProvider;
let made: TestApp;
let client_id: string;
let browser: Browser;

beforeEach(async () => {
  company = await startIdentityProvider();
  school = await startIdentityProvider();
  made = createTestApp({
    clock: createClock(Date.now()),
    options: {
      login: [
        loginAt(company, { name: 'company', label: 'The company', domains: ['Company.example'] }),
        loginAt(school, { name: 'school', label: HOSTILE_LABEL, domains: ['school.example'] }),
      ],
    },
  });
  client_id = await registeredClientId(made.app);
  browser = new Browser(made.app);
});
afterEach(async () => {
  await made.server.close();
  await company.stop();
  await school.stop();
});

function ask(more: Query = {}): Promise<Response> {
  return browser.authorize(client_id, createPkce(), more);
}

/** The address of the choice for a request that has just begun. */
async function choice(more: Query = {}): Promise<string> {
  const url = locationOf(await ask(more));
  expect(url).toMatch(/^\/oauth\/login\?client_id=[^&]+&request=[\w-]{22}$/);
  return url;
}

/** Where the links of a page lead, in order. */
function linksOn({ text }: Response): string[] {
  const links = [...text.matchAll(/<a class="button" href="([^"]*)"/g)];
  return links.map(([, href = '']) => href.replaceAll('&amp;', '&'));
}

function expectChoice(answer: Response): void {
  expect(answer.status).toBe(200);
  expectPage(answer);
  expect(linksOn(answer)).toHaveLength(2);
}

/** Whether the provider has been asked for anything on behalf of somebody. */
function wasAsked(): boolean {
  return [company, school].some(({ requests }) => requests.length > 0);
}

describe('GET /oauth/login: nobody who may choose', () => {
  it('without a cookie', async () => {
    const answer = await new Browser(made.app).get(`${await choice()}&provider=company`);
    expect(answer.status).toBe(400);
    expectPage(answer);
    expect(readable(answer.text)).toContain('cookie');
    expect(wasAsked()).toBe(false);
  });

  it('in another browser, which has a cookie of its own', async () => {
    const url = await choice();
    const other = new Browser(made.app);
    await other.authorize(client_id, createPkce());
    for (const here of [url, `${url}&provider=company`]) {
      const answer = await other.get(here);
      expect(answer.status).toBe(400);
      expectPage(answer);
    }
    expect(wasAsked()).toBe(false);
    expectChoice(await browser.get(url));
  });

  it.each([
    { name: 'no request', url: '/oauth/login' },
    { name: 'half a request', url: `/oauth/login?request=${'a'.repeat(22)}` },
    { name: 'one that was never made', url: `/oauth/login?client_id=x&request=${'a'.repeat(22)}` },
    { name: 'a path', url: '/oauth/login?client_id=x&request=../../authz' },
  ])('for $name', async ({ url }) => {
    await choice();
    const answer = await browser.get(url);
    expect(answer.status).toBe(400);
    expectPage(answer);
  });

  it('when the request is over (FED-16)', async () => {
    const url = await choice();
    made.clock.advance(10 * 60_000 + 1);
    const answer = await browser.get(`${url}&provider=company`);
    expect(answer.status).toBe(400);
    expectPage(answer);
    expect(wasAsked()).toBe(false);
  });

  it.each(['allow', 'deny'] as const)('when the answer was to %s', async (decision) => {
    const url = await choice();
    const begun = await browser.get(`${url}&provider=company`);
    const page = locationOf(await browser.get(await answerOf(begun)));
    expect((await browser.submit(page, decision)).status).toBe(303);
    for (const late of [`${url}&provider=company`, `${url}&provider=school&switch=1`]) {
      const answer = await browser.get(late);
      expect(answer.status).toBe(400);
      expectPage(answer);
    }
    expect(school.requests).toEqual([]);
  });

  it.each(['HEAD', 'POST', 'PUT'] as const)('by %s: nothing is begun by it', async (method) => {
    const url = `${await choice()}&provider=company`;
    const first = await answerOf(await browser.get(url));
    const refused = await browser.request(method, url.replace('company', 'school'));
    expect({ status: refused.status, ...refused.headers }).toMatchObject({
      status: 405,
      allow: 'GET',
      ...PAGE_HEADERS,
    });
    expect(refused.headers).not.toHaveProperty('location');
    expect(school.requests).toEqual([]);
    // A login begun later would have taken its place.
    expect(locationOf(await browser.get(first))).toMatch(/^\/oauth\/consent\?/);
  });
});

describe('GET /oauth/login: the page', () => {
  it('is kept out of frames, caches and referrers, and may load nothing (CONSENT-13)', async () => {
    const answer = await browser.get(await choice());
    expectChoice(answer);
    const policy = (answer.headers as Record<string, string>)['content-security-policy'];
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toContain('script-src');
    expect(answer.headers).not.toHaveProperty('etag');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('shows the label of a login as it is, whatever is in it', async () => {
    const { text } = await browser.get(await choice());
    expect(text).not.toContain('<img');
    expect(text).toContain('onerror=alert(1)&gt;&lt;%= 1 %&gt;{{7*7}}');
    expect(readable(text)).toContain('The company');
  });

  it('leads to each provider, and from there to consent', async () => {
    const url = await choice();
    const links = linksOn(await browser.get(url));
    expect(links).toEqual([`${url}&provider=company`, `${url}&provider=school`]);
    for (const [index, provider] of [company, school].entries()) {
      const sent = await browser.get(links[index] ?? '');
      expect(sent.status).toBe(302);
      expect(locationOf(sent).startsWith(`${provider.url('authorize')}?`)).toBe(true);
      const back = await browser.get(await answerOf(sent));
      expect(locationOf(back)).toBe(url.replace('/oauth/login', '/oauth/consent'));
    }
  });

  it.each(['nobody', '', 'Company', '__proto__', 'constructor', '<script>'])(
    'is shown again for a provider that nobody knows: "%s"',
    async (name) => {
      const answer = await browser.get(`${await choice()}&provider=${encodeURIComponent(name)}`);
      expectChoice(answer);
      expect(wasAsked()).toBe(false);
    },
  );
});

describe('GET /oauth/login: another account', () => {
  it('is asked for at whichever provider is chosen', async () => {
    const url = `${await choice()}&switch=1`;
    const links = linksOn(await browser.get(url));
    expect(links).toHaveLength(2);
    for (const link of links) {
      expect(new URLSearchParams(link.split('?')[1]).get('switch')).toBe('1');
      expect(redirectParameters(await browser.get(link))).toMatchObject({
        prompt: 'select_account',
      });
    }
  });

  it('is not asked for unless somebody wants it', async () => {
    const [link = ''] = linksOn(await browser.get(await choice()));
    expect(link).not.toContain('switch');
    expect(redirectParameters(await browser.get(link))).not.toHaveProperty('prompt');
  });
});

describe('the choice of a login', () => {
  it.each<{ hint: Query; expected: 'company' | 'school' }>([
    { hint: { idp_hint: 'company' }, expected: 'company' },
    { hint: { idp_hint: 'school' }, expected: 'school' },
    { hint: { login_hint: 'alice@company.example' }, expected: 'company' },
    { hint: { login_hint: 'alice@SCHOOL.example' }, expected: 'school' },
    { hint: { idp_hint: 'nobody', login_hint: 'a@school.example' }, expected: 'school' },
    { hint: { idp_hint: 'company', login_hint: 'a@school.example' }, expected: 'company' },
  ])('is made already by $hint', async ({ hint, expected }) => {
    const sent = await ask(hint);
    const provider = { company, school }[expected];
    expect(locationOf(sent).startsWith(`${provider.url('authorize')}?`)).toBe(true);
  });

  it.each<Query>([
    {},
    { idp_hint: 'nobody' },
    { idp_hint: 'Company' },
    { login_hint: 'alice' },
    { login_hint: 'alice@elsewhere.example' },
    { login_hint: 'alice@evil.company.example' },
    { login_hint: 'alice@company.example.evil.example' },
    { login_hint: 'alice@company.example@elsewhere.example' },
  ])('is left to the person by %j', async (hint) => {
    expectChoice(await browser.get(await choice(hint)));
  });
});
