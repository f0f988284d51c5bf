import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import supertest from 'supertest';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { APP_URI, documentHost, publish } from '../http/support/document-app.ts';
import { createTestApp, ISSUER, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import {
  Browser,
  consentForm,
  createPkce,
  locationOf,
  obtainCode,
  redemption,
  redirectParameters,
  refreshRequest,
  register,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { askFrom, fateOf, registerHosted } from '../support/hosted.ts';
import { beginPushed, pushedUri } from '../support/pushed.ts';
import { OF_NO_REQUEST } from '../support/redis-monitor.ts';
import { redisUrl } from '../support/redis-url.ts';
import { PATIENCE_MS } from '../support/stores.ts';

const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

const documents = documentHost();

/** Commands that are under way together are one wait; the next one begins when all are answered. */
class WaitCounter {
  waits = 0;
  #underWay = 0;

  watch(client: Redis): Redis {
    const send = client.sendCommand.bind(client);
    client.sendCommand = (command, stream) => {
      if (command.args.some((arg) => OF_NO_REQUEST.test(String(arg)))) return send(command, stream);
      if (this.#underWay++ === 0) this.waits += 1;
      const done = (): number => this.#underWay--;
      command.promise.then(done, done);
      return send(command, stream);
    };
    return client;
  }

  async during(run: () => Promise<unknown>): Promise<number> {
    this.waits = 0;
    await run();
    return this.waits;
  }
}

const KINDS = [
  { kind: 'keys that are given', keys: { signingKeys: KEY } },
  { kind: 'keys of its own', keys: {} },
];

describe.each(KINDS)('how often an endpoint waits for Redis, with $kind', ({ keys }) => {
  const host = new Redis(redisUrl(), { lazyConnect: true });
  const counter = new WaitCounter();
  let store: RedisStore;
  let made: TestApp;

  beforeAll(async () => {
    const client = {
      defineCommand: () => undefined,
      duplicate: (options: object) => counter.watch(host.duplicate(options)),
    };
    store = new RedisStore({
      client,
      prefix: `waits-${randomUUID()}:`,
      commandTimeoutMs: PATIENCE_MS,
    });
    made = createTestApp({
      clock: createClock(Date.now()),
      outside: documents().outside,
      options: {
        clientIdMetadataDocuments: true,
        store,
        ...keys,
        baselineClientScopes: ['offline_access'],
        // Those of the product.
        rateLimits: {},
      },
    });
    // The scripts are loaded by their first use; a running server has them.
    await wholeFlow(made, async (_endpoint, run) => {
      await run();
    });
  });
  afterAll(async () => {
    await made.server.close();
    host.disconnect();
  });

  it('is at most twice, for every endpoint, its rate limit included', async () => {
    const waits: Record<string, number> = {};
    await wholeFlow(made, async (endpoint, run) => {
      waits[endpoint] = await counter.during(run);
    });
    expect(waits).toEqual({
      register: 2,
      authorize: 2,
      push: 2,
      'authorize, pushed': 2,
      'consent page': 1,
      'consent decision': 2,
      'consent decision, remembered': 2,
      'authorize, allowed before': 2,
      'authorize, silently': 2,
      'consent page, allowed before': 2,
      'token for a code': 2,
      'token for a refresh token': 2,
      userinfo: 1,
      'a protected call': 0,
      'a call that is checked': 1,
      'the same, of a client with a document': 1,
      'the same, its document to be fetched': 2,
      discovery: 0,
      keys: 0,
    });
  });
});

type Step = (endpoint: string, run: () => Promise<unknown>) => Promise<void>;

async function wholeFlow(made: TestApp, step: Step): Promise<void> {
  await rememberedFlow(made, step);
  await flowToAnApi(made, step);
  await documentFlow(made, step);
}

async function rememberedFlow({ app }: TestApp, step: Step): Promise<void> {
  const browser = new Browser(app, 'alice');
  const id = await registerHosted(app);
  const asked = await askFrom(browser, id);
  const { action, csrf } = consentForm((await browser.get(locationOf(asked))).text);
  await step('consent decision, remembered', async () => {
    expect(fateOf(await browser.post(action, { decision: 'allow', csrf }))).toBe('code');
  });
  await step('authorize, allowed before', async () => {
    expect(fateOf(await askFrom(browser, id))).toBe('code');
  });
  await step('authorize, silently', async () => {
    expect(fateOf(await askFrom(browser, id, { prompt: 'none' }))).toBe('code');
  });
  const begun = await askFrom(browser.logout(), id);
  const url = new URL(locationOf(begun), ISSUER).searchParams.get('return_to') ?? '';
  await step('consent page, allowed before', async () => {
    expect(fateOf(await browser.login('alice').get(url))).toBe('code');
  });
}

async function flowToAnApi({ app, server }: TestApp, step: Step): Promise<void> {
  const pkce = createPkce();
  const browser = new Browser(app, 'alice');
  let client_id = '';
  let consentUrl = '';
  let form = { action: '', csrf: '' };
  let code = '';
  let tokens: Partial<Tokens> = {};
  await step('register', async () => {
    ({ client_id } = (await register(app, { scope: 'openid' })).body as { client_id: string });
  });
  await step('authorize', async () => {
    const scope = 'openid offline_access';
    consentUrl = locationOf(await browser.authorize(client_id, pkce, { scope }));
  });
  let pushed = '';
  await step('push', async () => {
    pushed = await pushedUri(app, client_id, pkce, { scope: 'openid' });
  });
  await step('authorize, pushed', async () => {
    expect((await beginPushed(browser, client_id, pushed)).status).toBe(302);
  });
  await step('consent page', async () => {
    form = consentForm((await browser.get(consentUrl)).text);
  });
  await step('consent decision', async () => {
    const decided = await browser.post(form.action, { decision: 'allow', csrf: form.csrf });
    code = redirectParameters(decided)['code'] ?? '';
  });
  await step('token for a code', async () => {
    tokens = (await tokenRequest(app, redemption(client_id, code, pkce))).body as Tokens;
  });
  await step('token for a refresh token', async () => {
    expect((await refreshRequest(app, client_id, tokens.refresh_token)).status).toBe(200);
  });
  await step('userinfo', async () => {
    const call = supertest(app).get('/oauth/userinfo');
    expect((await call.auth(tokens.access_token ?? '', { type: 'bearer' })).status).toBe(200);
  });
  await step('a protected call', async () => {
    const call = await supertest(app)
      .get('/mcp')
      .auth(tokens.access_token ?? '', { type: 'bearer' });
    expect(call.status).toBe(200);
  });
  await step('a call that is checked', async () => {
    await server.verifyAccessToken(tokens.access_token ?? '', { checkRevocation: true });
  });
  await step('discovery', () => supertest(app).get('/.well-known/oauth-authorization-server'));
  await step('keys', () => supertest(app).get('/oauth/jwks'));
}

async function documentFlow({ app, server, clock }: TestApp, step: Step): Promise<void> {
  const pkce = createPkce();
  const client_id = publish(documents(), '/client', {}, { 'cache-control': 'max-age=1' });
  const where = { redirect_uri: APP_URI };
  const code = await obtainCode(app, client_id, pkce, where);
  const { body } = await tokenRequest(app, redemption(client_id, code, pkce, where));
  const check = async (): Promise<void> => {
    await server.verifyAccessToken((body as Tokens).access_token, { checkRevocation: true });
  };
  await step('the same, of a client with a document', check);
  clock.advance(2 * 60_000);
  // One that counts fetches, and waits for what may make this one needless.
  await step('the same, its document to be fetched', check);
}
