/**
 * What a client does at the token endpoint, and with what it got there.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5
 * @module
 */
import type { Authorization } from './authorize.ts';
import { RefusedError } from './refused-error.ts';
import type { TestClient } from './register-client.ts';
import type { AppUnderTest, FormFields } from './request.ts';
import { noteSecret } from './secrets.ts';
import { insist, refusalOf, secretBody, wordsOfScope } from './strictly.ts';
import { askAsClient } from './token-request.ts';

/** RFC 6749 §5.1. */
export interface Tokens {
  readonly access_token: string;
  readonly token_type: string;
  /** Seconds. */
  readonly expires_in: number;
  /** What was granted. */
  readonly scope: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
}

/**
 * Redeems a code.
 *
 * @param authorization - What {@link authorize} gave; change a member to see it refused.
 * @throws {RefusedError} When the server refuses.
 * @throws {AssertionError} When the answer is not what RFC 6749 §5.1 says, or grants what was not asked for.
 */
export async function tokens(
  app: AppUnderTest,
  client: TestClient,
  authorization: Authorization,
): Promise<Tokens> {
  const { code, redirect_uri, code_verifier, resource, scope } = authorization;
  const form = {
    grant_type: 'authorization_code',
    ...{ code, redirect_uri, code_verifier, resource },
  };
  return tokensFor(app, client, form, scope);
}

/** What is asked for at a refresh. */
export interface RefreshOptions {
  /** Fewer scopes than were granted. Default all. */
  readonly scope?: string;
  readonly resource?: string | readonly string[];
}

/**
 * Gets new tokens for a refresh token.
 *
 * @throws {RefusedError} When the server refuses.
 * @throws {AssertionError} When there is no refresh token, or the answer is not what RFC 6749 §5.1 says.
 */
export async function refresh(
  app: AppUnderTest,
  client: TestClient,
  { refresh_token }: Pick<Tokens, 'refresh_token'>,
  { scope, resource }: RefreshOptions = {},
): Promise<Tokens> {
  insist(refresh_token !== undefined, NO_REFRESH_TOKEN);
  const form = { grant_type: 'refresh_token', refresh_token, scope, resource };
  return tokensFor(app, client, form, scope);
}

const NO_REFRESH_TOKEN =
  'there is no refresh token: by default it takes the scope offline_access, granted by the person';

/**
 * Ends a grant, by either of its tokens (RFC 7009).
 *
 * @throws {RefusedError} When the server refuses.
 */
export async function revoke(
  app: AppUnderTest,
  client: TestClient,
  token: string | Tokens,
): Promise<void> {
  const value = typeof token === 'string' ? token : (token.refresh_token ?? token.access_token);
  const response = await askAsClient(app, client, client.server.revocation_endpoint, {
    token: value,
  });
  if (response.status !== 200) throw new RefusedError('the revocation', refusalOf(response));
}

async function tokensFor(
  app: AppUnderTest,
  client: TestClient,
  form: FormFields,
  asked: string | undefined,
): Promise<Tokens> {
  const response = await askAsClient(app, client, client.server.token_endpoint, form);
  const body = secretBody(response, 200, `the ${String(form['grant_type'])} grant`);
  const { access_token, token_type, expires_in, scope, refresh_token } = body;
  insist(typeof access_token === 'string' && access_token !== '', 'there is no access token');
  insist(String(token_type).toLowerCase() === 'bearer', 'the token is not of the type Bearer');
  insist(
    Number.isInteger(expires_in) && Number(expires_in) > 0,
    'expires_in is no number of seconds',
  );
  insist(typeof scope === 'string', 'the answer does not say which scopes were granted');
  if (asked !== undefined) {
    const more = wordsOfScope(scope).filter((one) => !wordsOfScope(asked).includes(one));
    insist(more.length === 0, `more was granted than asked for: ${more.join(' ')}`);
  }
  noteSecret(access_token, 'an access token');
  if (typeof refresh_token === 'string') noteSecret(refresh_token, 'a refresh token');
  return body as unknown as Tokens;
}
