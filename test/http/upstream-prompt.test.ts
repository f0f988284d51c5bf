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

const WEB = 'https://app.example.com/cb';
const LOOPBACK = 'http://localhost:8080/callback';

let provider: IdentityProvider;
let made: TestApp;
let client_id: string;
let browser: Browser;

beforeEach(async () => {
  provider = await startIdentityProvider();
  made = createTestApp({
    clock: createClock(Date.now()),
    options: { login: loginAt(provider) },
  });
  client_id = await registeredClientId(made.app, { redirect_uris: [WEB, LOOPBACK] });
  browser = new Browser(made.app);
});
afterEach(async () => {
  await made.server.close();
  await provider.stop();
});

function ask(more: Query = {}): Promise<Response> {
  return browser.authorize(client_id, createPkce(), { redirect_uri: WEB, ...more });
}

async function logIn(more: Query = {}): Promise<Response> {
  return browser.get(await answerOf(await ask(more)));
}

/** An epoch second of the past or the future. */
function secondsAgo(seconds: number): () => number {
  return () => Math.floor(Date.now() / 1000) - seconds;
}

describe('what a client wants of a login elsewhere', () => {
  it.each<{ asked: Query; passed: Record<string, string> }>([
    { asked: { prompt: 'login' }, passed: { prompt: 'login' } },
    { asked: { prompt: 'select_account' }, passed: { prompt: 'select_account' } },
    { asked: { prompt: 'none' }, passed: { prompt: 'none' } },
    { asked: { max_age: '600' }, passed: { max_age: '600' } },
    { asked: { login_hint: 'alice@example.com' }, passed: { login_hint: 'alice@example.com' } },
    { asked: { ui_locales: 'de en' }, passed: { ui_locales: 'de en' } },
  ])('is passed on: $asked', async ({ asked, passed }) => {
    const query = new URL(locationOf(await ask(asked))).searchParams;
    expect(Object.fromEntries(query)).toMatchObject(passed);
  });

  it('is not asked of the provider when it is a matter of this server: prompt=consent', async () => {
    const query = new URL(locationOf(await ask({ prompt: 'consent' }))).searchParams;
    expect(query.has('prompt')).toBe(false);
  });
});

describe('a login elsewhere that is not as recent as the client wants', () => {
  it.each<{ name: string; asked: Query; authTime: (() => number) | undefined }>([
    { name: 'an hour old', asked: { prompt: 'login' }, authTime: secondsAgo(3600) },
    { name: 'older than max_age', asked: { max_age: '60' }, authTime: secondsAgo(200) },
    { name: 'of no known time', asked: { prompt: 'login' }, authTime: undefined },
  ])('is none: $name', async ({ asked, authTime }) => {
    provider.script.authTime = authTime;
    expect(redirectParameters(await logIn(asked))).toMatchObject({ error: 'login_required' });
  });

  it.each<{ name: string; asked: Query; authTime?: () => number }>([
    { name: 'made just now', asked: { prompt: 'login' } },
    {
      name: 'by a clock that is a little behind',
      asked: { prompt: 'login' },
      authTime: secondsAgo(5),
    },
    { name: 'within max_age', asked: { max_age: '600' }, authTime: secondsAgo(300) },
    { name: 'old, when nobody minds', asked: {}, authTime: secondsAgo(86_400) },
  ])('but one is $name', async ({ asked, authTime }) => {
    if (authTime) provider.script.authTime = authTime;
    expect(locationOf(await logIn(asked))).toMatch(/^\/oauth\/consent\?/);
  });
});

describe('prompt=none with a login elsewhere', () => {
  const SILENT = { prompt: 'none' };

  async function allow(more: Query = {}): Promise<Response> {
    return browser.submit(locationOf(await logIn(more)), 'allow');
  }

  it('gives a code to a client that the person has allowed all of it before', async () => {
    await allow();
    const answer = await browser.get(locationOf(await logIn(SILENT)));
    expect(redirectParameters(answer)).toMatchObject({
      code: expect.any(String),
      state: 'xyz-state',
      iss: 'https://auth.example.com',
    });
  });

  it('is consent_required when the person has not been asked', async () => {
    const answer = await browser.get(locationOf(await logIn(SILENT)));
    expect(redirectParameters(answer)).toMatchObject({ error: 'consent_required' });
  });

  it('is consent_required when another person is there', async () => {
    await allow();
    provider.script.person = { sub: 'bob-upstream', name: 'Bob' };
    const answer = await browser.get(locationOf(await logIn(SILENT)));
    expect(redirectParameters(answer)).toMatchObject({ error: 'consent_required' });
  });

  it('is login_required when the provider knows nobody: at once on this computer', async () => {
    provider.script.person = undefined;
    const answer = await logIn({ ...SILENT, redirect_uri: LOOPBACK });
    expect(redirectParameters(answer)).toMatchObject({
      error: 'login_required',
      state: 'xyz-state',
      iss: 'https://auth.example.com',
    });
  });

  it('is access_denied when the host does not let the account in', async () => {
    await made.server.close();
    made = createTestApp({
      clock: createClock(Date.now()),
      options: { login: loginAt(provider, { allow: () => false }) },
    });
    client_id = await registeredClientId(made.app, { redirect_uris: [LOOPBACK] });
    browser = new Browser(made.app);
    const answer = await logIn({ ...SILENT, redirect_uri: LOOPBACK });
    expect(redirectParameters(answer)).toMatchObject({ error: 'access_denied' });
  });

  it('is a page when the provider knows nobody and the answer would go elsewhere, unseen', async () => {
    provider.script.person = undefined;
    const answer = await logIn(SILENT);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('login_required');
    expect(answer.headers).not.toHaveProperty('location');
  });
});
