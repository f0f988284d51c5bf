/**
 * What a contender's process and the one that measures say to each other.
 *
 * @module
 */
import type { Paths } from '../contenders/contender.ts';

/** Where it listens. */
export interface Ready {
  readonly origin: string;
  readonly paths: Paths;
}

/** What has been used since the process started. */
export interface Usage {
  /** Microseconds, user and system, of all threads. */
  readonly cpuMicros: number;
  /** Bytes. */
  readonly residentSize: number;
  readonly redis: RedisTraffic;
  /** Microseconds of the Redis server, where it is looked at. */
  readonly redisCpuMicros?: number;
}

export interface RedisTraffic {
  readonly commands: number;
  /** How often it was waited for Redis, whatever was sent together; right for one request at a time. */
  readonly roundTrips: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}
