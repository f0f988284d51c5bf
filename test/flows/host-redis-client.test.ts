import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  refreshRequest,
  register,
  tokenRequest,
} from '../support/flow.ts';
import { IOREDIS_CLIENTS, type ClientKind } from '../support/ioredis-clients.ts';
import { PATIENCE_MS } from '../support/stores.ts';
import { redisUrl } from '../support/redis-url.ts';

const SCOPE = 'openid offline_access';

/** Instances of which each is the app of a host with a client of its own. */
function createHosts(kinds: readonly ClientKind[]): TestDeployment {
  const prefix = `hosts-${randomUUID()}:`;
  const clients = kinds.map(({ connect }) => connect(redisUrl()));
  const stores = clients.map(
    (client) => new RedisStore({ client, prefix, commandTimeoutMs: PATIENCE_MS }),
  );
  const unused = [...stores];
  const deploy = () => ({
    store: () => {
      const store = unused.shift();
      if (!store) throw new Error('there are more instances than clients');
      return store;
    },
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
      for (const client of clients) client.disconnect();
    },
  });
  return createDeployment({ kind: 'redis', deploy }, { baselineClientScopes: ['offline_access'] });
}

const PAIRS = IOREDIS_CLIENTS.flatMap((begin) =>
  IOREDIS_CLIENTS.map((end) => ({ begin, end, name: `${begin.name}, then ${end.name}` })),
);

describe("a login on the hosts' own clients of Redis", () => {
  let hosts: TestDeployment;
  afterEach(() => hosts.close());

  it.each(PAIRS)('goes all the way, and a stolen token ends it: $name', async ({ begin, end }) => {
    hosts = createHosts([begin, end]);
    const [{ app }, { app: other }] = [hosts.start(), hosts.start()];
    const registered = await register(app, { scope: 'openid' });
    expect(registered.body).toMatchObject({ scope: SCOPE });
    const { client_id } = registered.body as { client_id: string };

    const pkce = createPkce();
    const browser = new Browser(app, 'alice');
    const begun = await browser.authorize(client_id, pkce, { scope: SCOPE });
    const decided = await browser.at(other).submit(locationOf(begun), 'allow');
    const { code = '' } = redirectParameters(decided);

    const redeemed = await tokenRequest(app, redemption(client_id, code, pkce));
    expect(redeemed.status).toBe(200);
    const first = redeemed.body as { access_token: string; refresh_token: string };
    const call = await supertest(other).get('/mcp').auth(first.access_token, { type: 'bearer' });
    expect(call.body).toMatchObject({ clientId: client_id, extra: { sub: 'alice' } });

    let { refresh_token } = first;
    for (const instance of [other, app]) {
      const refreshed = await refreshRequest(instance, client_id, refresh_token);
      expect(refreshed.status).toBe(200);
      ({ refresh_token } = refreshed.body as { refresh_token: string });
    }
    for (const refused of [first.refresh_token, refresh_token]) {
      const { status, body } = await refreshRequest(other, client_id, refused);
      expect({ status, body }).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    }
  });
});
