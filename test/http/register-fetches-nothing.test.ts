import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { register } from '../support/flow.ts';
import { startCanary, type Canary } from './support/canary.ts';
import { openConsent } from './support/consent.ts';
import { PAGE_HEADERS } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

let canary: Canary;
let origin: string;

beforeAll(async () => {
  canary = await startCanary();
  ({ origin } = canary);
});
beforeEach(() => {
  canary.forget();
});
afterAll(() => {
  canary.close();
});

describe('addresses that a client gives for people to look at (REG-23)', () => {
  it('notices a visit, which the other cases rely on', async () => {
    await fetch(origin);
    expect(canary.visits).toEqual(['connection', '/']);
    await fetch(origin);
    expect(canary.visits.slice(2)).toContain('/');
  });

  it('are not fetched by the server at registration, nor by it or the page at consent', async () => {
    const metadata = {
      logo_uri: `${origin}/logo.png`,
      client_uri: `${origin}/client`,
      policy_uri: `${origin}/policy`,
      tos_uri: `${origin}/tos`,
      'logo_uri#de': `${origin}/logo-de.png`,
    };
    const { browser, url } = await openConsent({ metadata });
    const answer = await browser.get(url);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject(PAGE_HEADERS);
    expect(answer.text).not.toContain(origin);
    expect(answer.text).not.toMatch(/<img|<link|<iframe|\ssrc\s*=|url\(|@import/i);
    expect(canary.visits).toEqual([]);
  });

  it.each(['client_uri', 'policy_uri', 'tos_uri'])(
    'are text to be kept when they are a %s of some network behind the server',
    async (name) => {
      const { app } = createWatchedApp();
      for (const uri of ['http://169.254.169.254/', 'https://10.0.0.1/', `${origin}/`]) {
        const answer = await register(app, { [name]: uri });
        expect(answer.status).toBe(201);
        expect(answer.body).toHaveProperty(name, uri);
      }
      expect(canary.visits).toEqual([]);
    },
  );
});
