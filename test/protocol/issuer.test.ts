import { describe, expect, it } from '@jest/globals';
import {
  issuerPath,
  issuerProblem,
  wellKnownPath,
  wellKnownUrl,
} from '../../lib/protocol/issuer.ts';

const NOT_HTTPS =
  'must be an https URL (http only on a loopback host such as localhost or 127.0.0.1)';

describe('an issuer identifier (RFC 8414 §2)', () => {
  it.each([
    { issuer: '', want: 'is not a URL' },
    { issuer: 'auth.example.com', want: 'is not a URL' },
    { issuer: '/auth', want: 'is not a URL' },
    { issuer: 'https://', want: 'is not a URL' },
    { issuer: 'https://a b.example', want: 'is not a URL' },
    { issuer: 'http://auth.example.com', want: NOT_HTTPS },
    { issuer: 'http://192.168.1.10', want: NOT_HTTPS },
    { issuer: 'http://localhost.evil.example', want: NOT_HTTPS },
    { issuer: 'ftp://auth.example.com', want: NOT_HTTPS },
    { issuer: 'urn:auth', want: NOT_HTTPS },
    { issuer: 'localhost:3000', want: NOT_HTTPS },
    { issuer: 'https://auth.example.com?a=1', want: 'must have no query and no fragment' },
    { issuer: 'https://auth.example.com/?', want: 'must have no query and no fragment' },
    { issuer: 'https://auth.example.com#a', want: 'must have no query and no fragment' },
    { issuer: 'https://auth.example.com#', want: 'must have no query and no fragment' },
    { issuer: 'https://user:pw@auth.example.com', want: 'must have no user info' },
    { issuer: 'https://@auth.example.com', want: 'must have no user info' },
    { issuer: 'https://auth.example.com/', want: 'must not end with a slash' },
    { issuer: 'https://auth.example.com/tenant/', want: 'must not end with a slash' },
    { issuer: 'HTTPS://auth.example.com', want: 'must be written as https://auth.example.com' },
    { issuer: 'https://AUTH.example.com', want: 'must be written as https://auth.example.com' },
    { issuer: 'https://auth.example.com:443', want: 'must be written as https://auth.example.com' },
    { issuer: ' https://auth.example.com', want: 'must be written as https://auth.example.com' },
    { issuer: 'https:auth.example.com', want: 'must be written as https://auth.example.com' },
    {
      issuer: 'https://auth.example.com\\a',
      want: 'must be written as https://auth.example.com/a',
    },
    { issuer: 'https://a.example/x/../y', want: 'must be written as https://a.example/y' },
    ...['a(b)', 'a:b', 'a+b', 'a!b', 'a*', '%61', 'a//b', '/a', 'a%2Fb'].map((path) => ({
      issuer: `https://auth.example.com/${path}`,
      want: 'must have a path of letters, digits, dots, dashes, underscores and tildes only',
    })),
    ...['.well-known', '.well-known/auth'].map((path) => ({
      issuer: `https://auth.example.com/${path}`,
      want: 'must not be below /.well-known',
    })),
    { issuer: 'http://localhost:80', want: 'must be written as http://localhost' },
    { issuer: 'http://127.1:3000', want: 'must be written as http://127.0.0.1:3000' },
  ])('is refused: $issuer', ({ issuer, want }) => {
    expect(issuerProblem(issuer)).toBe(want);
  });

  it.each([
    'https://auth.example.com',
    'https://auth.example.com:8443',
    'https://auth.example.com/tenant',
    'https://auth.example.com/a/b',
    'https://10.0.0.1',
    'http://localhost:3000',
    'http://127.0.0.1:3000/auth',
    'http://[::1]:3000',
  ])('can be %s', (issuer) => {
    expect(issuerProblem(issuer)).toBeUndefined();
  });

  it.each([
    { issuer: 'https://auth.example.com', want: '' },
    { issuer: 'https://auth.example.com/tenant', want: '/tenant' },
    { issuer: 'https://auth.example.com/a/b', want: '/a/b' },
  ])('$issuer has the path $want', ({ issuer, want }) => {
    expect(issuerPath(issuer)).toBe(want);
  });
});

describe('a well-known document (RFC 8414 §3.1, RFC 9728 §3.1)', () => {
  it.each([
    { url: 'https://a.example', path: '', search: '' },
    { url: 'https://a.example/', path: '', search: '' },
    { url: 'https://a.example/tenant', path: '/tenant', search: '' },
    { url: 'https://a.example/mcp/', path: '/mcp/', search: '' },
    { url: 'https://a.example/a/b', path: '/a/b', search: '' },
    { url: 'https://a.example/mcp?tenant=1', path: '/mcp', search: '?tenant=1' },
    { url: 'https://a.example?tenant=1', path: '', search: '?tenant=1' },
  ])('about $url stands between origin and path', ({ url, path, search }) => {
    expect(wellKnownPath('oauth-protected-resource', url)).toBe(
      `/.well-known/oauth-protected-resource${path}${search}`,
    );
    expect(wellKnownUrl('oauth-protected-resource', url)).toBe(
      `https://a.example/.well-known/oauth-protected-resource${path}${search}`,
    );
  });

  it('keeps the port of the origin', () => {
    expect(wellKnownUrl('oauth-authorization-server', 'http://localhost:3000/auth')).toBe(
      'http://localhost:3000/.well-known/oauth-authorization-server/auth',
    );
  });
});
