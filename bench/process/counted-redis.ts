/**
 * A Redis client that knows what goes through it.
 *
 * @module
 */
import { Redis } from 'ioredis';
import type { RedisTraffic } from './messages.ts';

interface Counts {
  commands: number;
  roundTrips: number;
  waiting: number;
}

/** Its duplicates count with it. */
export function countedRedis(url: string): {
  readonly redis: Redis;
  readonly traffic: () => RedisTraffic;
} {
  const clients: Redis[] = [];
  const counts: Counts = { commands: 0, roundTrips: 0, waiting: 0 };
  const counted = (client: Redis): Redis => {
    clients.push(client);
    countCommands(client, counts);
    const duplicate = client.duplicate.bind(client);
    client.duplicate = (override) => counted(duplicate(override));
    return client;
  };
  const redis = counted(new Redis(url));
  const sum = (bytes: (stream: Redis['stream']) => number): number =>
    clients.reduce((total, { stream }) => total + bytes(stream), 0);
  return {
    redis,
    traffic: () => ({
      commands: counts.commands,
      roundTrips: counts.roundTrips,
      bytesSent: sum(({ bytesWritten }) => bytesWritten),
      bytesReceived: sum(({ bytesRead }) => bytesRead),
    }),
  };
}

function countCommands(client: Redis, counts: Counts): void {
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    counts.commands += 1;
    if (counts.waiting === 0) counts.roundTrips += 1;
    counts.waiting += 1;
    const answered = (): void => {
      counts.waiting -= 1;
    };
    command.promise.then(answered, answered);
    return send(command, stream);
  };
}
