import { describe, expect, it } from '@jest/globals';
import { findResource, resolveResource } from '../../lib/protocol/resource.ts';
import { resourceMetadata } from '../../lib/protocol/resource-metadata.ts';

const KNOWN = [
  'https://API.example.com/mcp',
  'https://api.example.com',
  'http://localhost:3000/mcp/',
  'https://api.example.com/q?tenant=1',
];

describe('the resource that a request means (RFC 8707 §2)', () => {
  it.each([
    { name: 'nothing', value: '' },
    { name: 'a path', value: '/mcp' },
    { name: 'a name', value: 'api.example.com/mcp' },
    { name: 'a network path', value: '//api.example.com/mcp' },
    { name: 'another scheme', value: 'ftp://api.example.com/mcp' },
    { name: 'a urn', value: 'urn:example:mcp' },
    { name: 'http for https', value: 'http://api.example.com/mcp' },
    { name: 'one slash', value: 'https:/api.example.com/mcp' },
    { name: 'backslashes', value: 'https:\\\\api.example.com\\mcp' },
    { name: 'a fragment', value: 'https://api.example.com/mcp#x' },
    { name: 'an empty fragment', value: 'https://api.example.com/mcp#' },
    { name: 'a user', value: 'https://user@api.example.com/mcp' },
    { name: 'a password', value: 'https://:pw@api.example.com/mcp' },
    { name: 'another port', value: 'https://api.example.com:8443/mcp' },
    { name: 'another path', value: 'https://api.example.com/mcp2' },
    { name: 'a longer path', value: 'https://api.example.com/mcp/tools' },
    { name: 'another case of the path', value: 'https://api.example.com/MCP' },
    { name: 'two slashes at the end', value: 'https://api.example.com/mcp//' },
    { name: 'an added query', value: 'https://api.example.com/mcp?tenant=1' },
    { name: 'another query', value: 'https://api.example.com/q?tenant=2' },
    { name: 'another host', value: 'https://evil.example/mcp' },
    { name: 'a host that begins alike', value: 'https://api.example.com.evil.example/mcp' },
    { name: 'too many characters', value: `https://api.example.com/${'a'.repeat(2048)}` },
  ])('is none for $name', ({ value }) => {
    expect(findResource(value, KNOWN)).toBeUndefined();
  });

  it.each([
    { name: 'a backslash before the path', value: 'https://api.example.com\\mcp' },
    { name: 'a backslash at the end', value: 'https://api.example.com/mcp\\' },
    { name: 'a tab in the path', value: 'https://api.example.com/m\tcp' },
    { name: 'a tab in the scheme', value: 'ht\ttps://api.example.com/mcp' },
    { name: 'a line end in the host', value: 'https://api.example\n.com/mcp' },
    { name: 'a line end at the end', value: 'https://api.example.com/mcp\n' },
    { name: 'a carriage return at the end', value: 'https://api.example.com/mcp\r' },
    { name: 'a blank before', value: ' https://api.example.com/mcp' },
    { name: 'a blank after', value: 'https://api.example.com/mcp ' },
    { name: 'dot segments', value: 'https://api.example.com/x/../mcp' },
    { name: 'dot segments above the root', value: 'https://api.example.com/../mcp' },
    { name: 'a single dot', value: 'https://api.example.com/./mcp' },
    { name: 'a single dot at the end', value: 'https://api.example.com/mcp/.' },
    { name: 'encoded dot segments', value: 'https://api.example.com/x/%2e%2E/mcp' },
    { name: 'an encoded single dot', value: 'https://api.example.com/%2e/mcp' },
    { name: 'a bare question mark', value: 'https://api.example.com/mcp?' },
    { name: 'a bare question mark after the host', value: 'https://api.example.com?' },
    { name: 'an empty user', value: 'https://@api.example.com/mcp' },
    { name: 'an empty user and password', value: 'https://:@api.example.com/mcp' },
    { name: 'an empty port', value: 'https://api.example.com:/mcp' },
    { name: 'a port with leading zeros', value: 'http://localhost:03000/mcp' },
    { name: 'a default port with leading zeros', value: 'https://api.example.com:0443/mcp' },
    { name: 'three slashes', value: 'https:///api.example.com/mcp' },
    { name: 'a percent-encoded host', value: 'https://api%2eexample.com/mcp' },
    { name: 'a percent-encoded letter of the host', value: 'https://%61pi.example.com/mcp' },
    { name: 'a full-width dot', value: 'https://api\uff0eexample.com/mcp' },
    { name: 'an ideographic full stop', value: 'https://api\u3002example.com/mcp' },
    { name: 'a full-width letter', value: 'https://\uff41pi.example.com/mcp' },
    { name: 'a soft hyphen', value: 'https://api.exam\u00adple.com/mcp' },
    { name: 'an IPv4 address in short', value: 'http://127.1:3000/mcp' },
    { name: 'an IPv4 address as one number', value: 'http://2130706433:3000/mcp' },
    { name: 'an IPv4 address in base 16', value: 'http://0x7f000001:3000/mcp' },
    { name: 'an IPv4 address in base 8', value: 'http://0177.0.0.1:3000/mcp' },
    { name: 'an IPv4 address with a dot at the end', value: 'http://127.0.0.1.:3000/mcp' },
    { name: 'an IPv6 address in long', value: 'http://[0:0:0:0:0:0:0:1]:3000/mcp' },
  ])('is none for $name, though a URL parser would make one of it (AUTHZ-20)', ({ value }) => {
    const known = [...KNOWN, 'http://127.0.0.1:3000/mcp', 'http://[::1]:3000/mcp'];
    const { origin, pathname } = new URL(value);
    const parsed = `${origin}${pathname.replace(/\/$/, '')}`;
    expect(findResource(parsed, known)).toBeDefined();
    expect(findResource(value, known)).toBeUndefined();
  });

  it('is none without resources', () => {
    expect(findResource('https://api.example.com', [])).toBeUndefined();
  });

  it.each([
    { value: 'https://API.example.com/mcp', want: 'https://API.example.com/mcp' },
    { value: 'https://api.example.com/mcp', want: 'https://API.example.com/mcp' },
    { value: 'https://api.example.com/mcp/', want: 'https://API.example.com/mcp' },
    { value: 'https://api.example.com:443/mcp', want: 'https://API.example.com/mcp' },
    { value: 'HTTPS://api.example.com:443/mcp', want: 'https://API.example.com/mcp' },
    { value: 'https://API.EXAMPLE.COM/mcp', want: 'https://API.example.com/mcp' },
    { value: 'hTTps://api.example.com/mcp', want: 'https://API.example.com/mcp' },
    { value: 'https://api.example.com', want: 'https://api.example.com' },
    { value: 'https://api.example.com/', want: 'https://api.example.com' },
    { value: 'http://localhost:3000/mcp', want: 'http://localhost:3000/mcp/' },
    { value: 'http://LOCALHOST:3000/mcp/', want: 'http://localhost:3000/mcp/' },
    { value: 'https://api.example.com/q?tenant=1', want: 'https://api.example.com/q?tenant=1' },
  ])('is the configured spelling for $value (AUTHZ-20)', ({ value, want }) => {
    expect(findResource(value, KNOWN)).toBe(want);
  });
});

