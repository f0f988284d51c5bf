import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnExample, type SpawnedExample } from '../../example-app/spawn-example.ts';
import { freePort } from '../support/free-port.ts';
import { questions } from '../support/operations-files.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';

const REDIRECT_URI = 'http://127.0.0.1:8765/callback';

let redis: RedisServer;
let example: SpawnedExample;
let metrics: string;

beforeAll(async () => {
  redis = await startRedisServer();
  metrics = `http://127.0.0.1:${await freePort()}/metrics`;
  example = await spawnExample({
    DCR_REDIS_URL: redis.url,
    DCR_SECRET: 'a-secret-of-the-example-that-is-long-enough',
    DCR_BASELINE_SCOPES: 'offline_access notes:write',
    METRICS_PORT: new URL(metrics).port,
  });
});

afterAll(async () => {
  await example.stop();
  await redis.stop();
});

function register(metadata: object): Promise<Response> {
  return fetch(`${example.url}/oauth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [REDIRECT_URI], ...metadata }),
  });
}

/** Asks for a scope that the client may not have. */
function askTooMuch(client_id: string): Promise<Response> {
  const query = new URLSearchParams({
    ...{ client_id, response_type: 'code', redirect_uri: REDIRECT_URI, scope: 'email' },
    ...{ code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' },
  });
  return fetch(`${example.url}/oauth/authorize?${query.toString()}`, { redirect: 'manual' });
}

/** The labels of each metric that there is. */
async function scraped(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const text = await (await fetch(metrics)).text();
  const labels = new Map<string, Set<string>>();
  for (const [, name = '', list = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? /gm)) {
    const known = labels.get(name) ?? new Set();
    for (const [, label = ''] of list.matchAll(/([a-z_]+)="/g)) known.add(label);
    labels.set(name, known);
  }
  return labels;
}

/** What Prometheus adds by itself. */
const FROM_PROMETHEUS = ['instance', 'le'];

/** Labels by which something is grouped have names like those of metrics. */
function withoutGrouping(expr: string): string {
  return expr.replace(/by \([^)]*\)/g, '');
}

describe('the example app under load, with metrics', () => {
  it('has every metric and label that the dashboard and the alerts ask for', async () => {
    const clients = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const answer = await register({ scope: 'notes:read' });
        return ((await answer.json()) as { client_id: string }).client_id;
      }),
    );
    await Promise.all(clients.map(askTooMuch));
    expect((await register({ redirect_uris: [] })).status).toBe(400);
    await redis.kill();
    expect((await register({})).status).toBe(503);

    const labels = await scraped();
    const asked = questions().flatMap(({ asker, expr }) =>
      [...withoutGrouping(expr).matchAll(/(express_dcr_[a-z_]+)(?:\{([^}]*)\})?/g)].map(
        ([, name = '', list = '']) => ({
          asker,
          name,
          labels: [...list.matchAll(/([a-z_]+)[!=]/g)].map(([, label = '']) => label),
        }),
      ),
    );
    expect(asked.length).toBeGreaterThan(15);
    for (const { asker, name, labels: wanted } of asked) {
      const known = [...(labels.get(name) ?? []), ...FROM_PROMETHEUS];
      expect({ asker, name, isThere: labels.has(name) }).toEqual({ asker, name, isThere: true });
      expect({ asker, missing: wanted.filter((label) => !known.includes(label)) }).toEqual({
        asker,
        missing: [],
      });
    }
    const grouped = questions().flatMap(({ expr }) =>
      [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
    );
    const all = [...[...labels.values()].flatMap((set) => [...set]), ...FROM_PROMETHEUS];
    expect(grouped.filter((label) => !all.includes(label))).toEqual([]);
  });

  it('names no client there', async () => {
    const text = await (await fetch(metrics)).text();
    expect(text).toContain('express_dcr_registrations_total{express_dcr_outcome="accepted"} 20');
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });
});
