/** Which redirect URIs may be registered; and, one a line, where a request may be answered then. */
import assert from 'node:assert/strict';
import { matchesRegisteredRedirectUri } from '../../../lib/protocol/redirect-uri-match.ts';
import { isAcceptableRedirectUri } from '../../../lib/protocol/redirect-uri.ts';
import { mayAnswerAt, mayBeRegistered, spellings } from '../../properties/redirect-uri-oracle.ts';
import type { Target } from '../engine/target.ts';

const OWN = [
  'https://auth.example.com/oauth/callback',
  'https://auth.example.com/oauth/authorize',
  'http://localhost:3000/oauth/callback',
];

export const REDIRECT_URIS = [
  'https://app.example.com/cb',
  'https://app.example.com/cb?a=1&b=c%20d',
  'https://app.example.com?x',
  'https://app.example.com./cb',
  'https://xn--bcher-kva.example/cb',
  'https://8.8.8.8:8443/cb',
  'https://[2606:4700::1111]/cb',
  'https://[::1]/cb',
  'https://10.0.0.1/cb',
  'https://user@app.example.com/cb',
  'https://app.example.com/%63b/../cb',
  'https://app.example.com/cb?state=1',
  'https://app.example.com/cb?%63ode=1',
  'https://auth.example.com/oauth/callback',
  'https://auth.example.com./.well-known/x',
  'http://localhost/cb',
  'http://LOCALHOST:54321/cb?x=1',
  'http://127.0.0.1:1',
  'http://[::1]:65535/',
  'http://localhost:3000/oauth/callback',
  'http://127.1/cb',
  'http://app.example.com/cb',
  'com.example.app:/cb',
  'com.example.app://host/cb',
  'cursor://anysphere.cursor-retrieval/oauth/cb',
  'vscode:cb',
  'javascript.x://%0aalert(1)',
  'https://app.example.com\\@evil.example/cb',
  'https://app.example.com/cb#',
  'https://*.example.com/cb',
];

export const redirectUri: Target = {
  name: 'redirect-uri',
  seeds: REDIRECT_URIS,
  run(input) {
    for (const confidential of [false, true]) {
      const isAccepted = isAcceptableRedirectUri(input, { ownEndpoints: OWN, confidential });
      assert.equal(isAccepted, mayBeRegistered(input, { ownEndpoints: OWN, confidential }));
      if (!isAccepted) continue;
      const { href, username, hash } = new URL(input);
      assert.ok(spellings(input).includes(href), 'an URI that is read otherwise than written');
      assert.deepEqual([username, hash], ['', '']);
      assert.ok(matchesRegisteredRedirectUri(input, [input], { confidential }));
    }
  },
};

/** The machine, the path and the query; neither of them may change. */
function placeOf(uri: string): string {
  const { protocol, username, hostname, pathname, search, hash } = new URL(uri);
  return JSON.stringify([protocol, username, hostname, pathname, search, hash]);
}

export const redirectUriMatch: Target = {
  name: 'redirect-uri-match',
  seeds: [
    ...REDIRECT_URIS.map((uri) => `${uri}\n${uri}`),
    'http://localhost:8080/cb\nhttp://localhost/cb',
    'http://LocalHost:8080\nhttps://app.example.com/cb\nhttp://localhost/',
    'http://127.0.0.1:8080/cb\nhttp://localhost/cb',
    'http://localhost:080/cb\nhttp://localhost/cb',
    'https://app.example.com:8443/cb\nhttps://app.example.com/cb',
  ],
  run(input) {
    const [asked = '', ...all] = input.split('\n');
    const context = { ownEndpoints: [], confidential: false };
    const registered = all.filter((uri) => isAcceptableRedirectUri(uri, context));
    for (const confidential of [false, true]) {
      const matches = matchesRegisteredRedirectUri(asked, registered, { confidential });
      assert.equal(matches, mayAnswerAt(asked, registered, confidential));
      if (matches) assert.ok(registered.map(placeOf).includes(placeOf(asked)), 'somewhere else');
    }
  },
};
