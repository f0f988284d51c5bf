import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RemoteClock } from '../../lib/storage/redis/clock.ts';
import { RedisClients } from '../../lib/storage/redis/clients.ts';
import { Commands } from '../../lib/storage/redis/commands.ts';
import { RedisConnection } from '../../lib/storage/redis/connection.ts';
import { createKeys } from '../../lib/storage/redis/keys.ts';
import { prepare } from '../../lib/storage/redis/source.ts';
import { DAY, newClient } from '../contract/records.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { randomPrefix, redisUrl } from '../support/redis-url.ts';
import { PATIENCE_MS } from '../support/stores.ts';

const HOUR = 60 * 60 * 1000;
const commandTimeoutMs = PATIENCE_MS;

describe('a script that comes too late by an estimate of the clock that is wrong', () => {
  let clock: RemoteClock;
  let connection: RedisConnection;
  let clients: RedisClients;
  beforeEach(async () => {
    const { logger } = createLogRecorder();
    clock = new RemoteClock();
    const client = prepare({ url: redisUrl() })();
    connection = new RedisConnection({ client, clock, commandTimeoutMs, logger });
    const clockOffsetMs = (): number => 0;
    const commands = new Commands({ connection, clock, commandTimeoutMs, clockOffsetMs, logger });
    clients = new RedisClients(commands, createKeys(randomPrefix(), { isSharded: false }));
    await clients.find(newClient().client_id);
  });
  afterEach(() => connection.close());

  /** As if another server, or a process that slept, had been heard last. */
  const beBehind = (ms: number): void => {
    const remote = clock.now() - ms;
    clock.heard(remote, clock.mark());
  };

  it('is sent once more, with the clock that its refusal brought', async () => {
    beBehind(HOUR);
    const client = newClient();
    expect(await clients.insert(client, DAY)).toMatchObject({ outcome: 'inserted' });
    expect(await clients.find(client.client_id)).toBeDefined();
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(HOUR / 2);
  });

  it('is sent once as ever when the clock is ahead', async () => {
    beBehind(-HOUR);
    expect(await clients.insert(newClient(), DAY)).toMatchObject({ outcome: 'inserted' });
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(HOUR / 2);
  });
});
