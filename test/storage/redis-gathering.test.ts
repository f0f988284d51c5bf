import { describe, expect, it } from '@jest/globals';
import { gathering } from '../../lib/storage/redis/gathering.ts';
import type { RedisClient, RedisNode } from '../../lib/storage/redis/ioredis.ts';

/** Notes what is done to a stream. */
function streamOf(name: string, told: string[]): NonNullable<RedisNode['stream']> {
  return { cork: () => told.push(`${name} held`), uncork: () => told.push(`${name} sent`) };
}

function clientWith(stream: RedisNode['stream']): RedisClient {
  return { ...(stream && { stream }) } as unknown as RedisClient;
}

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

describe('what is asked of Redis in one turn', () => {
  it('goes out at its end, all together', async () => {
    const told: string[] = [];
    const gather = gathering(clientWith(streamOf('it', told)));
    gather();
    await Promise.resolve();
    gather();
    expect(told).toEqual(['it held']);
    await endOfTurn();
    expect(told).toEqual(['it held', 'it sent']);
  });

  it('is held anew in the next one', async () => {
    const told: string[] = [];
    const gather = gathering(clientWith(streamOf('it', told)));
    gather();
    await endOfTurn();
    gather();
    await endOfTurn();
    expect(told).toEqual(['it held', 'it sent', 'it held', 'it sent']);
  });

  it('is let go on the connection on which it was held, whatever is the connection then', async () => {
    const told: string[] = [];
    const client = { stream: streamOf('first', told) };
    const gather = gathering(client as unknown as RedisClient);
    gather();
    client.stream = streamOf('second', told);
    await endOfTurn();
    expect(told).toEqual(['first held', 'first sent']);
    gather();
    await endOfTurn();
    expect(told.slice(2)).toEqual(['second held', 'second sent']);
  });

  it('waits for no connection that is not there', async () => {
    const gather = gathering(clientWith(undefined));
    expect(gather).not.toThrow();
    await endOfTurn();
    expect(gather).not.toThrow();
  });

  it('is held on all masters of a Cluster that are connected', async () => {
    const told: string[] = [];
    const nodes = [{ stream: streamOf('a', told) }, {}, { stream: streamOf('c', told) }];
    const gather = gathering({ isCluster: true, nodes: () => nodes } as unknown as RedisClient);
    gather();
    await endOfTurn();
    expect(told).toEqual(['a held', 'c held', 'a sent', 'c sent']);
  });
});
