/**
 * What the construction of a server costs, and its first requests.
 *
 * @module
 */
import { once } from 'node:events';
import { Client } from 'undici';
import { median } from '../report/summary.ts';
import { answerOf, startProbe } from './probe.ts';

/** As a ratio to importing Express alone in the same round. */
export type ServerCost = Readonly<Record<Step, number>>;

/** In the words of the report. */
export const STEP_NAMES = {
  construction: 'construction, with the memory store and a log of the host',
  redis: 'and with `RedisStore`, which loads ioredis',
  log: 'and with the own log, which loads winston',
  telemetry: "and with OpenTelemetry's API, where the host has installed it",
  document: 'the first document',
  registration: 'the first registration',
  another: 'the second registration',
} as const;
export type Step = keyof typeof STEP_NAMES;

const STEPS = Object.keys(STEP_NAMES) as Step[];
const OPEN_TELEMETRY = ['@opentelemetry/api'];

interface Started {
  readonly construction: number;
  readonly document: number;
  readonly registration: number;
  readonly another: number;
}

export async function serverCost(redisUrl: string, rounds: number): Promise<ServerCost> {
  const all: Record<Step, number>[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await oneRound(redisUrl));
  const cost = (step: Step): [Step, number] => [step, median(all.map((one) => one[step]))];
  return Object.fromEntries(STEPS.map(cost)) as Record<Step, number>;
}

async function oneRound(redisUrl: string): Promise<Record<Step, number>> {
  const [express = NaN] = (await answerOf('import-probe', ['esm', 'express'])) as number[];
  const plain = await started({ before: OPEN_TELEMETRY });
  const withRedis = await started({ before: OPEN_TELEMETRY, redis: redisUrl });
  const withLog = await started({ before: OPEN_TELEMETRY, log: true });
  const withTelemetry = await started({});
  const more = (one: Started): number => (one.construction - plain.construction) / express;
  return {
    construction: plain.construction / express,
    redis: more(withRedis),
    log: more(withLog),
    telemetry: more(withTelemetry),
    document: withRedis.document / express,
    registration: withRedis.registration / express,
    another: withRedis.another / express,
  };
}

const REGISTRATION = {
  ...{ method: 'POST', path: '/oauth/register' },
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    redirect_uris: ['http://127.0.0.1/callback'],
    token_endpoint_auth_method: 'none',
  }),
} as const;

async function started(options: object): Promise<Started> {
  const child = startProbe('server-probe', [JSON.stringify(options)]);
  const [ready] = (await once(child, 'message')) as [{ origin: string; construction: number }];
  const { origin, construction } = ready;
  const client = new Client(origin);
  const used = async (): Promise<number> => {
    const answered = once(child, 'message');
    child.send('used');
    const [micros] = (await answered) as [number];
    return micros;
  };
  const cost = async (request: Parameters<Client['request']>[0], status: number) => {
    const before = await used();
    const answer = await client.request(request);
    const text = await answer.body.text();
    if (answer.statusCode !== status)
      throw new Error(`${request.path}: ${answer.statusCode} ${text}`);
    return (await used()) - before;
  };
  try {
    // What Node needs to serve anything is not the server's.
    await cost({ method: 'GET', path: '/nothing' }, 200);
    const discovery = '/.well-known/oauth-authorization-server';
    return {
      construction,
      document: await cost({ method: 'GET', path: discovery }, 200),
      registration: await cost(REGISTRATION, 201),
      another: await cost(REGISTRATION, 201),
    };
  } finally {
    await client.close();
    child.disconnect();
    await once(child, 'exit');
  }
}
