import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { OidcLoginOptions } from '../../lib/upstream/options.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import {
  Browser,
  consentForm,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
  type Query,
} from '../support/flow.ts';
import { startIdentityProvider, type IdentityProvider } from '../support/identity-provider.ts';
import { answerOf, logInElsewhere, loginAt } from '../support/upstream-flow.ts';
import { PAGE_HEADERS } from './support/expect.ts';

const WEB = 'https://app.example.com/cb';

let provider: IdentityProvider;
let made: TestApp;

beforeEach(async () => {
  provider = await startIdentityProvider();
});
afterEach(async () => {
  await made.server.close();
  await provider.stop();
});

function start(options: Partial<OidcLoginOptions> = {}): TestApp['app'] {
  made = createTestApp({
    clock: createClock(Date.now()),
    options: { login: loginAt(provider, options) },
  });
  return made.app;
}

/** A browser that was sent to the provider, and the answer with which it is sent back. */
async function begun(more: Query = {}): Promise<{ browser: Browser; callback: string }> {
  const app = start();
  const redirect_uris = [WEB, 'http://localhost:8080/callback'];
  const client_id = await registeredClientId(app, { redirect_uris });
  const browser = new Browser(app);
  const sent = await browser.authorize(client_id, createPkce(), { redirect_uri: WEB, ...more });
  return { browser, callback: await answerOf(sent) };
}

function changed(callback: string, changes: Query): string {
  const [path = '', query] = callback.split('?');
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    parameters.delete(name);
    for (const item of [value ?? []].flat()) parameters.append(name, item);
  }
  return `${path}?${parameters.toString()}`;
}

