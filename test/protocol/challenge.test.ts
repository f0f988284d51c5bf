import { describe, expect, it } from '@jest/globals';
import { formatChallenge, parseBearer } from '../../lib/protocol/challenge.ts';
import { OAuthError } from '../../lib/protocol/errors.ts';

const resource_metadata = 'https://a.example/.well-known/oauth-protected-resource/mcp';

describe('a challenge (RFC 6750 §3)', () => {
  it.each([
    {
      name: 'has no error when no token was sent',
      challenge: { resource_metadata, scope: [] },
      want: `Bearer resource_metadata="${resource_metadata}"`,
    },
    {
      name: 'names all the scopes that are needed',
      challenge: { resource_metadata, scope: ['openid', 'mcp:tools'] },
      want: `Bearer scope="openid mcp:tools", resource_metadata="${resource_metadata}"`,
    },
    {
      name: 'says what is wrong with the token',
      challenge: {
        resource_metadata,
        scope: ['mcp:tools'],
        error: new OAuthError('insufficient_scope', 'a fixed sentence'),
      },
      want: `Bearer error="insufficient_scope", error_description="a fixed sentence", scope="mcp:tools", resource_metadata="${resource_metadata}"`,
    },
  ])('$name', ({ challenge, want }) => {
    expect(formatChallenge(challenge)).toBe(want);
  });
});

describe('the token of an Authorization header (RFC 6750 §2.1)', () => {
  it.each([undefined, '', 'Basic YTpi', 'DPoP abc', 'Bearerabc', 'Bearer=abc', 'abc', 'Bear abc'])(
    'is absent in %j',
    (header) => {
      expect(parseBearer(header)).toBeUndefined();
    },
  );

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a,b',
    'Bearer "abc"',
    'Bearer a=b',
    'Bearer =',
    'Bearer \tabc',
    'Bearer caf\u00e9',
    'Bearer abc, Bearer def',
  ])('is malformed in %j', (header) => {
    expect(parseBearer(header)).toBe('');
  });

  it.each([
    { header: 'Bearer abc', want: 'abc' },
    { header: 'bearer abc', want: 'abc' },
    { header: 'BEARER   abc  ', want: 'abc' },
    { header: 'Bearer aA0-._~+/==', want: 'aA0-._~+/==' },
  ])('is $want in $header', ({ header, want }) => {
    expect(parseBearer(header)).toBe(want);
  });
});
