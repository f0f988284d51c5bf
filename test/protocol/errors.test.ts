import { describe, expect, it } from '@jest/globals';
import { ERROR_STATUS, OAuthError, type OAuthErrorCode } from '../../lib/protocol/errors.ts';

const STATUSES: readonly (readonly [OAuthErrorCode, number])[] = [
  ['invalid_request', 400],
  ['invalid_request_uri', 400],
  ['invalid_client', 401],
  ['invalid_grant', 400],
  ['unauthorized_client', 400],
  ['unsupported_grant_type', 400],
  ['unsupported_response_type', 400],
  ['invalid_scope', 400],
  ['invalid_target', 400],
  ['invalid_redirect_uri', 400],
  ['invalid_client_metadata', 400],
  ['access_denied', 400],
  ['login_required', 400],
  ['consent_required', 400],
  ['interaction_required', 400],
  ['request_not_supported', 400],
  ['request_uri_not_supported', 400],
  ['invalid_token', 401],
  ['insufficient_scope', 403],
  ['server_error', 500],
  ['temporarily_unavailable', 503],
];

describe('an OAuth error', () => {
  it.each(STATUSES)('%s has the status %i', (code, status) => {
    expect(new OAuthError(code, 'a fixed sentence').status).toBe(status);
  });

  it('has a status for every code there is', () => {
    expect(Object.keys(ERROR_STATUS).sort()).toEqual(STATUSES.map(([code]) => code).sort());
  });

  it.each([405, 413, 415] as const)(
    'can have the status %i where HTTP has a better word',
    (status) => {
      expect(new OAuthError('invalid_request', 'a fixed sentence', { status }).status).toBe(status);
    },
  );

  it('is written as two members, whatever else it carries', () => {
    const error = new OAuthError('invalid_scope', 'a fixed sentence', {
      cause: new Error('for the log only'),
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      error: 'invalid_scope',
      error_description: 'a fixed sentence',
    });
  });

  it('keeps the cause for the log', () => {
    const cause = new Error('for the log only');
    const error = new OAuthError('server_error', 'a fixed sentence', { cause });
    expect(error.cause).toBe(cause);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('OAuthError');
    expect(error.message).toBe('server_error: a fixed sentence');
  });
});
