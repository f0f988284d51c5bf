import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import {
  Browser,
  createPkce,
  obtainCode,
  redemption,
  refreshRequest,
  tokenRequest,
} from '../support/flow.ts';
import { allowHosted, askFrom, fateOf, HOSTED_URI } from '../support/hosted.ts';
import { APP_URI, createDocumentApp, documentHost, publish } from './support/document-app.ts';
import { expectApiError, expectErrorPage } from './support/expect.ts';

const HOUR = 3_600_000;
const host = documentHost();

describe('a document that changes after consent (CIMD-15)', () => {
  it.each([
    { name: 'nothing', change: {}, want: 'code' },
    { name: 'its name', change: { client_name: 'Bank' }, want: 'asked' },
    { name: 'its logo', change: { logo_uri: 'https://app.example/l.png' }, want: 'asked' },
    {
      name: 'a redirect URI more',
      change: { redirect_uris: [HOSTED_URI, 'https://app.example/more'] },
      want: 'code',
    },
    {
      name: 'a redirect URI that is gone',
      change: { redirect_uris: ['https://app.example/other'] },
      want: '400',
    },
  ])('$name: $want, once the copy has had its time', async ({ change, want }) => {
    const id = publish(host(), '/c');
    const { app, clock } = createDocumentApp(host());
    const browser = new Browser(app, 'alice');
    await allowHosted(browser, id);
    publish(host(), '/c', change);
    expect(fateOf(await askFrom(browser, id))).toBe('code');
    clock.advance(60_000);
    expect(fateOf(await askFrom(browser, id))).toBe(want);
  });
});

/** Tokens of a client that has them, and its document. */
async function connected() {
  const id = publish(host(), '/c');
  const made = createDocumentApp(host());
  const pkce = createPkce();
  const where = { redirect_uri: APP_URI };
  const code = await obtainCode(made.app, id, pkce, { ...where, scope: 'openid offline_access' });
  const { body } = await tokenRequest(made.app, redemption(id, code, pkce, where));
  return { ...made, id, token: body.refresh_token as string };
}

describe('a document that is gone (CIMD-16)', () => {
  it.each([404, 410])(
    'with %i: the client is unknown, at once where something begins',
    async (code) => {
      const { app, clock, id, token } = await connected();
      host().answer('/c', (_req, res) => res.writeHead(code).end());
      expect((await refreshRequest(app, id, token)).status).toBe(200);
      clock.advance(60_000);
      const asked = await new Browser(app, 'alice').authorize(id, createPkce(), {
        redirect_uri: APP_URI,
      });
      expectErrorPage(asked, 400, 'invalid_client');
      expectApiError(await refreshRequest(app, id, token), 401, 'invalid_client');
    },
  );

  it('for a while: tokens are refreshed for a day, and nothing new begins', async () => {
    const { app, clock, id, token } = await connected();
    host().answer('/c', (_req, res) => res.writeHead(503).end());
    clock.advance(12 * HOUR);
    const asked = await new Browser(app, 'alice').authorize(id, createPkce(), {
      redirect_uri: APP_URI,
    });
    expectErrorPage(asked, 400, 'invalid_client');
    const refreshed = await refreshRequest(app, id, token);
    expect(refreshed.status).toBe(200);
    clock.advance(13 * HOUR);
    const next = refreshed.body.refresh_token as string;
    expectApiError(await refreshRequest(app, id, next), 503, 'temporarily_unavailable');
    // Nothing was lost: what is repaired is found as it was.
    publish(host(), '/c');
    expect((await refreshRequest(app, id, next)).status).toBe(200);
  });

  it.each([503, 404])(
    'while the person looks at their apps: the app is still there, and can be revoked (%i)',
    async (status) => {
      const { app, server, clock, id, token } = await connected();
      host().answer('/c', (_req, res) => res.writeHead(status).end());
      clock.advance(40 * HOUR);
      const [grant, ...more] = await server.grants.list({ subject: 'alice' });
      expect(more).toEqual([]);
      expect(grant).toMatchObject({ clientId: id });
      expect(await server.grants.revoke({ subject: 'alice', clientId: id })).toBe(1);
      publish(host(), '/c');
      expectApiError(await refreshRequest(app, id, token), 400, 'invalid_grant');
    },
  );
});

