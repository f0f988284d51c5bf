import { describe, expect, it } from '@jest/globals';
import type { Person } from '../../lib/login/port.ts';
import { ISSUER } from '../support/app.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
  type Query,
} from '../support/flow.ts';
import { expectErrorPage } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

/** A host whose person can log in again: `auth_time` moves. */
async function prepared(person: Partial<Person> = {}) {
  const current: { person: Partial<Person> } = { person };
  const made = createWatchedApp({
    login: {
      user: (req) =>
        (req.headers.cookie ?? '').includes('person=')
          ? { sub: 'alice', ...current.person }
          : undefined,
    },
  });
  const id = await registeredClientId(made.app);
  const now = (): number => Math.floor(made.clock.now() / 1000);
  return { ...made, id, current, now };
}

/** What the login page is told, beside the way back. */
function toldToLogin(location: string): Record<string, string> {
  const { searchParams } = new URL(location, ISSUER);
  const { return_to, ...told } = Object.fromEntries(searchParams);
  expect(return_to).toMatch(/^\/oauth\/consent\?client_id=[0-9a-f-]{36}&request=[\w-]{22}$/);
  return told;
}

describe('GET /oauth/authorize: what the login is asked for', () => {
  it.each<{ query: Query; told: object }>([
    { query: {}, told: {} },
    { query: { prompt: 'login' }, told: { prompt: 'login' } },
    { query: { prompt: 'select_account' }, told: { prompt: 'select_account' } },
    { query: { prompt: 'consent' }, told: {} },
    { query: { prompt: 'foo' }, told: {} },
    { query: { prompt: 'login login consent foo' }, told: { prompt: 'login' } },
    { query: { prompt: 'x'.repeat(7000) }, told: {} },
    { query: { max_age: '60' }, told: { max_age: '60' } },
    { query: { max_age: '0' }, told: { max_age: '0' } },
    { query: { prompt: 'login', max_age: '9' }, told: { prompt: 'login', max_age: '9' } },
    {
      query: { login_hint: '<script>&return_to=//evil' },
      told: { login_hint: '<script>&return_to=//evil' },
    },
    { query: { login_hint: 'x'.repeat(257) }, told: {} },
  ])('$query of a stranger becomes $told (AUTHZ-18, AUTHZ-25)', async ({ query, told }) => {
    const { app, id } = await prepared();
    const answer = await new Browser(app).authorize(id, createPkce(), query);
    expect(answer.status).toBe(302);
    expect(toldToLogin(locationOf(answer))).toEqual(told);
  });

  it.each<{ query: Query; age: number; to: RegExp }>([
    { query: {}, age: 99_999, to: /^\/oauth\/consent/ },
    { query: { prompt: 'consent' }, age: 0, to: /^\/oauth\/consent/ },
    { query: { prompt: 'login' }, age: 0, to: /^\/login\?/ },
    { query: { prompt: 'select_account' }, age: 0, to: /^\/login\?/ },
    { query: { max_age: '60' }, age: 60, to: /^\/oauth\/consent/ },
    { query: { max_age: '60' }, age: 61, to: /^\/login\?/ },
  ])('$query of somebody who logged in $age s ago leads to $to', async ({ query, age, to }) => {
    const { app, id, current, now } = await prepared();
    current.person = { auth_time: now() - age };
    const answer = await new Browser(app, 'alice').authorize(id, createPkce(), query);
    expect(locationOf(answer)).toMatch(to);
  });

  it('has a way back of its own name, at a path of its own choice', async () => {
    const { app } = createWatchedApp({
      login: {
        url: (request) => `/sign-in?force=${String(request.prompt)}#form`,
        returnToParameter: 'next',
      },
    });
    const id = await registeredClientId(app);
    const answer = await new Browser(app).authorize(id, createPkce(), { prompt: 'login' });
    expect(locationOf(answer)).toMatch(
      /^\/sign-in\?force=login&next=%2Foauth%2Fconsent%3F[\w%.-]+&prompt=login#form$/,
    );
  });
});

