/**
 * What the construction of a server costs, and its first requests.
 *
 * @module
 */
import { once } from 'node:events';
import { Client } from 'undici';
import { Least } from './least.ts';
import { answerOf, startProbe } from './probe.ts';

/** As a ratio to importing Express alone. */
export type ServerCost = Readonly<Record<Step, number>>;

/** In the words of the report. */
export const STEP_NAMES = {
  construction: 'construction, with the memory store and a log of the host',
  redis: 'more with `RedisStore`, which loads ioredis',
  log: 'more with the own log, which loads winston',
  telemetry: "more with OpenTelemetry's API, where the host has installed it",
  document: 'the first document',
  registration: 'the first registration',
  another: 'the second registration',
} as const;
export type Step = keyof typeof STEP_NAMES;

const OPEN_TELEMETRY = ['@opentelemetry/api'];

export async function serverCost(redisUrl: string, rounds: number): Promise<ServerCost> {
  const kinds = {
    express: new Least(() => answerOf('import-probe', ['esm', 'express']) as Promise<number[]>),
    plain: new Least(() => started({ before: OPEN_TELEMETRY })),
    withRedis: new Least(() => started({ before: OPEN_TELEMETRY, redis: redisUrl })),
    withLog: new Least(() => started({ before: OPEN_TELEMETRY, log: true })),
    withTelemetry: new Least(() => started({})),
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const one of Object.values(kinds)) await one.again();
  }
  const { plain, withRedis, withLog, withTelemetry } = kinds;
  const express = kinds.express.at(0);
  const more = (one: Least): number => (one.at(0) - plain.at(0)) / express;
  return {
    construction: plain.at(0) / express,
    redis: more(withRedis),
    log: more(withLog),
    telemetry: more(withTelemetry),
    document: withRedis.at(1) / express,
    registration: withRedis.at(2) / express,
    another: withRedis.at(3) / express,
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

/** Construction, first document, first registration, second registration. */
async function started(options: object): Promise<number[]> {
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
    return [
      construction,
      await cost({ method: 'GET', path: discovery }, 200),
      await cost(REGISTRATION, 201),
      await cost(REGISTRATION, 201),
    ];
  } finally {
    await client.close();
    child.disconnect();
    await once(child, 'exit');
  }
}
