import { describe, expect, it } from '@jest/globals';
import { redirectUriMiss } from '../../lib/policy/redirect-uri-miss.ts';

const PUBLIC = { confidential: false };

interface Row {
  readonly name: string;
  readonly registered: readonly string[];
  readonly asked: string;
  /** The registered one that is meant; the first, unless it is said. */
  readonly nearest?: string;
  readonly differs: readonly RegExp[];
}

describe('how a redirect URI misses those that are registered', () => {
  it.each<Row>([
    {
      name: 'another name of this machine, and the port does not matter',
      registered: ['http://localhost/callback'],
      asked: 'http://127.0.0.1:3000/callback',
      differs: [/^localhost, 127\.0\.0\.1 and \[::1\] do not stand for each other/],
    },
    {
      name: 'another port, where it is no app on this machine',
      registered: ['https://app.example.com/cb'],
      asked: 'https://app.example.com:8443/cb',
      differs: [/^the port is another$/],
    },
    {
      name: 'a slash at the end',
      registered: ['https://app.example.com/cb'],
      asked: 'https://app.example.com/cb/',
      differs: [/^one path ends with a slash/],
    },
    {
      name: 'no path at all, which is the same on this machine alone',
      registered: ['https://app.example.com/'],
      asked: 'https://app.example.com',
      differs: [/^one path ends with a slash/],
    },
    {
      name: 'http in the place of https',
      registered: ['https://app.example.com/cb'],
      asked: 'http://app.example.com/cb',
      differs: [/^one is http and the other https$/],
    },
    {
      name: 'another case of the path',
      registered: ['http://localhost/Callback'],
      asked: 'http://localhost:1234/callback',
      differs: [/^the path is written in another case$/],
    },
    {
      name: 'another case of the host',
      registered: ['https://app.example.com/cb'],
      asked: 'https://App.example.com/cb',
      differs: [/^the host is written in another case/],
    },
    {
      name: 'another case of the scheme',
      registered: ['https://app.example.com/cb'],
      asked: 'HTTPS://app.example.com/cb',
      differs: [/^the scheme is written in another case$/],
    },
    {
      name: 'a letter that is percent-encoded',
      registered: ['https://app.example.com/~me'],
      asked: 'https://app.example.com/%7Eme',
      differs: [/^the path has percent-encoded characters in one/],
    },
    {
      name: 'a query that was added',
      registered: ['https://app.example.com/cb'],
      asked: 'https://app.example.com/cb?tenant=1',
      differs: [/^it has a query, and the registered one has none$/],
    },
    {
      name: 'a query that was left out',
      registered: ['https://app.example.com/cb?tenant=1'],
      asked: 'https://app.example.com/cb',
      differs: [/^the registered one has a query, and it has none$/],
    },
    {
      name: 'the parameters in another order',
      registered: ['https://app.example.com/cb?a=1&b=2'],
      asked: 'https://app.example.com/cb?b=2&a=1',
      differs: [/^the query is another/],
    },
    {
      name: 'a fragment',
      registered: ['https://app.example.com/cb'],
      asked: 'https://app.example.com/cb#top',
      differs: [/^it has a fragment/],
    },
    {
      name: 'a user before the host',
      registered: ['https://app.example.com/cb'],
      asked: 'https://me@app.example.com/cb',
      differs: [/^there is a user or a password/],
    },
    {
      name: 'another scheme of an app',
      registered: ['com.example.app:/cb'],
      asked: 'com.example.other:/cb',
      differs: [/^the scheme is another$/],
    },
    {
      name: 'two things at once',
      registered: ['http://localhost/callback'],
      asked: 'http://127.0.0.1:3000/cb',
      differs: [/^localhost, 127/, /^the path is another$/],
    },
    {
      name: 'the nearest of several',
      registered: ['cursor://auth/callback', 'https://app.example.com/cb', 'http://localhost/cb'],
      asked: 'http://[::1]:8080/cb',
      nearest: 'http://localhost/cb',
      differs: [/^localhost, 127/],
    },
    {
      name: 'something that is no URI',
      registered: ['http://localhost/cb'],
      asked: 'callback',
      differs: [/^the scheme is another$/, /^the host is another$/, /^the path is another$/],
    },
  ])('$name', ({ registered, asked, nearest = registered[0], differs }) => {
    const miss = redirectUriMiss(asked, registered, PUBLIC);
    expect(miss.registered?.replace(/=\.\.\./g, '')).toBe(nearest?.replace(/=\d/g, ''));
    expect(miss.differs).toEqual(differs.map((sentence) => expect.stringMatching(sentence)));
  });

  it('is the port on this machine too, for a client with a secret', () => {
    const [registered, asked] = ['https://localhost:1/cb', 'https://localhost:2/cb'];
    expect(redirectUriMiss(asked, [registered], { confidential: true }).differs).toEqual([
      expect.stringMatching(/^the port is another: it is free on loopback only/),
    ]);
  });

  it.each([
    { name: 'there is nothing to compare with', registered: [], asked: 'http://localhost/cb' },
    {
      name: 'it is too long to look at',
      registered: ['http://localhost/cb'],
      asked: 'x'.repeat(2049),
    },
  ])('is not guessed where $name', ({ registered, asked }) => {
    expect(redirectUriMiss(asked, registered, PUBLIC)).not.toHaveProperty('registered');
  });
});
