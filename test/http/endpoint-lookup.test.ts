import { describe, expect, it } from '@jest/globals';
import { endpointLookup } from '../../lib/http/endpoint-lookup.ts';

const find = endpointLookup([
  ['/oauth/register/:client_id', 'registration'],
  ['/oauth/register', 'register'],
  ['/oauth/register/token', 'token'],
  ['/:only', 'root'],
]);

describe('finding what is at a path', () => {
  it.each([
    { path: '', found: undefined },
    { path: '/', found: undefined },
    { path: '/oauth', found: 'root' },
    { path: '/oauth/', found: undefined },
    { path: '/oauth/register', found: 'register' },
    { path: '/OAuth/Register', found: undefined },
    { path: '/oauth/register/', found: undefined },
    { path: '//oauth/register', found: undefined },
    { path: '/oauth/register/an-id', found: 'registration' },
    { path: '/oauth/register/%61', found: 'registration' },
    { path: '/oauth/register/an-id/', found: undefined },
    { path: '/oauth/register/an-id/more', found: undefined },
    { path: '/oauth/register/token', found: 'token' },
    { path: '/oauth/authorize', found: undefined },
    { path: '/__proto__', found: 'root' },
    { path: '/oauth/register/__proto__', found: 'registration' },
    { path: '/constructor/x', found: undefined },
  ])('finds $found at "$path"', ({ path, found }) => {
    expect(find(path)).toBe(found);
  });
});