/** One of ours, which leads nowhere by itself and loads nothing (RFC 6749 §3.1.2.5). */
function expectPage(answer: Response, status: number): void {
  const headers = { ...PAGE_HEADERS, 'content-type': 'text/html; charset=utf-8' };
  expect(answer).toMatchObject({ status, headers });
  expect(answer.headers).not.toHaveProperty('location');
  expect(answer.text).not.toMatch(/http-equiv="?refresh|<script/i);
}

describe('GET /oauth/callback: a state that is not good', () => {
  it.each([
    { name: 'is missing', state: undefined },
    { name: 'is empty', state: '' },
    { name: 'was never given', state: `${'a'.repeat(22)}.${'b'.repeat(22)}` },
    { name: 'is of another shape', state: '../../authz' },
    { name: 'came twice', state: ['a.b', 'a.b'] },
    { name: 'has something behind it', state: (own: string) => `${own}.x` },
    { name: 'lacks its end', state: (own: string) => own.slice(0, -1) },
    { name: 'is that of the client', state: 'xyz-state' },
  ])('leads nowhere when it $name, and the right one still does (FED-01)', async ({ state }) => {
    const { browser, callback } = await begun();
    const own = new URLSearchParams(callback.split('?')[1]).get('state') ?? '';
    const wrong = typeof state === 'function' ? state(own) : state;
    expectPage(await browser.get(changed(callback, { state: wrong })), 400);
    expect(provider.asked('token')).toEqual([]);
    const right = await browser.get(callback);
    expect(right).toMatchObject({ status: 303, headers: PAGE_HEADERS });
    expect(locationOf(right)).toMatch(/^\/oauth\/consent\?/);
  });

  it.each(['/oauth/callback/%', '/oauth/callback/%zz?state=x'])(
    'cannot even be read, and the page is ours all the same: %s (HTTP-06)',
    async (path) => {
      const browser = new Browser(start());
      expectPage(await browser.get(path), 400);
    },
  );

  it('is good once (FED-01)', async () => {
    const { browser, callback } = await begun();
    expect((await browser.get(callback)).status).toBe(303);
    expectPage(await browser.get(callback), 400);
    expect(provider.asked('token')).toHaveLength(1);
  });

  it('is good once for fifty who come at once (FED-01)', async () => {
    const { browser, callback } = await begun();
    const answers = await Promise.all(Array.from({ length: 50 }, () => browser.get(callback)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(provider.asked('token')).toHaveLength(1);
  });

  it.each([
    { name: 'without cookies', visitor: (app: TestApp['app']) => new Browser(app) },
    {
      name: 'that began something of its own',
      visitor: async (app: TestApp['app'], client_id: string) => {
        const other = new Browser(app);
        await other.authorize(client_id, createPkce(), { redirect_uri: WEB });
        return other;
      },
    },
  ])('is good in the browser that began alone, not in one $name (FED-01)', async ({ visitor }) => {
    const { browser, callback } = await begun();
    const client_id = await registeredClientId(made.app, { redirect_uris: [WEB] });
    const other = await visitor(made.app, client_id);
    const answer = await other.get(callback);
    expectPage(answer, 400);
    expect(answer.text).toContain('another browser');
    expect(provider.asked('token')).toEqual([]);
    expect((await browser.get(callback)).status).toBe(303);
  });

  it('is over with the request it belongs to (FED-16)', async () => {
    const { browser, callback } = await begun();
    made.clock.advance(10 * 60_000 + 1);
    expectPage(await browser.get(callback), 400);
    expect(provider.asked('token')).toEqual([]);
  });

  it('gives way to that of a login begun later', async () => {
    const { browser, callback } = await begun();
    const page = await browser.get(callback);
    const again = locationOf(page).replace('/oauth/consent', '/oauth/login');
    const [first, second] = [await browser.get(again), await browser.get(again)];
    expectPage(await browser.get(await answerOf(first)), 400);
    expect((await browser.get(await answerOf(second))).status).toBe(303);
  });

  it.each(['HEAD', 'POST', 'PUT'] as const)('is not used up by %s (FED-15)', async (method) => {
    const { browser, callback } = await begun();
    const refused = await browser.request(method, callback);
    expect(refused.status).toBe(405);
    expect(refused.headers['allow']).toBe('GET');
    expect(provider.asked('token')).toEqual([]);
    expect((await browser.get(callback)).status).toBe(303);
  });
});

describe('GET /oauth/callback: the provider says no', () => {
  const HOSTILE = {
    code: undefined,
    error_description: '<script>alert(1)</script>',
    error_uri: 'vbscript:1',
  };

  it.each([
    ['access_denied', 'access_denied'],
    ['server_error', 'server_error'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
  ])('%s: the client hears %s, and none of its words (FED-05, E127)', async (error, want) => {
    const { browser, callback } = await begun();
    const answer = await browser.get(changed(callback, { ...HOSTILE, error }));
    expect(answer.status).toBe(303);
    expect(locationOf(answer).startsWith(`${WEB}?`)).toBe(true);
    const { error_description, ...rest } = redirectParameters(answer);
    expect(rest).toEqual({ error: want, state: 'xyz-state', iss: 'https://auth.example.com' });
    expect(error_description).toMatch(/^[a-z ]+$/);
    expect(JSON.stringify(made.log.entries)).not.toContain('<script>');
    // It has been answered: nothing leads back into it.
    expectPage(await browser.get(callback), 400);
  });

  it.each(['invalid_request', 'invalid_scope', 'unauthorized_client', '<script>alert(1)</script>'])(
    '%s, which nobody saw: the person decides whether the client hears of it (FED-05)',
    async (error) => {
      const { browser, callback } = await begun();
      const answer = await browser.get(changed(callback, { ...HOSTILE, error }));
      expectPage(answer, 400);
      expect(answer.text).not.toContain('<script>');
      const [, href = ''] = /<a class="button" href="([^"]+)"/.exec(answer.text) ?? [];
      const back = new URL(href.replaceAll('&amp;', '&'));
      expect(back.href.startsWith(`${WEB}?`)).toBe(true);
      expect(Object.fromEntries(back.searchParams)).toMatchObject({
        error: 'server_error',
        state: 'xyz-state',
        iss: 'https://auth.example.com',
      });
    },
  );

  it('to a dynamic port of this computer (E128)', async () => {
    const redirect_uri = 'http://localhost:54321/callback';
    const { browser, callback } = await begun({ redirect_uri });
    const answer = await browser.get(changed(callback, { ...HOSTILE, error: 'access_denied' }));
    expect(locationOf(answer).startsWith(`${redirect_uri}?error=access_denied&`)).toBe(true);
  });

  it.each([
    { name: 'without a state', state: undefined },
    {
      name: 'with a state that holds an address',
      state: `https://evil.example/.${'a'.repeat(22)}`,
    },
  ])('$name: nobody is sent anywhere (FED-06)', async ({ state }) => {
    const { browser, callback } = await begun();
    const answer = await browser.get(
      changed(callback, { ...HOSTILE, error: 'access_denied', state }),
    );
    expectPage(answer, 400);
  });

  it('with the answer of another issuer: the client hears of an error, and no code is redeemed', async () => {
    const { browser, callback } = await begun();
    const answer = await browser.get(changed(callback, { iss: 'https://evil.example' }));
    expect(redirectParameters(answer)).toMatchObject({ error: 'server_error', state: 'xyz-state' });
    expect(provider.asked('token')).toEqual([]);
  });

  it('with a code that it does not take: the client hears of an error (E130)', async () => {
    const { browser, callback } = await begun();
    const answer = await browser.get(changed(callback, { code: 'upstream-code-other' }));
    expect(redirectParameters(answer)).toMatchObject({ error: 'server_error', state: 'xyz-state' });
  });

  it('with an ID token that is not for this server (FED-03)', async () => {
    const { browser, callback } = await begun();
    provider.script.idToken = (plan) => {
      plan.claims['aud'] = 'somebody-else';
    };
    const answer = await browser.get(callback);
    expect(redirectParameters(answer)).toMatchObject({ error: 'server_error', state: 'xyz-state' });
  });
});

describe('GET /oauth/callback: the provider is away', () => {
  it('between the two legs: a page that says so, and a link that works when it is back (FED-21)', async () => {
    const { browser, callback } = await begun();
    provider.script.faults = { token: 'unavailable' };
    const answer = await browser.get(callback);
    expectPage(answer, 503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    const [, href = ''] = /<a class="button" href="([^"]+)"/.exec(answer.text) ?? [];
    provider.script.faults = {};
    const again = await browser.get(href.replaceAll('&amp;', '&'));
    expect((await browser.get(await answerOf(again))).status).toBe(303);
  });
});

describe('GET /oauth/callback: who may log in', () => {
  async function arrive(options: Partial<OidcLoginOptions>): Promise<[Browser, Response]> {
    const app = start(options);
    const client_id = await registeredClientId(app, { redirect_uris: [WEB] });
    const browser = new Browser(app);
    const more = { redirect_uri: WEB };
    return [browser, await logInElsewhere(browser, client_id, createPkce(), more)];
  }

  it('not whom the host refuses: a page, the way back to the client, and another account', async () => {
    const allow = async ({ sub }: { sub: string }): Promise<boolean> => sub === 'bob-upstream';
    const [browser, refused] = await arrive({ allow });
    expectPage(refused, 403);
    const reference = made.log.at('debug').at(-1)?.fields['reference'];
    expect(refused.text).toContain(reference);
    const links = [...refused.text.matchAll(/href="([^"]+)"/g)].map(([, href = '']) =>
      href.replaceAll('&amp;', '&'),
    );
    const back = links.find((href) => href.startsWith(`${WEB}?`)) ?? '';
    expect(Object.fromEntries(new URL(back).searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'xyz-state',
      iss: 'https://auth.example.com',
    });
    const other = links.find((href) => href.startsWith('/oauth/login?')) ?? '';
    provider.script.person = { sub: 'bob-upstream', name: 'Bob' };
    const again = await browser.get(other);
    expect(new URL(locationOf(again)).searchParams.get('prompt')).toBe('select_account');
    expect((await browser.get(await answerOf(again))).status).toBe(303);
  });

  it('nobody while the host cannot say, and then it goes on', async () => {
    let isAway = true;
    const allow = async (): Promise<boolean> => {
      if (isAway) throw new Error('the directory is away');
      return true;
    };
    const [browser, answer] = await arrive({ allow });
    expectPage(answer, 503);
    isAway = false;
    const [, href = ''] = /<a class="button" href="([^"]+)"/.exec(answer.text) ?? [];
    const again = await browser.get(href.replaceAll('&amp;', '&'));
    expect((await browser.get(await answerOf(again))).status).toBe(303);
  });
});

