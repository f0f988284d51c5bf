import { describe, expect, it } from '@jest/globals';
import type { HostLoginOptions } from '../../lib/login/host-login.ts';
import { ISSUER, personOf } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { Browser, locationOf, redirectParameters, type Query } from '../support/flow.ts';
import { allowHosted, askFrom, fateOf, grantOf, registerHosted } from '../support/hosted.ts';
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';

/** A host that knows when alice logged in, and a client that she has allowed `openid profile`. */
async function prepared(): Promise<
  WatchedApp & { id: string; browser: Browser; loggedInAt: (ago: number) => void }
> {
  const clock = createClock();
  const seconds = (): number => Math.floor(clock.now() / 1000);
  const host = { auth_time: seconds() };
  const user: HostLoginOptions['user'] = (req) => {
    const sub = personOf(req);
    return sub === undefined ? undefined : { sub, auth_time: host.auth_time };
  };
  const made = createWatchedApp({ clock, login: { user } });
  const id = await registerHosted(made.app);
  const browser = new Browser(made.app, 'alice');
  await allowHosted(browser, id, { scope: 'openid profile' });
  const loggedInAt = (ago: number): void => void (host.auth_time = seconds() - ago);
  made.store.forget();
  return { ...made, id, browser, loggedInAt };
}

const REMEMBERED = { scope: 'openid profile' };
const MORE = { scope: 'openid profile email' };
const ERRORS = ['login_required', 'consent_required'];

describe('what becomes of an authorization request', () => {
  it.each<{ query: Query; ago?: number; person?: string; want: string }>([
    { query: { ...REMEMBERED, prompt: 'none' }, want: 'code' },
    { query: { ...REMEMBERED, prompt: 'none', max_age: '60' }, ago: 60, want: 'code' },
    { query: { ...REMEMBERED, prompt: 'none', max_age: '60' }, ago: 61, want: 'login_required' },
    { query: { ...REMEMBERED, prompt: 'none', max_age: '0' }, want: 'login_required' },
    { query: { ...MORE, prompt: 'none' }, want: 'consent_required' },
    { query: { ...MORE, prompt: 'none', max_age: '60' }, ago: 61, want: 'login_required' },
    { query: { ...REMEMBERED, prompt: 'none' }, person: 'bob', want: 'consent_required' },
    { query: { ...REMEMBERED, prompt: 'none login' }, want: 'invalid_request' },
    { query: { ...REMEMBERED, prompt: 'none consent' }, want: 'invalid_request' },
    { query: REMEMBERED, want: 'code' },
    { query: { ...REMEMBERED, prompt: 'create' }, want: 'code' },
    { query: { ...REMEMBERED, max_age: '60' }, ago: 59, want: 'code' },
    { query: { ...REMEMBERED, max_age: '60' }, ago: 61, want: 'login' },
    { query: { ...REMEMBERED, prompt: 'login' }, want: 'login' },
    { query: { ...REMEMBERED, prompt: 'select_account' }, want: 'login' },
    { query: { ...REMEMBERED, prompt: 'consent' }, want: 'asked' },
    { query: { ...REMEMBERED, prompt: 'login consent' }, want: 'login' },
    { query: MORE, want: 'asked' },
    { query: REMEMBERED, person: 'bob', want: 'asked' },
  ])('is $want: $query, login $ago seconds ago, $person', async (given) => {
    const { query, ago = 0, person = 'alice', want } = given;
    const { browser, id, loggedInAt, store } = await prepared();
    loggedInAt(ago);
    const answer = await askFrom(browser.login(person), id, query);
    expect(fateOf(answer)).toBe(want);
    const kept = ERRORS.includes(want) || want === 'invalid_request' ? [] : ['insert'];
    const allowed = want === 'code' ? ['allow'] : [];
    const calls = store.writes.filter((call) => call.startsWith('authorizations.'));
    expect(calls).toEqual([...kept, ...allowed].map((call) => `authorizations.${call}`));
  });

  it('is login_required for nobody with prompt=none, on a page that can lead back', async () => {
    const { browser, id, store } = await prepared();
    const answer = await askFrom(browser.logout(), id, { ...REMEMBERED, prompt: 'none' });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('error=login_required');
    expect(store.writes).toEqual([]);
  });
});

describe('after a login that the client asked for', () => {
  it.each([
    { query: { prompt: 'login' }, want: 303, fate: 'code' },
    { query: { max_age: '60' }, want: 303, fate: 'code' },
    { query: { prompt: 'login consent' }, want: 200, fate: '200' },
    // A login need not ask who somebody is: on the page they see it.
    { query: { prompt: 'select_account' }, want: 200, fate: '200' },
  ])('$query leads to $fate', async ({ query, want, fate }) => {
    const { browser, id, loggedInAt, clock } = await prepared();
    loggedInAt(61);
    const begun = await askFrom(browser, id, { ...REMEMBERED, ...query });
    const url = new URL(locationOf(begun), ISSUER).searchParams.get('return_to') ?? '';
    clock.advance(1000);
    loggedInAt(0);
    const answer = await browser.get(url);
    expect({ status: answer.status, fate: fateOf(answer) }).toEqual({ status: want, fate });
  });

  it('that did not happen, a remembered consent gives nothing', async () => {
    const { browser, id, loggedInAt, clock } = await prepared();
    loggedInAt(61);
    const begun = await askFrom(browser, id, { ...REMEMBERED, prompt: 'login' });
    const url = new URL(locationOf(begun), ISSUER).searchParams.get('return_to') ?? '';
    clock.advance(1000);
    expect(redirectParameters(await browser.get(url))).toMatchObject({ error: 'login_required' });
  });
});

describe('a code that is given without a page', () => {
  it('says when the person logged in', async () => {
    const { browser, id, loggedInAt, store, clock } = await prepared();
    loggedInAt(30);
    const answer = await askFrom(browser, id, { ...REMEMBERED, prompt: 'none' });
    expect(await grantOf(store, answer)).toMatchObject({
      auth_time: Math.floor(clock.now() / 1000) - 30,
    });
  });
});