describe('GET /oauth/consent: the login that was asked for', () => {
  it.each([
    { name: 'nobody logged in again', query: { prompt: 'login' }, before: -500, after: -500 },
    {
      name: 'the login has no time',
      query: { prompt: 'login' },
      before: undefined,
      after: undefined,
    },
    {
      name: 'the login is as old as the request allows less one',
      query: { max_age: '60' },
      before: -500,
      after: -61,
    },
    {
      name: 'the time of the login is not known',
      query: { max_age: '60' },
      before: undefined,
      after: undefined,
    },
    { name: 'the login is the one there was', query: { prompt: 'login' }, before: 0, after: 0 },
  ])('is missed when $name: login_required (AUTHZ-18)', async ({ query, before, after }) => {
    const { app, id, current, now, store } = await prepared();
    const at = (age: number | undefined): Partial<Person> =>
      age === undefined ? {} : { auth_time: now() + age };
    current.person = at(before);
    const browser = new Browser(app, 'alice');
    const begun = await browser.authorize(id, createPkce(), query);
    expect(locationOf(begun)).toMatch(/^\/login\?/);
    const returnTo = new URL(locationOf(begun), ISSUER).searchParams.get('return_to') ?? '';
    current.person = at(after);
    store.forget();
    for (const answer of [
      await browser.get(returnTo),
      await browser.post(returnTo, { decision: 'allow', csrf: 'x' }),
    ]) {
      expect(answer.status).toBe(303);
      expect(redirectParameters(answer)).toEqual({
        error: 'login_required',
        error_description: 'the person did not log in again',
        state: 'xyz-state',
        iss: ISSUER,
      });
    }
    expect(store.writes).toEqual([]);
  });

  it.each<{ query: Query; before: number }>([
    { query: { prompt: 'login' }, before: -500 },
    { query: { prompt: 'login' }, before: 0 },
    { query: { max_age: '60' }, before: -500 },
    { query: { max_age: '0' }, before: -500 },
  ])('is there after a new login: $query (AUTHZ-18)', async ({ query, before }) => {
    const { app, id, current, now, clock } = await prepared();
    current.person = { auth_time: now() + before };
    const browser = new Browser(app, 'alice');
    const begun = await browser.authorize(id, createPkce(), query);
    const returnTo = new URL(locationOf(begun), ISSUER).searchParams.get('return_to') ?? '';
    clock.advance(20_000);
    current.person = { auth_time: now() };
    expect((await browser.get(returnTo)).status).toBe(200);
    expect(redirectParameters(await browser.submit(returnTo, 'allow'))).toHaveProperty('code');
  });
});

describe('GET /oauth/authorize: a host that says nonsense', () => {
  it.each([{ sub: '' }, { sub: 1 }, { sub: 'x'.repeat(256) }, { name: 'no sub' }])(
    'about the person: %j is nobody (CONSENT-25)',
    async (person) => {
      const { app, store, log } = createWatchedApp({
        login: { user: () => person as unknown as Person },
      });
      const id = await registeredClientId(app);
      store.forget();
      const answer = await new Browser(app).authorize(id, createPkce());
      expect(answer.status).toBe(500);
      expect(answer.text).toContain('Something went wrong');
      expect(answer.text).not.toMatch(/sub|TypeError|hostLogin/);
      expect(store.writes).toEqual([]);
      expect(log.at('error')).toHaveLength(1);
    },
  );

  it.each(['https://evil.example/login', '//evil.example', '/\\evil.example', '/a\r\nX: 1', ''])(
    'about its login page: %j is never gone to (CONSENT-28)',
    async (url) => {
      const { app } = createWatchedApp({ login: { url: () => url } });
      const id = await registeredClientId(app);
      const answer = await new Browser(app).authorize(id, createPkce());
      expect(answer.status).toBe(500);
      expect(answer.headers).not.toHaveProperty('location');
    },
  );

  it.each([null, undefined, false, '', 0] as const)(
    '%j is how it may say that nobody is logged in (CONSENT-25)',
    async (nobody) => {
      const { app } = createWatchedApp({ login: { user: () => nobody } });
      const id = await registeredClientId(app);
      const answer = await new Browser(app, 'alice').authorize(id, createPkce());
      expect(locationOf(answer)).toMatch(/^\/login\?/);
    },
  );

  it('keeps an unknown client away from the login', async () => {
    const { app } = createWatchedApp({
      login: {
        user: () => {
          throw new Error('must not be asked');
        },
      },
    });
    expectErrorPage(await new Browser(app).authorize('x', createPkce()), 400, 'invalid_client');
  });
});