describe('a configured resource', () => {
  it.each([
    '',
    'mcp',
    'ftp://a.example',
    'urn:a',
    'https://a.example/#x',
    'https://user@a.example',
    'https://@a.example',
    'https://',
    'https://a.example\\mcp',
    'https://a.example/m\tcp',
    'https://a.example/x/../mcp',
    'https://a.example/%2e/mcp',
    'https://a.example/mcp?',
    'https://a%2eexample/mcp',
    'https://a\uff0eexample/mcp',
    'https://127.1/mcp',
    '/x/../mcp',
    '/mcp\\tools',
    '/mcp?',
    '/mcp\n',
    '//other.example/../mcp',
  ])('cannot be %j', (value) => {
    const named = value.includes('@') ? 'a resource' : `the resource ${JSON.stringify(value)}`;
    const message = `${named} is neither a path nor an absolute http(s) URL, without user info and fragment and written in its normal form`;
    expect(() => resolveResource(value, 'https://auth.example.com')).toThrow(
      new TypeError(message),
    );
  });

  it.each([
    { value: '/mcp', issuer: 'https://auth.example.com', want: 'https://auth.example.com/mcp' },
    { value: '/mcp/', issuer: 'https://auth.example.com', want: 'https://auth.example.com/mcp/' },
    { value: '/mcp', issuer: 'https://a.example/tenant', want: 'https://a.example/mcp' },
    { value: '/', issuer: 'http://localhost:3000', want: 'http://localhost:3000/' },
    { value: '/a?b=1', issuer: 'https://a.example', want: 'https://a.example/a?b=1' },
    { value: 'https://API.example/x', issuer: 'https://a.example', want: 'https://API.example/x' },
    { value: 'http://localhost:1/x', issuer: 'https://a.example', want: 'http://localhost:1/x' },
  ])('$value of $issuer is $want', ({ value, issuer, want }) => {
    expect(resolveResource(value, issuer)).toBe(want);
  });
});

describe('protected resource metadata (RFC 9728 §2)', () => {
  it('never lists offline_access', () => {
    const scopes = ['openid', 'offline_access', 'mcp:tools'];
    expect(resourceMetadata('https://a.example/mcp', 'https://auth.example.com', scopes)).toEqual({
      resource: 'https://a.example/mcp',
      authorization_servers: ['https://auth.example.com'],
      scopes_supported: ['openid', 'mcp:tools'],
      bearer_methods_supported: ['header'],
    });
  });
});
