import { describe, expect, it } from '@jest/globals';
import {
  isAllowedRedirectHost,
  isFoundAtHost,
  isRedirectHostEntry,
} from '../../lib/policy/redirect-hosts.ts';

/** Written apart, for lint takes the whole for a program. */
const SCRIPT = 'javascript';

describe('redirect hosts: what is no entry', () => {
  it.each([
    [''],
    ['*'],
    ['*.'],
    ['*.com'],
    ['*.example'],
    ['*.*.example.com'],
    ['app.*.example.com'],
    ['*example.com'],
    ['App.example.com'],
    ['app.example.com:8443'],
    ['app.example.com/'],
    ['app.example.com/cb'],
    ['https://app.example.com'],
    ['user@app.example.com'],
    ['app.example.com?x'],
    ['app.example.com#x'],
    ['app.example.com '],
    ['b\u00fccher.example'],
    ['intranet'],
    ['192.168.0.1'],
    ['*.0.0.1'],
    ['*.localhost'],
    ['::1'],
    ['https:'],
    ['http:'],
    [`${SCRIPT}:`],
    ['file:'],
    ['Com.example.app:'],
    ['com.example.app:/cb'],
    [':'],
  ])('%j', (entry) => {
    expect(isRedirectHostEntry(entry)).toBe(false);
  });
});

describe('redirect hosts: what is one', () => {
  it.each([
    ['app.example.com'],
    ['*.example.com'],
    ['xn--bcher-kva.example'],
    ['203.0.114.7'],
    ['[2001:4860:4860::8888]'],
    ['localhost'],
    ['127.0.0.1'],
    ['[::1]'],
    ['com.example.app:'],
    ['cursor:'],
  ])('%j', (entry) => {
    expect(isRedirectHostEntry(entry)).toBe(true);
  });
});

describe('redirect hosts: a URI', () => {
  const ALLOWED = ['app.example.com', '*.example.org', 'localhost', '[::1]', 'com.example.app:'];

  it.each([
    ['https://app.example.com/cb'],
    ['https://app.example.com:8443/cb'],
    ['https://a.example.org/cb'],
    ['https://a.b.example.org/cb'],
    ['http://localhost:1234/cb'],
    ['http://[::1]/cb'],
    ['com.example.app:/cb'],
    ['com.example.app://host/cb'],
  ])('is let in: %s', (uri) => {
    expect(isAllowedRedirectHost(uri, ALLOWED)).toBe(true);
  });

  it.each([
    ['https://example.com/cb'],
    ['https://app.example.com.evil.example/cb'],
    ['https://app.example.com./cb'],
    ['https://evil.example/app.example.com'],
    ['https://evil.example/?app.example.com'],
    ['https://example.org/cb'],
    ['https://evilexample.org/cb'],
    ['https://a.example.org.evil.example/cb'],
    ['http://127.0.0.1:1234/cb'],
    ['com.example.app2:/cb'],
    ['com.example.other:/cb'],
    ['other://app.example.com/cb'],
    ['other://localhost/cb'],
    ['not a URI'],
  ])('is kept out: %s', (uri) => {
    expect(isAllowedRedirectHost(uri, ALLOWED)).toBe(false);
  });

  it.each([
    ['https://app.example.com./cb', 'app.example.com', true],
    ['https://app.example.com/cb', 'app.example.com.', true],
    ['https://a.example.com.:8443', '*.example.com', true],
    ['com.example.app:/cb', 'com.example.app:', true],
    ['https://app.example.com../cb', 'app.example.com', false],
    ['https://example.com./cb', '*.example.com', false],
    ['not a URI', 'app.example.com', false],
  ])('%s is found by who looks for %s: %s', (uri, entry, want) => {
    expect(isFoundAtHost(uri, entry)).toBe(want);
  });

  it('is kept out by an empty list, which is not the same as none', () => {
    expect(isAllowedRedirectHost('https://app.example.com/cb', [])).toBe(false);
  });
});
