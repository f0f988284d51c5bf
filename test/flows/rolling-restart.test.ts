import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnExample, type SpawnedExample } from '../../example-app/spawn-example.ts';
import { startBalancer, type Balancer } from '../support/balancer.ts';
import { Browser, logInAndDecide } from '../support/browser.ts';
import { redisEnvironment } from '../support/example.ts';
import { authorizationQuery, createPkce, redemption, type Tokens } from '../support/flow.ts';
import { ALICE } from '../support/strict-client.ts';
import { createStallMeter } from '../support/stalls.ts';

const METADATA = {
  redirect_uris: ['http://127.0.0.1:8765/callback'],
  scope: 'notes:read offline_access',
};
const WORKERS = 4;
/** As in the ledger of the fault suite. */
const STALL_MS = 50;

let balancer: Balancer | undefined;
const examples: SpawnedExample[] = [];

afterEach(async () => {
  await balancer?.close();
  balancer = undefined;
  await Promise.all(examples.splice(0).map((example) => example.stop()));
});

async function start(env: Readonly<Record<string, string>>): Promise<SpawnedExample> {
  // The balancer has to look within that, also on a machine that stands still for some seconds.
  const example = await spawnExample({ ...env, STOP_DELAY: '6' });
  examples.push(example);
  return example;
}

/** How often what was asked for was given, and everything else that was answered. */
interface Counts {
  registrations: number;
  logins: number;
  refreshes: number;
  documents: number;
  /** Where something went wrong, and how. */
  readonly failures: string[];
}

/** Clients that register, people who log in, tokens that are used and refreshed, without a pause. */
function load(url: string): { stop(): Promise<Counts> } {
  const counts: Counts = { registrations: 0, logins: 0, refreshes: 0, documents: 0, failures: [] };
  let isOver = false;
  const expectStatus = async (
    what: string,
    wanted: number,
    response: Response,
  ): Promise<object> => {
    const text = await response.text();
    if (response.status !== wanted) throw new Error(`${what}: ${response.status} ${text}`);
    return JSON.parse(text) as object;
  };
  const token = async (what: string, form: Record<string, string | undefined>): Promise<Tokens> => {
    const given = Object.entries(form).filter((entry): entry is [string, string] => !!entry[1]);
    const body = new URLSearchParams(given);
    const answer = await fetch(`${url}/oauth/token`, { method: 'POST', body });
    return (await expectStatus(what, 200, answer)) as Tokens;
  };

  const connect = async (): Promise<void> => {
    const registered = await fetch(`${url}/oauth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(METADATA),
    });
    const client = await expectStatus('register', 201, registered);
    const { client_id } = client as { client_id: string };
    counts.registrations += 1;

    const pkce = createPkce();
    const [redirect_uri = ''] = METADATA.redirect_uris;
    const query = authorizationQuery(client_id, pkce, { redirect_uri, scope: METADATA.scope });
    const browser = new Browser(url);
    const visit = await logInAndDecide(browser, `${url}/oauth/authorize?${query}`, ALICE);
    if (visit.kind === 'page') throw new Error(`login: ${visit.status} ${visit.url.pathname}`);
    const code = visit.url.searchParams.get('code') ?? '';
    let tokens = await token('redeem', redemption(client_id, code, pkce, { redirect_uri }));
    counts.logins += 1;

    for (let refreshes = 0; refreshes < 3; refreshes += 1) {
      const { refresh_token } = tokens;
      tokens = await token('refresh', { grant_type: 'refresh_token', client_id, refresh_token });
      counts.refreshes += 1;
      const keys = await fetch(`${url}/oauth/jwks`);
      await expectStatus('keys', 200, keys);
      counts.documents += 1;
    }
    // All of them are of one person, of whom only so many grants are kept.
    const form = new URLSearchParams({ client_id, token: tokens.refresh_token ?? '' });
    const revoked = await fetch(`${url}/oauth/revoke`, { method: 'POST', body: form });
    if (revoked.status !== 200) throw new Error(`revoke: ${revoked.status}`);
    await revoked.arrayBuffer();
  };
  const stalls = createStallMeter();
  const work = async (): Promise<void> => {
    while (!isOver) {
      const from = performance.now();
      await connect().catch((error: unknown) => {
        // While the machine stands still, Redis is late for the instances as well.
        const isLate = stalls.within(from, performance.now()) > STALL_MS;
        if (!isLate || !/: 503\b/.test(String(error))) counts.failures.push(String(error));
      });
    }
  };
  const working = Array.from({ length: WORKERS }, work);
  return {
    async stop() {
      isOver = true;
      await Promise.all(working);
      stalls.stop();
      return counts;
    },
  };
}

describe('a rolling restart under load', () => {
  it('loses no registration, no login and no refresh: each instance says that it goes, goes on for a while, and ends with 0', async () => {
    balancer = await startBalancer();
    const env = {
      ...redisEnvironment(),
      DCR_ISSUER: balancer.url,
      // All of the load comes from one address.
      DCR_RATE_LIMIT_EXEMPT: '127.0.0.0/8 ::1/128',
      DCR_RATE_LIMIT_REGISTER_TOTAL: 'off',
    };
    const old = [await start(env), await start(env)];
    for (const { url } of old) await balancer.add(url);
    const loaded = load(balancer.url);
    for (const instance of old) {
      const successor = await start(env);
      await balancer.add(successor.url);
      const ended = instance.signal('SIGTERM');
      await balancer.gone(instance.url);
      expect(await ended).toBe(0);
    }
    const { failures, ...counts } = await loaded.stop();
    expect(failures).toEqual([]);
    // How many fit is a matter of the machine.
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(5);
  }, 120_000);

  it('is ended by a second signal, with 1', async () => {
    const example = await spawnExample({ STOP_DELAY: '10' });
    const first = example.signal('SIGTERM');
    // Not ready means that the first one has arrived.
    for (;;) {
      const { status } = await fetch(`${example.url}/readyz`);
      if (status === 503) break;
    }
    expect((await fetch(`${example.url}/livez`)).status).toBe(200);
    await example.signal('SIGTERM');
    expect(await first).toBe(1);
  }, 60_000);
});
