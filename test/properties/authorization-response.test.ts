import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  formatCodeResponse,
  formatErrorResponse,
} from '../../lib/protocol/authorization-response.ts';
import { ERROR_STATUS, OAuthError, type OAuthErrorCode } from '../../lib/protocol/errors.ts';
import { isAcceptableRedirectUri } from '../../lib/protocol/redirect-uri.ts';
import { honestUri, nearMissOf } from './redirect-uris.ts';
import { runs } from './runs.ts';

const redirect_uri = fc
  .oneof(honestUri, nearMissOf(honestUri))
  .filter((uri) => isAcceptableRedirectUri(uri, { ownEndpoints: [], confidential: false }));

/** RFC 6749 Appendix A.5. */
const state = fc.option(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 }), {
  nil: undefined,
});
const target = fc
  .record({
    redirect_uri,
    state,
    issuer: fc.constantFrom('https://auth.example.com', 'https://a.example/auth?x'),
  })
  .map(({ state: given, ...rest }) => ({ ...rest, ...(given !== undefined && { state: given }) }));

const code = fc.stringMatching(/^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/);
const refusal = fc
  .tuple(
    fc.constantFrom(...(Object.keys(ERROR_STATUS) as OAuthErrorCode[])),
    fc.string({ unit: 'grapheme-ascii', minLength: 1 }),
  )
  .map(([error, description]) => new OAuthError(error, description));

/** A question mark that is part of the query and does not begin one. */
const questionMark = {
  redirect_uri: 'https://app.example.com/cb?a?',
  issuer: 'https://auth.example.com',
};

/** Where a response leads, and what it carries beside the query that the URI had. */
function takenApart(url: string, uri: string): { place: string; parameters: object } {
  const { protocol, host, pathname, searchParams } = new URL(url);
  const before = new URL(uri);
  const old = [...before.searchParams];
  const all = [...searchParams];
  expect(all.slice(0, old.length)).toEqual(old);
  const added = all.slice(old.length);
  expect(new Set(added.map(([key]) => key)).size).toBe(added.length);
  expect({ protocol, host, pathname }).toEqual({
    protocol: before.protocol,
    host: before.host,
    pathname: before.pathname,
  });
  return { place: url.slice(0, uri.length), parameters: Object.fromEntries(added) };
}

describe('the response to any request, at any redirect URI that may be registered', () => {
  it('carries the code, the state as it was sent and the issuer, each once', () => {
    fc.assert(
      fc.property(target, code, (to, given) => {
        const response = formatCodeResponse(to, given);
        expect(takenApart(response, to.redirect_uri)).toEqual({
          place: to.redirect_uri,
          parameters: {
            code: given,
            ...(to.state !== undefined && { state: to.state }),
            iss: to.issuer,
          },
        });
      }),
      { ...runs(300), examples: [[questionMark, 'a-code']] },
    );
  });

  it('carries the error, the state as it was sent and the issuer, each once, and no code', () => {
    fc.assert(
      fc.property(target, refusal, (to, error) => {
        const response = formatErrorResponse(to, error);
        expect(takenApart(response, to.redirect_uri)).toEqual({
          place: to.redirect_uri,
          parameters: {
            ...error.toJSON(),
            ...(to.state !== undefined && { state: to.state }),
            iss: to.issuer,
          },
        });
      }),
      { ...runs(300), examples: [[questionMark, new OAuthError('invalid_scope', 'no')]] },
    );
  });
});
