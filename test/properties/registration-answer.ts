import { expect } from '@jest/globals';
import type { ClientInformation } from '../../lib/protocol/client.ts';
import type { OAuthErrorCode } from '../../lib/protocol/errors.ts';
import { MARK } from './hostile.ts';
import { expectOAuthRefusal, type Answered } from './oauth-answer.ts';

/** What an answer may have; each means something to a client (RFC 7591 §3.2.1, RFC 7592 §3). */
const MEMBER =
  /^(?:client_(?:id|id_issued_at|secret|secret_expires_at|name|uri)|registration_(?:access_token|client_uri)|redirect_uris|token_endpoint_auth_method|grant_types|response_types|scope|logo_uri|tos_uri|policy_uri|software_(?:id|version)|application_type|contacts|jwks|jwks_uri|token_endpoint_auth_signing_alg|id_token_signed_response_alg|require_pushed_authorization_requests|(?:client_name|client_uri|logo_uri|tos_uri|policy_uri)#[A-Za-z0-9-]+)$/;

/**
 * Registered, or refused as OAuth does it.
 *
 * @param more - Errors that this server may answer with beside those of RFC 7591 §3.2.2.
 * @returns The client, when there is one.
 */
export function expectRegistrationAnswer(
  answer: Answered,
  ...more: readonly OAuthErrorCode[]
): ClientInformation | undefined {
  if (answer.status !== 201) {
    const error = expectOAuthRefusal(answer);
    const usual = ['invalid_client_metadata', 'invalid_redirect_uri', 'invalid_request'];
    expect([...usual, ...more]).toContain(error);
    return undefined;
  }
  const { headers, body } = answer as { headers: unknown; body: Record<string, unknown> };
  expect(headers).toMatchObject({
    'content-type': expect.stringMatching(/^application\/json/),
    'cache-control': 'no-store',
  });
  expect(JSON.stringify(headers)).not.toContain(MARK);
  expect(Object.keys(body).filter((name) => !MEMBER.test(name))).toEqual([]);
  expect(body['client_id']).toEqual(expect.stringMatching(/^[0-9a-f-]{36}$/));
  expect(body['scope']).toEqual(expect.stringMatching(/^[!-~]+(?: [!-~]+)*$/));
  const hasSecret = String(body['token_endpoint_auth_method']).startsWith('client_secret_');
  expect(Object.hasOwn(body, 'client_secret')).toBe(hasSecret);
  return body as unknown as ClientInformation;
}
