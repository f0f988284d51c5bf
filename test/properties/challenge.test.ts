import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatChallenge, parseBearer } from '../../lib/protocol/challenge.ts';
import { ERROR_STATUS, OAuthError, type OAuthErrorCode } from '../../lib/protocol/errors.ts';
import { wellKnownUrl } from '../../lib/protocol/issuer.ts';
import { anyText } from './characters.ts';
import { runs } from './runs.ts';
import { scopeList } from './scopes.ts';

const token = fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,60}={0,2}$/);
const scheme = fc.mixedCase(fc.constant('bearer'));

describe('any Authorization header', () => {
  it('gives the token of a bearer, whatever the case of the word and the spaces after it', () => {
    fc.assert(
      fc.property(scheme, fc.integer({ min: 1, max: 4 }), token, fc.nat(3), (word, a, sent, b) => {
        expect(parseBearer(`${word}${' '.repeat(a)}${sent}${' '.repeat(b)}`)).toBe(sent);
      }),
      runs(150),
    );
  });

  it('gives nothing of another scheme', () => {
    const other = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/);
    fc.assert(
      fc.property(other, fc.string(), (word, after) => {
        fc.pre(word.toLowerCase() !== 'bearer');
        expect(parseBearer(`${word} ${after}`)).toBeUndefined();
      }),
      runs(150),
    );
  });

  it('gives an empty token for a bearer that is none', () => {
    fc.assert(
      fc.property(scheme, anyText(), (word, after) => {
        fc.pre(!/^[A-Za-z0-9._~+/-]+=*$/.test(after.replace(/^ +| +$/g, '')));
        expect(parseBearer(`${word} ${after}`)).toBe('');
      }),
      runs(200),
    );
  });
});

/** The parameters of a challenge, by the grammar of RFC 9110 §11.2 for quoted strings. */
function parametersOf(challenge: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  let left = challenge.replace(/^Bearer /, '');
  while (left !== '') {
    const [all, name, value] = /^([a-z_]+)="([^"\\]*)"(?:, |$)/.exec(left) ?? [];
    if (all === undefined || name === undefined || value === undefined)
      throw new Error(`not a challenge: ${left}`);
    expect(parameters).not.toHaveProperty(name);
    parameters[name] = value;
    left = left.slice(all.length);
  }
  return parameters;
}

describe('any challenge', () => {
  it('is read again as what it says, each parameter once', () => {
    const error = fc.option(
      fc
        .tuple(
          fc.constantFrom(...(Object.keys(ERROR_STATUS) as OAuthErrorCode[])),
          fc.stringMatching(/^[ !#-[\]-~]{1,60}$/),
        )
        .map(([code, description]) => new OAuthError(code, description)),
      { nil: undefined },
    );
    const resource = fc.webUrl().map((url) => wellKnownUrl('oauth-protected-resource', url));
    fc.assert(
      fc.property(error, scopeList, resource, (refusal, scope, resource_metadata) => {
        const challenge = formatChallenge({
          scope,
          resource_metadata,
          ...(refusal && { error: refusal }),
        });
        expect(challenge).toMatch(/^Bearer [ -~]+$/);
        expect(parametersOf(challenge)).toEqual({
          ...refusal?.toJSON(),
          ...(scope.length > 0 && { scope: scope.join(' ') }),
          resource_metadata,
        });
      }),
      runs(200),
    );
  });
});
