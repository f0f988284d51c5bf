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

  it('is none without resources', () => {
    expect(findResource('https://api.example.com', [])).toBeUndefined();
  });

  it.each([
    { value: 'https://API.example.com/mcp', want: 'https://API.example.com/mcp' },
    { value: 'https://api.example.com/mcp', want: 'https://API.example.com/mcp' },
    { value: 'https://api.example.com/mcp/', want: 'https://API.example.com/mcp' },
    { value: 'HTTPS://api.example.com:443/mcp', want: 'https://API.example.com/mcp' },
    { value: 'https://api.example.com', want: 'https://api.example.com' },
    { value: 'https://api.example.com/', want: 'https://api.example.com' },
    { value: 'http://localhost:3000/mcp', want: 'http://localhost:3000/mcp/' },
    { value: 'http://LOCALHOST:3000/mcp/', want: 'http://localhost:3000/mcp/' },
    { value: 'https://api.example.com/q?tenant=1', want: 'https://api.example.com/q?tenant=1' },
  ])('is the configured spelling for $value', ({ value, want }) => {
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
    'https://',
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
