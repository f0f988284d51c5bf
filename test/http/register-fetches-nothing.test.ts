import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { register } from '../support/flow.ts';
import { openConsent } from './support/consent.ts';
import { PAGE_HEADERS } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

/** A place on this machine that notes whoever comes. */
let visits = 0;
let canary: Server;
let origin: string;

beforeAll(async () => {
  canary = createServer((_req, res) => {
    visits += 1;
    res.end();
  });
  // A connection without a request is a visit too; a request may come on a connection from before.
  canary.on('connection', () => {
    visits += 1;
  });
  await new Promise<void>((resolve) => {
    canary.listen(0, '127.0.0.1', resolve);
  });
  origin = `http://127.0.0.1:${String((canary.address() as AddressInfo).port)}`;
});
beforeEach(() => {
  visits = 0;
});
afterAll(() => {
  canary.closeAllConnections();
  canary.close();
});

describe('addresses that a client gives for people to look at (REG-23)', () => {
  it('notices a visit, which the other cases rely on', async () => {
    await fetch(origin);
    expect(visits).toBe(2);
    await fetch(origin);
    expect(visits).toBeGreaterThan(2);
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
    expect(visits).toBe(0);
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
      expect(visits).toBe(0);
    },
  );
});
