/**
 * What Redis holds, held against what it may hold at any moment, whoever was killed before it.
 *
 * @module
 */
import type { Redis } from 'ioredis';
import { lookInto, type Place } from '../../support/redis-ask.ts';

/** Keys that have no end by design. */
const PERMANENT = ['keys', 'issuer'];
/** How long a key outlives what it holds. */
const GARBAGE_AFTER_MS = 60_000;

/** What is wrong, in words without a credential. */
export async function wrongInState(place: Place, prefix: string): Promise<string[]> {
  const redis = lookInto(place);
  try {
    return await wrongInKeys(redis, prefix);
  } finally {
    redis.disconnect();
  }
}

/** The same, for who has a connection. */
export async function wrongInKeys(redis: Redis, prefix: string): Promise<string[]> {
  const names = (await redis.keys(`${prefix}*`)).map((key) => key.slice(prefix.length));
  return [
    ...(await endlessKeys(redis, prefix, names)),
    ...(await wrongInClients(redis, prefix, names)),
    ...(await wrongInGrants(redis, prefix, names)),
    ...(await wrongInSubjects(redis, prefix, names)),
  ];
}

async function endlessKeys(redis: Redis, prefix: string, names: string[]): Promise<string[]> {
  const ends = await Promise.all(names.map((name) => redis.pttl(`${prefix}${name}`)));
  return names
    .filter((name, i) => ends[i] === -1 && !PERMANENT.includes(name))
    .map((name) => `a key without an end: ${kindOf(name)}`);
}

/** Each client stands in one index, and each index holds clients that are there. */
async function wrongInClients(redis: Redis, prefix: string, names: string[]): Promise<string[]> {
  const clients = names.filter((name) => name.startsWith('client:'));
  const indexes = names.filter((name) => name.startsWith('clients:'));
  const members = await Promise.all(
    indexes.map((name) => redis.zrange(`${prefix}${name}`, '0', '-1')),
  );
  const indexed = members.flat();
  const ids = clients.map((name) => name.split(':').at(-1) ?? '');
  return [
    ...ids.filter((id) => !indexed.includes(id)).map(() => 'a client in no index'),
    ...indexed.filter((id) => !ids.includes(id)).map(() => 'an index of a client that is gone'),
    ...(new Set(indexed).size < indexed.length ? ['a client in two indexes'] : []),
  ];
}

/** A decision and its grant are there together, and a code is spent or it is not. */
async function wrongInGrants(redis: Redis, prefix: string, names: string[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const name of names.filter((one) => one.startsWith('authz:'))) {
    const grant = name.replace('authz', 'grant');
    const isAllowed = (await redis.hget(`${prefix}${name}`, 'decision')) === 'allowed';
    if (isAllowed !== names.includes(grant))
      wrong.push('a decision without its grant, or a grant without');
  }
  for (const name of names.filter((one) => one.startsWith('grant:'))) {
    const grant = await redis.hgetall(`${prefix}${name}`);
    const isRedeemed = grant['redeemed_at'] !== undefined;
    if (isRedeemed !== Number(grant['generation']) > 0) wrong.push('a code that is half spent');
    const client = await redis.get(`${prefix}client:{0}:${grant['client_id'] ?? ''}`);
    if (client === null) wrong.push('a grant of nobody');
  }
  return wrong;
}

/** A list of a person's grants may name one that is gone, but not for longer than it would have lived. */
async function wrongInSubjects(redis: Redis, prefix: string, names: string[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const name of names.filter((one) => /^subject:.*:grants$/.test(one))) {
    const [, last = '0'] = await redis.zrange(`${prefix}${name}`, '-1', '-1', 'WITHSCORES');
    const end = Number(await redis.call('PEXPIRETIME', `${prefix}${name}`));
    if (end !== Number(last) + GARBAGE_AFTER_MS) wrong.push('a list that outlives its grants');
  }
  return wrong;
}

function kindOf(name: string): string {
  return name.split(':')[0] ?? '';
}