describe('whose documents count', () => {
  it.each<{ name: string; setting: object; want: string }>([
    { name: 'all', setting: { enabled: true }, want: 'asked' },
    { name: 'of hosts that are named', setting: { hosts: ['app.example'] }, want: 'asked' },
    { name: 'of other hosts', setting: { hosts: ['other.example'] }, want: '400' },
    {
      name: 'not of hosts that are denied',
      setting: { deniedHosts: ['app.example'] },
      want: '400',
    },
    {
      name: 'denied counts more than named',
      setting: { hosts: ['app.example'], deniedHosts: ['app.example'] },
      want: '400',
    },
    { name: 'when the host says yes', setting: { allowHost: async () => true }, want: 'asked' },
    { name: 'when the host says no', setting: { allowHost: () => false }, want: '400' },
    { name: 'when the host says nothing', setting: { allowHost: () => undefined }, want: '400' },
    {
      name: 'when the host cannot say',
      setting: {
        allowHost: async () => {
          throw new Error('no database');
        },
      },
      want: '503',
    },
  ])('$name: $want', async ({ setting, want }) => {
    const id = publish(host(), '/c');
    const options = { clientIdMetadataDocuments: setting };
    const { app } = createDocumentApp(host(), { options });
    expect(fateOf(await askFrom(new Browser(app, 'alice'), id))).toBe(want);
    expect(host().resolved).toHaveLength(want === 'asked' ? 1 : 0);
  });

  it('is asked each time, so that a no counts at once', async () => {
    const id = publish(host(), '/c');
    const asked: string[] = [];
    let answer = true;
    const allowHost = (name: string) => {
      asked.push(name);
      return answer;
    };
    const options = { clientIdMetadataDocuments: { allowHost } };
    const { app } = createDocumentApp(host(), { options });
    const browser = new Browser(app, 'alice');
    expect(fateOf(await askFrom(browser, id))).toBe('asked');
    answer = false;
    expect(fateOf(await askFrom(browser, id))).toBe('400');
    expect(asked).toEqual(['app.example', 'app.example']);
  });
});

describe('how many documents are fetched', () => {
  it('thirty for one network in a minute, and five of them of one host; what is remembered is not counted', async () => {
    const { app } = createDocumentApp(host());
    const ids = Array.from({ length: 6 }, (_, i) => publish(host(), `/many/${String(i)}`));
    const browser = new Browser(app, 'alice');
    for (const id of ids.slice(0, 5)) expect(fateOf(await askFrom(browser, id))).toBe('asked');
    const refused = await askFrom(browser, ids[5] ?? '');
    expect(refused.status).toBe(429);
    expect(refused.headers).toHaveProperty('retry-after');
    expect(fateOf(await askFrom(browser, ids[0] ?? ''))).toBe('asked');

    // Names below others are other hosts; the network stays the same.
    const elsewhere = (i: number) => host().url('/nothing', `h${String(i)}.app.example`);
    for (let i = 0; i < 25; i += 1) {
      expect((await askFrom(browser, elsewhere(i))).status).toBe(400);
    }
    const answer = await askFrom(browser, elsewhere(25));
    expect(answer.status).toBe(429);
    expect(answer.headers).toHaveProperty('retry-after');
    const limited = await refreshRequest(app, elsewhere(26), 'any');
    expectApiError(limited, 429, 'temporarily_unavailable');
  });

  it('thirty of one host for everybody, and a hundred and twenty in all', async () => {
    const { app } = createDocumentApp(host(), {
      options: { rateLimits: { exempt: ['127.0.0.0/8', '::1/128'] } },
    });
    const browser = new Browser(app, 'alice');
    const nothing = (name: string, i: number) => host().url(`/nothing/${String(i)}`, name);
    for (const name of ['a', 'b', 'c', 'd'].map((label) => `${label}.app.example`)) {
      for (let i = 0; i < 30; i += 1) {
        expect((await askFrom(browser, nothing(name, i))).status).toBe(400);
      }
      const refused = await askFrom(browser, nothing(name, 30));
      expect(refused.status).toBe(503);
      expect(refused.headers).toHaveProperty('retry-after');
    }
    expect((await askFrom(browser, nothing('e.app.example', 0))).status).toBe(503);
  });

  it('is a matter of documents alone: registered clients do not notice', async () => {
    const { app } = createDocumentApp(host());
    for (let i = 0; i < 11; i += 1) {
      await askFrom(new Browser(app, 'alice'), host().url(`/nothing/${String(i)}`));
    }
    const { status } = await supertest(app)
      .post('/oauth/register')
      .send({ redirect_uris: [APP_URI] });
    expect(status).toBe(201);
  });
});
