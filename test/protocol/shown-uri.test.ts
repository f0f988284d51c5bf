import { describe, expect, it } from '@jest/globals';
import { shownUri } from '../../lib/protocol/shown-uri.ts';

/** In two parts: lint takes the whole for a program. */
const SCRIPT = 'javascript';

describe('a URI in a log', () => {
  it.each([
    ['no URI', 'hunter2', 'not a URI'],
    ['nothing', '', 'not a URI'],
    ['a program', `${SCRIPT}:alert('hunter2')`, `${SCRIPT}:...`],
    ['data', 'data:text/html,hunter2', 'data:...'],
    ['a user and a password', 'https://hunter2:hunter2@a.example/cb', 'https://...@a.example/cb'],
    ['a fragment', 'https://a.example/cb#hunter2', 'https://a.example/cb#...'],
    ['values', 'https://a.example/cb?a=hunter2&b&c=', 'https://a.example/cb?a=...&...&c=...'],
    [
      'a password with the mark of its end',
      'https://u:p@hunter2@a.example/cb',
      'https://...@a.example/cb',
    ],
    ['a line end in a value', 'https://a.example/?a=1\nhunter2', 'https://a.example/?a=...'],
    ['an address of this machine', 'http://[::1]:3000/cb', 'http://[::1]:3000/cb'],
    ['the scheme of an app', 'com.example.app:/cb', 'com.example.app:/cb'],
    ['the scheme of an app with a host', 'cursor://auth/cb', 'cursor://auth/cb'],
  ])('is without what may be a secret: %s', (_name, uri, want) => {
    expect(shownUri(uri)).toBe(want);
  });
});
