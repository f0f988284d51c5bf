import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { expectPage, readable } from '../http/support/expect.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { Browser, createPkce, locationOf, registeredClientId } from '../support/flow.ts';
import { startIdentityProvider, type IdentityProvider } from '../support/identity-provider.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';
import { answerOf, loginAt } from '../support/upstream-flow.ts';

let provider: IdentityProvider;
let bench: RedisBench;
let made: TestApp;

beforeEach(async () => {
  provider = await startIdentityProvider();
  bench = createRedisBench(redisUrl());
  made = createTestApp({
    clock: createClock(Date.now()),
    options: {
      store: bench.createStore(),
      signingKeys: SIGNING_KEY,
      login: [loginAt(provider, { name: 'one' }), loginAt(provider, { name: 'two' })],
    },
  });
});
afterEach(async () => {
  await made.server.close();
  await bench.close();
  await provider.stop();
});

it('tells who comes back from the provider after Redis lost everything to begin again (FED-16)', async () => {
  const browser = new Browser(made.app);
  const client_id = await registeredClientId(made.app);
  const choice = locationOf(await browser.authorize(client_id, createPkce()));
  const callback = await answerOf(await browser.get(`${choice}&provider=one`));
  await bench.redis.flushdb();

  const consent = choice.replace('/oauth/login', '/oauth/consent');
  for (const url of [callback, choice, `${choice}&provider=two`, consent]) {
    const answer = await browser.get(url);
    expect({ url, status: answer.status }).toEqual({ url, status: 400 });
    expectPage(answer);
    expect(readable(answer.text)).toMatch(/again/);
  }
  expect(provider.asked('token')).toEqual([]);
  expect(made.log.at('error')).toEqual([]);
});

it('lets people log in again as soon as the client has registered again (FED-16)', async () => {
  const browser = new Browser(made.app);
  const before = await registeredClientId(made.app);
  await browser.authorize(before, createPkce(), { idp_hint: 'one' });
  await bench.redis.flushdb();

  const client_id = await registeredClientId(made.app);
  const begun = await browser.authorize(client_id, createPkce(), { idp_hint: 'one' });
  expect(locationOf(await browser.get(await answerOf(begun)))).toMatch(/^\/oauth\/consent\?/);
});
