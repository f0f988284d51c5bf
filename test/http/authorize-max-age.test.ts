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
import { createWatchedApp } from './support/watched-app.ts';

const ASKS_ANEW: { query: Query }[] = [
  { query: { max_age: '0' } },
  { query: { max_age: '00' } },
  { query: { prompt: 'login' } },
  { query: { prompt: 'login', max_age: '0' } },
  { query: { prompt: 'login', max_age: '3600' } },
  { query: { prompt: 'consent', max_age: '0' } },
];

/** Alice at a browser; when she logged in can be moved. */
async function prepared(age: number | undefined) {
  let person: Person = { sub: 'alice' };
  const made = createWatchedApp({ login: { user: () => person } });
  const id = await registeredClientId(made.app);
  const now = (): number => Math.floor(made.clock.now() / 1000);
  const loggedIn = (auth_time: number | undefined): void => {
    person = { sub: 'alice', ...(auth_time !== undefined && { auth_time }) };
  };
  loggedIn(age === undefined ? undefined : now() - age);
  return { ...made, id, now, loggedIn, browser: new Browser(made.app) };
}

type Prepared = Awaited<ReturnType<typeof prepared>>;

/** Begins, is sent to the login, and is told the way back. */
async function begun({ browser, id }: Prepared, query: Query): Promise<string> {
  const answer = await browser.authorize(id, createPkce(), query);
  expect(locationOf(answer)).toMatch(/^\/login\?/);
  return new URL(locationOf(answer), ISSUER).searchParams.get('return_to') ?? '';
}

describe.each(ASKS_ANEW)('a request with $query', ({ query }) => {
  it.each([0, 1, 60, -1, undefined])(
    'asks for another login, though there was one %s s ago, which does not do afterwards',
    async (age) => {
      const made = await prepared(age);
      const returnTo = await begun(made, query);
      made.store.forget();
      for (const answer of [
        await made.browser.get(returnTo),
        await made.browser.post(returnTo, { decision: 'allow', csrf: 'x' }),
      ]) {
        expect(answer.status).toBe(303);
        expect(redirectParameters(answer)['error']).toBe('login_required');
      }
      expect(made.store.writes).toEqual([]);
    },
  );

  it('does with a login of a second later, and not with one of the same second', async () => {
    const made = await prepared(0);
    const returnTo = await begun(made, query);
    made.loggedIn(made.now());
    expect((await made.browser.get(returnTo)).status).toBe(303);
    made.clock.advance(1000);
    made.loggedIn(made.now());
    expect((await made.browser.get(returnTo)).status).toBe(200);
    expect(redirectParameters(await made.browser.submit(returnTo, 'allow'))).toHaveProperty('code');
  });

  it('does with a login of the second it came in, when there was an older one', async () => {
    const made = await prepared(60);
    const returnTo = await begun(made, query);
    made.loggedIn(made.now() - 1);
    expect((await made.browser.get(returnTo)).status).toBe(303);
    made.loggedIn(made.now());
    expect((await made.browser.get(returnTo)).status).toBe(200);
  });
});

describe('a request with max_age=0', () => {
  it('and prompt=none hears that a login is required, however new the login is', async () => {
    const { browser, id } = await prepared(0);
    const answer = await browser.authorize(id, createPkce(), { prompt: 'none', max_age: '0' });
    expect(redirectParameters(answer)['error']).toBe('login_required');
  });

  it('is more than one with max_age=1, for which a login of the same second does', async () => {
    const { browser, id } = await prepared(0);
    const answer = await browser.authorize(id, createPkce(), { max_age: '1' });
    expect(locationOf(answer)).toMatch(/^\/oauth\/consent/);
  });
});
