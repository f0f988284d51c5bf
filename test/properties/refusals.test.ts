import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  parseAuthorizationRequest,
  readClientId,
  readRedirectUri,
  readState,
} from '../../lib/protocol/authorization-request.ts';
import { parseBearer } from '../../lib/protocol/challenge.ts';
import { parseClientCredentials } from '../../lib/protocol/client-authentication.ts';
import { parseClientMetadata } from '../../lib/protocol/client-metadata.ts';
import { ERROR_STATUS, OAuthError } from '../../lib/protocol/errors.ts';
import { issuerProblem } from '../../lib/protocol/issuer.ts';
import { parseLoopbackUri } from '../../lib/protocol/loopback.ts';
import { Parameters } from '../../lib/protocol/parameters.ts';
import { isCodeChallenge, verifyCodeVerifier } from '../../lib/protocol/pkce.ts';
import { matchesRegisteredRedirectUri } from '../../lib/protocol/redirect-uri-match.ts';
import { isAcceptableRedirectUri } from '../../lib/protocol/redirect-uri.ts';
import { comparableResource, findResource } from '../../lib/protocol/resource.ts';
import { parseScope } from '../../lib/protocol/scope.ts';
import { parseTokenRequest } from '../../lib/protocol/token-request.ts';
import { parseCode, parseRefreshToken } from '../../lib/tokens/grant-credentials.ts';
import { anyText } from './characters.ts';
import {
  anyJson,
  authorizationHeader,
  AUTHORIZE_NAMES,
  MARK,
  markedText,
  METADATA_NAMES,
  objectWith,
  pairsWith,
  rightText,
  TOKEN_NAMES,
} from './hostile.ts';
import { honestUri, nearMissOf } from './redirect-uris.ts';
import { runs } from './runs.ts';

/** Runs what reads a request. What it refuses must be a refusal of ours, in a sentence of ours. */
function expectFixedRefusal(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    expect(Object.keys(ERROR_STATUS)).toContain(error.code);
    expect(error.status).toBeLessThan(500);
    expect(error.description).toMatch(/^[ !#-[\]-~]+$/);
    expect(error.description).not.toContain(MARK);
  }
}

const right = {
  redirect_uris: ['https://app.example.com/cb'],
  token_endpoint_auth_method: 'none',
};

describe('client metadata of any kind', () => {
  it.each([
    { name: 'any value at all', value: fc.anything({ withNullPrototype: true, maxDepth: 3 }) },
    { name: 'any JSON', value: anyJson },
    { name: 'any members', value: objectWith(METADATA_NAMES) },
    {
      name: 'any members beside right ones',
      value: objectWith(METADATA_NAMES).map((members) => ({ ...right, ...members })),
    },
    {
      name: 'one wrong member among right ones',
      value: fc
        .tuple(fc.constantFrom(...METADATA_NAMES), anyJson)
        .map(([name, value]) => ({ ...right, [name]: value })),
    },
  ])('is read, or refused with a fixed sentence: $name', ({ value }) => {
    fc.assert(
      fc.property(value, (body: unknown) => {
        expectFixedRefusal(() => parseClientMetadata(body));
      }),
      runs(400),
    );
  });

  it('gives the language nothing new to inherit', () => {
    fc.assert(
      fc.property(objectWith(METADATA_NAMES), (members) => {
        const body: unknown = JSON.parse(JSON.stringify({ ...right, ...members }));
        expectFixedRefusal(() => {
          const read = parseClientMetadata(body);
          expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
          expect(Object.getPrototypeOf(read.kept)).toBe(Object.prototype);
        });
        expect(Object.keys(Object.prototype)).toEqual([]);
        expect(({} as Record<string, unknown>)[MARK]).toBeUndefined();
      }),
      runs(150),
    );
  });
});

describe('parameters of any kind', () => {
  const readers: [string, readonly string[], (parameters: Parameters) => unknown][] = [
    ['a token request', TOKEN_NAMES, parseTokenRequest],
    ['an authorization request', AUTHORIZE_NAMES, parseAuthorizationRequest],
    ['who asks', AUTHORIZE_NAMES, readClientId],
    ['where to answer', AUTHORIZE_NAMES, readRedirectUri],
    ['a state', AUTHORIZE_NAMES, readState],
    [
      'the credentials of a client',
      TOKEN_NAMES,
      (parameters) => parseClientCredentials(undefined, parameters),
    ],
  ];

  it.each(readers)('are read as %s, or refused with a fixed sentence', (_what, names, read) => {
    const encoded = fc.oneof(
      pairsWith(names).map((pairs) => new URLSearchParams(pairs).toString()),
      pairsWith(names).map((pairs) => pairs.map((pair) => pair.join('=')).join('&')),
      anyText(),
    );
    fc.assert(
      fc.property(encoded, (text) => {
        expectFixedRefusal(() => read(Parameters.fromEncoded(text)));
      }),
      runs(300),
    );
    const parsed = fc.oneof(
      objectWith(names),
      fc.object({ withNullPrototype: true, key: fc.constantFrom(...names) }),
      fc.array(anyJson),
    );
    fc.assert(
      fc.property(parsed, (body) => {
        expectFixedRefusal(() => read(Parameters.fromParsed(body)));
      }),
      runs(300),
    );
  });
});

describe('an Authorization header of any kind', () => {
  it('is read as the credentials of a client, or refused with a fixed sentence', () => {
    const form = fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom('', `client_id=${MARK}`, `client_secret=${MARK}`) },
      pairsWith(TOKEN_NAMES, 4).map((pairs) => new URLSearchParams(pairs).toString()),
    );
    fc.assert(
      fc.property(authorizationHeader, form, (header, text) => {
        expectFixedRefusal(() => parseClientCredentials(header, Parameters.fromEncoded(text)));
      }),
      runs(800),
    );
  });
});

/** Nothing here may throw, not even a refusal: what is not understood has an answer too. */
const ANSWERING: [name: string, read: (text: string) => unknown][] = [
  ['a scope', parseScope],
  ['an Authorization header', parseBearer],
  ['an issuer', issuerProblem],
  ['a resource', comparableResource],
  ['a resource among others', (text) => findResource(text, ['https://a.example/mcp', text])],
  ['a code', parseCode],
  ['a refresh token', parseRefreshToken],
  ['a challenge', isCodeChallenge],
  ['a verifier', (text) => verifyCodeVerifier(text, text)],
  ['a loopback URI', parseLoopbackUri],
  [
    'a redirect URI to register',
    (text) =>
      isAcceptableRedirectUri(text, {
        ownEndpoints: ['https://auth.example.com/oauth/token'],
        confidential: false,
      }),
  ],
  [
    'a redirect URI to answer at',
    (text) =>
      matchesRegisteredRedirectUri(text, ['http://localhost/', text], { confidential: false }),
  ],
];

describe('any text', () => {
  const text = fc.oneof(
    anyText(),
    fc.string({ unit: 'grapheme' }),
    markedText,
    rightText,
    nearMissOf(honestUri),
    fc.nat(100_000).map((length) => 'a:/'.repeat(length).slice(0, length)),
  );

  it.each(ANSWERING)('has an answer as %s', (_name, read) => {
    fc.assert(
      fc.property(text, (value) => {
        expect(() => read(value)).not.toThrow();
      }),
      runs(200),
    );
  });
});
