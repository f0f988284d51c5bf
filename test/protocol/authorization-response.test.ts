import { describe, expect, it } from '@jest/globals';
import {
  formatCodeResponse,
  formatErrorResponse,
} from '../../lib/protocol/authorization-response.ts';
import { OAuthError } from '../../lib/protocol/errors.ts';

const issuer = 'https://auth.example.com';

describe('an authorization response', () => {
  it.each([
    {
      name: 'begins a query',
      redirect_uri: 'https://app.example.com/cb',
      want: 'https://app.example.com/cb?code=K&state=s&iss=https%3A%2F%2Fauth.example.com',
    },
    {
      name: 'goes on with a query',
      redirect_uri: 'https://app.example.com/cb?tenant=1',
      want: 'https://app.example.com/cb?tenant=1&code=K&state=s&iss=https%3A%2F%2Fauth.example.com',
    },
    {
      name: 'fills an empty query',
      redirect_uri: 'https://app.example.com/cb?',
      want: 'https://app.example.com/cb?code=K&state=s&iss=https%3A%2F%2Fauth.example.com',
    },
    {
      name: 'goes on after an ampersand',
      redirect_uri: 'https://app.example.com/cb?a=1&',
      want: 'https://app.example.com/cb?a=1&code=K&state=s&iss=https%3A%2F%2Fauth.example.com',
    },
    {
      name: 'leaves an empty path empty',
      redirect_uri: 'http://localhost:54321',
      want: 'http://localhost:54321?code=K&state=s&iss=https%3A%2F%2Fauth.example.com',
    },
    {
      name: 'leaves the spelling of the URI alone',
      redirect_uri: 'http://LOCALHOST:54321/c%62',
      want: 'http://LOCALHOST:54321/c%62?code=K&state=s&iss=https%3A%2F%2Fauth.example.com',
    },
    {
      name: 'works without an authority',
      redirect_uri: 'com.example.app:/cb',
      want: 'com.example.app:/cb?code=K&state=s&iss=https%3A%2F%2Fauth.example.com',
    },
  ])('$name', ({ redirect_uri, want }) => {
    expect(formatCodeResponse({ redirect_uri, state: 's', issuer }, 'K')).toBe(want);
  });

  it('has no state when none was sent', () => {
    expect(formatCodeResponse({ redirect_uri: 'cursor://a/cb', issuer }, 'K')).toBe(
      'cursor://a/cb?code=K&iss=https%3A%2F%2Fauth.example.com',
    );
  });

  it('gives the state back as it was, and nothing of it becomes a parameter', () => {
    const state = 'a b&code=evil#x+%26"\'<>';
    const url = formatCodeResponse({ redirect_uri: 'https://a.example/cb', state, issuer }, 'K');
    const { searchParams, hash } = new URL(url);
    expect(hash).toBe('');
    expect([...searchParams]).toEqual([
      ['code', 'K'],
      ['state', state],
      ['iss', issuer],
    ]);
  });

  it('carries an error with state and issuer, and not its cause', () => {
    const error = new OAuthError('access_denied', 'the person denied the request', {
      cause: new Error('hidden'),
    });
    expect(
      formatErrorResponse({ redirect_uri: 'https://a.example/cb?t=1', state: 's', issuer }, error),
    ).toBe(
      'https://a.example/cb?t=1&error=access_denied&error_description=the+person+denied+the+request&state=s&iss=https%3A%2F%2Fauth.example.com',
    );
  });
});
