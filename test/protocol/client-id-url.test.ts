import { describe, expect, it } from '@jest/globals';
import { isClientIdUrl } from '../../lib/protocol/client-id-url.ts';

describe('a client_id that is the address of a document (CIMD-01)', () => {
  it.each([
    { name: 'http', id: 'http://app.canary/c' },
    { name: 'no path', id: 'https://app.canary' },
    { name: 'nothing in the path', id: 'https://app.canary/' },
    { name: 'a fragment', id: 'https://app.canary/c#f' },
    { name: 'an empty fragment', id: 'https://app.canary/c#' },
    { name: 'user info', id: 'https://u:p@app.canary/c' },
    { name: 'empty user info', id: 'https://@app.canary/c' },
    { name: 'a double-dot segment', id: 'https://app.canary/a/../c' },
    { name: 'a single-dot segment', id: 'https://app.canary/./c' },
    { name: 'an encoded double-dot segment', id: 'https://app.canary/%2e%2e/c' },
    { name: 'a half encoded one at the end', id: 'https://app.canary/c/.%2E' },
    { name: 'upper case', id: 'HTTPS://APP.CANARY/c' },
    { name: 'upper case in the host', id: 'https://APP.canary/c' },
    { name: 'the default port', id: 'https://app.canary:443/c' },
    { name: 'a period at the end of the host', id: 'https://app.canary./c' },
    { name: 'a period at the end of the host, before a port', id: 'https://app.canary.:8443/c' },
    { name: 'a query', id: 'https://app.canary/c?x=1' },
    { name: 'an empty query', id: 'https://app.canary/c?' },
    { name: 'a backslash', id: 'https://app.canary\\@evil/c' },
    { name: 'no slashes', id: 'https:app.canary/c' },
    { name: 'three slashes', id: 'https:///app.canary/c' },
    { name: 'an address in one number', id: 'https://2130706433/c' },
    { name: 'a blank before', id: ' https://app.canary/c' },
    { name: 'a line end after', id: 'https://app.canary/c\n' },
    { name: 'a tab within', id: 'https://app.canary/\tc' },
    { name: 'letters that are encoded in a URL', id: 'https://app.canary/\u00e9' },
    { name: 'letters that are punycode in a host', id: 'https://\u00e9.canary/c' },
    { name: '8 KB', id: `https://app.canary/${'c'.repeat(8192)}` },
    { name: 'an id of this server', id: '3f0d6a9e-9b1f-4b0e-8f3e-0b8f3e0b8f3e' },
  ])('is none with $name', ({ id }) => {
    expect(isClientIdUrl(id)).toBe(false);
  });

  it.each([
    'https://app.example/c',
    'https://app.example:8443/oauth/client.json',
    'https://chatgpt.com/oauth/IbUR3zxyNQ16/client.json',
    'https://xn--bcher-kva.example/client',
    'https://app.example/a%2Fb//c/',
    'https://app.example/c./.well-known.',
  ])('is one: %s', (id) => {
    expect(isClientIdUrl(id)).toBe(true);
  });
});
