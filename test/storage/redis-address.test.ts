import { describe, expect, it } from '@jest/globals';
import { parseAddress } from '../../lib/storage/redis/address.ts';

describe('an address of a Redis server', () => {
  it.each([
    ['nothing', ''],
    ['a number', 6379],
    ['another scheme', 'http://redis:6379'],
    ['a port that is none', 'redis:port'],
    ['a port beyond all ports', 'redis:70000'],
    ['a database, which these servers do not share', 'redis://redis:6379/1'],
    ['a query', 'redis://redis?family=6'],
    ['a line break', 'redis\n:6379'],
    ['only a port', ':6379'],
  ])('is not %s', (_name, text) => {
    expect(parseAddress(text, 6379)).toBeUndefined();
  });

  it.each([
    ['redis-1', { host: 'redis-1', port: 6379, tls: false }],
    ['redis-1:7000', { host: 'redis-1', port: 7000, tls: false }],
    ['10.0.0.1:7000', { host: '10.0.0.1', port: 7000, tls: false }],
    ['[::1]:7000', { host: '::1', port: 7000, tls: false }],
    ['redis://redis-1', { host: 'redis-1', port: 6379, tls: false }],
    ['REDISS://redis-1:7000/', { host: 'redis-1', port: 7000, tls: true }],
    [
      'rediss://app:a%40b@redis-1',
      { host: 'redis-1', port: 6379, username: 'app', password: 'a@b', tls: true },
    ],
    ['redis://:100%@redis-1', { host: 'redis-1', port: 6379, password: '100%', tls: false }],
  ])('is read from %s', (text, want) => {
    expect(parseAddress(text, 6379)).toEqual(want);
  });
});
