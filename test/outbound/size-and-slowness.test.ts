import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { asking, body, failureOf, JSON_TYPE, type Odd } from './support.ts';

const { host, get } = asking();

describe('size and slowness (CIMD-06)', () => {
  const long = `"${'x'.repeat(5119)}"`;

  it.each<Odd>([
    { name: 'one byte too many, said before', how: body(long) },
    {
      name: 'one byte too many, not said before',
      how: (_req, res) => {
        res.writeHead(200, JSON_TYPE);
        res.write(long.slice(0, 3000));
        res.end(long.slice(3000));
      },
    },
    {
      name: 'without end',
      how: (_req, res) => {
        res.writeHead(200, JSON_TYPE);
        const more = (): void => {
          while (!res.destroyed && res.write('x'.repeat(64 * 1024)));
        };
        res.on('drain', more);
        more();
      },
    },
    {
      name: 'longer than it says',
      how: (req) =>
        req.socket.end(
          'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a":"xxxxxxxxx"}',
        ),
    },
    {
      name: 'compressed, small as it is',
      how: body(gzipSync('{}'), { 'content-encoding': 'gzip' }),
    },
  ])('$name is not read to its end, and the connection ends', async ({ how }) => {
    host().answer('/large', how);
    expect(await failureOf(get(host().url('/large')))).toBe('unusable');
    await host().idle();
  });

  it('takes one that is as long as it may be', async () => {
    host().json('/full', `"${'x'.repeat(5118)}"`);
    expect(await get(host().url('/full'))).toHaveProperty('json');
  });

  const dripping = (res: ServerResponse, write: (part: string) => unknown): void => {
    const timer = setInterval(() => write('x'), 20);
    res.once('close', () => clearInterval(timer));
  };

  it.each<Odd>([
    { name: 'no answer', how: () => undefined },
    {
      name: 'a body byte by byte',
      how: (_req, res) => {
        res.writeHead(200, JSON_TYPE);
        dripping(res, (part) => res.write(part));
      },
    },
    {
      name: 'headers byte by byte',
      how: (req, res) => {
        req.socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
        dripping(res, (part) => req.socket.write(part));
      },
    },
  ])('$name ends with the deadline, and so does the connection', async ({ how }) => {
    host().answer('/slow', how);
    expect(await failureOf(get(host().url('/slow'), { deadlineMs: 300 }))).toBe('away');
    await host().idle();
  });

  it('a name service that does not answer is left alone with the deadline', async () => {
    let signal: AbortSignal | undefined;
    const resolve = (_name: string, given: AbortSignal): Promise<readonly string[]> => {
      signal = given;
      return new Promise<never>(() => {});
    };
    const asked = get(host().url('/c'), { resolve, deadlineMs: 50 });
    expect(await failureOf(asked)).toBe('away');
    expect(signal?.aborted).toBe(true);
  });

  it('one that accepts connections and never speaks holds up nobody else', async () => {
    host().json('/c', {});
    host().answer('/silent', () => undefined);
    const silent = failureOf(get(host().url('/silent'), { deadlineMs: 1000 }));
    await Promise.all(Array.from({ length: 5 }, () => get(host().url('/c'))));
    expect(await silent).toBe('away');
  });
});
