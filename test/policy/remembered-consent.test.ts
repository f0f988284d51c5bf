import { describe, expect, it } from '@jest/globals';
import {
  allowedAfter,
  isAllowedBefore,
  isRememberable,
} from '../../lib/policy/remembered-consent.ts';

describe('whether a consent is remembered for a redirect URI', () => {
  it.each([
    { redirect_uri: 'http://localhost:8080/cb', want: false },
    { redirect_uri: 'http://127.0.0.1/cb', want: false },
    { redirect_uri: 'http://[::1]:1/cb', want: false },
    { redirect_uri: 'https://localhost/cb', want: false },
    { redirect_uri: 'https://127.0.0.1:8443/cb', want: false },
    { redirect_uri: 'https://127.9.9.9/cb', want: false },
    { redirect_uri: 'https://[::1]/cb', want: false },
    { redirect_uri: 'cursor://anysphere.cursor-mcp/oauth/callback', want: false },
    { redirect_uri: 'com.example.app:/cb', want: false },
    { redirect_uri: 'http://app.example.com/cb', want: false },
    { redirect_uri: 'no URI', want: false },
    { redirect_uri: 'https://app.example.com/cb', want: true },
    { redirect_uri: 'https://app.example.com:8443/cb?x=1', want: true },
    { redirect_uri: 'https://203.0.113.7/cb', want: true },
  ])('$redirect_uri: $want', ({ redirect_uri, want }) => {
    expect(isRememberable(redirect_uri)).toBe(want);
  });
});

describe('whether somebody needs to be asked', () => {
  const scopes = (text: string): string[] => text.split(' ').filter(Boolean);
  it.each([
    { name: 'nothing was allowed', before: '', wanted: 'a', want: false },
    { name: 'nothing would be given', before: 'a', wanted: '', want: false },
    { name: 'one is missing', before: 'a', wanted: 'a b', want: false },
    { name: 'another was allowed', before: 'ab', wanted: 'a', want: false },
    { name: 'the same', before: 'a b', wanted: 'b a', want: true },
    { name: 'less than was allowed', before: 'a b', wanted: 'b', want: true },
    { name: 'staying was not said', before: 'a', wanted: 'a', stays: true, want: false },
    { name: 'staying was said', before: 'a offline_access', wanted: 'a', stays: true, want: true },
  ])('$name: it is $want that all was allowed', ({ before, wanted, stays = false, want }) => {
    const allowance = { scopes: scopes(wanted), refreshable: stays };
    expect(isAllowedBefore(scopes(before), allowance)).toBe(want);
  });

  const offline = 'offline_access';
  it.each([
    { name: 'the first', before: '', shown: 'a b', chosen: 'a b', want: 'a b' },
    { name: 'part of it', before: '', shown: 'a b', chosen: 'b', want: 'b' },
    { name: 'one more', before: 'a', shown: 'a b', chosen: 'a b', want: 'a b' },
    { name: 'one taken back', before: 'a b', shown: 'a b', chosen: 'b', want: 'b' },
    { name: 'others stay', before: 'a c', shown: 'a b', chosen: 'b', want: 'c b' },
    { name: 'staying, unsaid', before: '', shown: 'a+', chosen: 'a+', want: `a ${offline}` },
    { name: 'staying, taken back', before: `a ${offline}`, shown: 'a+', chosen: 'a', want: 'a' },
    { name: 'not asked', before: `a ${offline}`, shown: 'a', chosen: 'a', want: `${offline} a` },
  ])('what is remembered then, $name: $want', ({ before, shown, chosen, want }) => {
    const allowance = (text: string) => ({
      scopes: scopes(text.replace('+', '')),
      refreshable: text.endsWith('+'),
    });
    const after = allowedAfter(scopes(before), allowance(shown), allowance(chosen));
    expect(after).toEqual(scopes(want));
  });
});
