import { describe, expect, it } from '@jest/globals';
import {
  isLoopbackHost,
  isSameLoopbackUri,
  parseLoopbackUri,
} from '../../lib/protocol/loopback.ts';

describe('a loopback redirect URI (RFC 8252 §7.3)', () => {
  it.each([
    '',
    'http://',
    'https://localhost/cb',
    'HTTP://localhost/cb',
    'http:localhost/cb',
    'http:/localhost/cb',
    'http://app.example.com/cb',
    'http://localhost.evil.example/cb',
    'http://localhost./cb',
    'http://localhost%2eevil/cb',
    'http://user@localhost/cb',
    'http://@localhost/cb',
    'http://localhost:@evil.example/cb',
    'http://127.0.0.2/cb',
    'http://127.1/cb',
    'http://0.0.0.0/cb',
    'http://::1/cb',
    'http://[::1%25lo]/cb',
    'http://[0:0:0:0:0:0:0:1]/cb',
    'http://localhost:/cb',
    'http://localhost:0/cb',
    'http://localhost:080/cb',
    'http://localhost:65536/cb',
    'http://localhost:123456/cb',
    'http://localhost:8o80/cb',
    'http://localhost/c b',
    'http://localhost/c\tb',
    'http://localhost/c\\b',
    'http://localhost/cb?a\\b',
    'http://localhost/cb#x',
    'http://localhost/cb\n',
  ])('is not %j', (value) => {
    expect(parseLoopbackUri(value)).toBeUndefined();
  });

  it.each([
    {
      value: 'http://localhost',
      want: { host: 'localhost', path: '/', query: '', normalized: 'http://localhost/' },
    },
    {
      value: 'http://LocalHost:8080/Cb?A=1',
      want: {
        host: 'localhost',
        path: '/Cb',
        query: '?A=1',
        normalized: 'http://localhost:8080/Cb?A=1',
      },
    },
    {
      value: 'http://127.0.0.1:65535/',
      want: { host: '127.0.0.1', path: '/', query: '', normalized: 'http://127.0.0.1:65535/' },
    },
    {
      value: 'http://[::1]:1/cb?',
      want: { host: '[::1]', path: '/cb', query: '?', normalized: 'http://[::1]:1/cb?' },
    },
    {
      value: 'http://localhost:3000?a=1',
      want: {
        host: 'localhost',
        path: '/',
        query: '?a=1',
        normalized: 'http://localhost:3000/?a=1',
      },
    },
  ])('is taken apart: $value', ({ value, want }) => {
    expect(parseLoopbackUri(value)).toEqual(want);
  });

  it('is the same as another but for the port', () => {
    expect(isSameLoopbackUri('http://localhost:1/a', 'http://localhost:2/a')).toBe(true);
    expect(isSameLoopbackUri('http://localhost:1/a', 'http://localhost:1/b')).toBe(false);
  });

  it('is never the same as what is none, not even as itself', () => {
    expect(isSameLoopbackUri('https://app.example.com/cb', 'https://app.example.com/cb')).toBe(
      false,
    );
    expect(isSameLoopbackUri('http://localhost/cb', 'https://app.example.com/cb')).toBe(false);
  });
});

describe('a host of this machine', () => {
  it.each(['localhost', '127.0.0.1', '127.0.0.2', '127.255.255.254', '[::1]'])('is %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each([
    'localhost.example.com',
    'app.localhost',
    '128.0.0.1',
    '127.0.0.1.example.com',
    '0.0.0.0',
    '[::]',
    '::1',
    '',
  ])('is not %s', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});