describe('GET /oauth/consent, after a login elsewhere', () => {
  it('belongs to whoever logged in last: the page of somebody else decides nothing (CONSENT-26)', async () => {
    const { browser, callback } = await begun();
    const page = locationOf(await browser.get(callback));
    const form = consentForm((await browser.get(page)).text);
    provider.script.person = { sub: 'bob-upstream', name: 'Bob Upstream' };
    const again = await browser.get(`${page.replace('/oauth/consent', '/oauth/login')}&switch=1`);
    expect(locationOf(await browser.get(await answerOf(again)))).toBe(page);

    const late = await browser.post(form.action, { decision: 'allow', csrf: form.csrf });
    expect(late.status).toBe(403);
    expect((await browser.get(page)).text).toContain('Bob Upstream');
  });

  it('sends somebody who has not logged in yet to the provider', async () => {
    const app = start();
    const client_id = await registeredClientId(app, { redirect_uris: [WEB] });
    const browser = new Browser(app);
    const sent = await browser.authorize(client_id, createPkce(), { redirect_uri: WEB });
    const [grant_id = ''] = (new URL(locationOf(sent)).searchParams.get('state') ?? '').split('.');
    const query = new URLSearchParams({ client_id, request: grant_id });
    const page = await browser.get(`/oauth/consent?${query.toString()}`);
    expect(locationOf(page)).toBe(`/oauth/login?${query.toString()}`);
    const login = await browser.get(locationOf(page));
    expect(locationOf(login).startsWith(provider.url('authorize'))).toBe(true);
  });
});
