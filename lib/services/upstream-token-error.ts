/**
 * Why there is no token of the identity provider to be had.
 *
 * @module
 */

/**
 * - `no_upstream_token`: the grant is over, or its login gave no tokens.
 * - `login_required`: the provider does not go on without the person: what it gave has expired, or
 *   was taken back.
 * - `temporarily_unavailable`: the provider does not answer, or refuses for a reason that is not the
 *   person's. Trying again later may help.
 */
export type UpstreamTokenErrorCode =
  'no_upstream_token' | 'login_required' | 'temporarily_unavailable';

const REASONS: Readonly<Record<UpstreamTokenErrorCode, readonly [status: 401 | 503, string]>> = {
  no_upstream_token: [401, 'there are no tokens of an identity provider with this grant'],
  login_required: [401, 'the person has to log in at the identity provider again'],
  temporarily_unavailable: [503, 'the identity provider gives no token at the moment'],
};

/** There is no token of the identity provider to be had. Nothing in it is secret. */
export class UpstreamTokenError extends Error {
  override readonly name = 'UpstreamTokenError';
  readonly code: UpstreamTokenErrorCode;
  /**
   * 401: only a new login helps, so the client has to be told that its token is no good any more. 503:
   * to be tried again.
   */
  readonly status: 401 | 503;

  constructor(code: UpstreamTokenErrorCode, options?: ErrorOptions) {
    const [status, message] = REASONS[code];
    super(message, options);
    this.code = code;
    this.status = status;
  }
}
