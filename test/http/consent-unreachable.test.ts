import { afterEach, expect, it } from '@jest/globals';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { StoreUnavailableError, type Store } from '../../lib/storage/store.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
} from '../support/flow.ts';

let made: TestApp | undefined;
afterEach(() => made?.server.close());

it('asks the person where what they have allowed before cannot be read', async () => {
  const clock = createClock();
  const memory = new MemoryStore({ now: clock.now });
  const away = (): Promise<never> => Promise.reject(new StoreUnavailableError('the store is away'));
  const store: Store = {
    shared: memory.shared,
    clients: memory.clients,
    authorizations: memory.authorizations,
    grants: memory.grants,
    keys: memory.keys,
    upstreamTokens: memory.upstreamTokens,
    initialAccessTokens: memory.initialAccessTokens,
    assertions: memory.assertions,
    stats: memory.stats,
    pushedRequests: memory.pushedRequests,
    consents: { find: away, remember: away, forget: away, forgetAll: away },
    clientStates: memory.clientStates,
    switches: memory.switches,
    claim: (issuer) => memory.claim(issuer),
    now: () => memory.now(),
    close: () => memory.close(),
  };
  made = createTestApp({ clock, options: { store } });
  const client_id = await registeredClientId(made.app, { scope: 'openid' });
  const browser = new Browser(made.app, 'alice');
  const page = locationOf(await browser.authorize(client_id, createPkce(), { scope: 'openid' }));
  expect((await browser.get(page)).status).toBe(200);
  // For an app on this computer nothing is remembered, so nothing has to be written either.
  const decided = await browser.submit(page, 'allow');
  expect(redirectParameters(decided)).toHaveProperty('code');
});
