/** The books of a provider: codes, access tokens and refresh tokens, and who they stand for. */
import { createHash, randomBytes } from 'node:crypto';
import type { ProviderPerson, ProviderRequest, ProviderScript } from './identity-provider.ts';
import type { ProviderKeys } from './identity-provider-tokens.ts';

interface Login {
  readonly person: ProviderPerson;
  readonly asked: URLSearchParams;
}

type Answer = [status: number, body: object];

export interface ProviderGrants {
  /** Where the browser goes from the authorization endpoint. */
  authorize(asked: URLSearchParams): string;
  token(request: ProviderRequest): Answer;
  userinfo(request: ProviderRequest): Answer;
  revoke(request: ProviderRequest): Answer;
  /** What it was told to revoke, in order. */
  readonly revoked: readonly string[];
  /** From now on no refresh token of it is good. */
  forgetRefreshTokens(): void;
  /** The refresh tokens that are good now. */
  refreshTokens(): string[];
}

export function createGrants(
  issuer: string,
  script: ProviderScript,
  keys: ProviderKeys,
): ProviderGrants {
  const codes = new Map<string, Login>();
  const accessTokens = new Map<string, Login>();
  const refreshTokens = new Map<string, Login>();
  const revoked: string[] = [];

  /** RFC 6749 §4.1.2. */
  function authorize(asked: URLSearchParams): string {
    const answer = new URLSearchParams();
    if (script.person === undefined) {
      answer.set('error', asked.get('prompt') === 'none' ? 'login_required' : 'access_denied');
    } else {
      const code = made('code');
      codes.set(code, { person: script.person, asked });
      answer.set('code', code);
    }
    answer.set('state', asked.get('state') ?? '');
    if (script.iss) answer.set('iss', issuer);
    script.answer(answer, asked);
    return `${asked.get('redirect_uri') ?? ''}?${answer.toString()}`;
  }

  function token(request: ProviderRequest): Answer {
    const { body } = request;
    if (!isClient(request)) return refused('invalid_client', 401);
    const login = body.get('grant_type') === 'refresh_token' ? refresh(body) : redeem(body);
    return login ? [200, tokensFor(login, body)] : refused(refusalFor(body));
  }

  /** RFC 6749 §4.1.3 and RFC 7636 §4.6: once, at the same address, with the verifier. */
  function redeem(body: URLSearchParams): Login | undefined {
    const code = body.get('code') ?? '';
    const login = codes.get(code);
    codes.delete(code);
    const challenge = login?.asked.get('code_challenge');
    const isProven =
      !challenge ||
      challenge ===
        createHash('sha256')
          .update(body.get('code_verifier') ?? '')
          .digest('base64url');
    const isSamePlace = login?.asked.get('redirect_uri') === body.get('redirect_uri');
    return isProven && isSamePlace ? login : undefined;
  }

  function refresh(body: URLSearchParams): Login | undefined {
    const old = body.get('refresh_token') ?? '';
    const login = refreshTokens.get(old);
    if (script.refreshTokens === 'rotated') refreshTokens.delete(old);
    return login;
  }

  function tokensFor(login: Login, body: URLSearchParams): object {
    const isRefresh = body.get('grant_type') === 'refresh_token';
    const access_token = made('access');
    accessTokens.set(access_token, login);
    const givesRefresh =
      script.refreshTokens === 'rotated' || (script.refreshTokens === 'kept' && !isRefresh);
    const refresh_token = givesRefresh ? made('refresh') : undefined;
    if (refresh_token !== undefined) refreshTokens.set(refresh_token, login);
    const answer = {
      access_token,
      token_type: 'Bearer',
      scope: login.asked.get('scope') ?? '',
      ...(script.expiresIn !== undefined && { expires_in: script.expiresIn }),
      ...(refresh_token !== undefined && { refresh_token }),
      ...(script.oidc && { id_token: idTokenFor(login, isRefresh) }),
    };
    script.tokens(answer);
    return answer;
  }

  function idTokenFor({ person, asked }: Login, isRefresh: boolean): string {
    const now = Math.floor(Date.now() / 1000);
    const nonce = isRefresh ? undefined : (asked.get('nonce') ?? undefined);
    const plan = keys.plan({
      iss: issuer,
      aud: script.clientId,
      sub: person['sub'],
      iat: now,
      exp: now + 300,
      auth_time: script.authTime?.(),
      nonce,
      ...Object.fromEntries(script.inIdToken.map((name) => [name, person[name]])),
    });
    script.idToken(plan);
    return keys.sign(plan);
  }

  function userinfo({ headers }: ProviderRequest): Answer {
    const login = accessTokens.get((headers.authorization ?? '').replace(/^Bearer /, ''));
    if (!login) return [401, { error: 'invalid_token' }];
    const claims = { ...login.person };
    script.userinfo(claims);
    return [200, claims];
  }

  function revoke(request: ProviderRequest): Answer {
    if (!isClient(request)) return refused('invalid_client', 401);
    const gone = request.body.get('token') ?? '';
    revoked.push(gone);
    accessTokens.delete(gone);
    refreshTokens.delete(gone);
    return [200, {}];
  }

  /** RFC 6749 §2.3.1, either way. */
  function isClient({ headers, body }: ProviderRequest): boolean {
    const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
    const [id = '', secret = ''] =
      basic === undefined
        ? [body.get('client_id') ?? '', body.get('client_secret') ?? '']
        : Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
    return id === script.clientId && secret === (script.clientSecret ?? '');
  }

  function refusalFor(body: URLSearchParams): string {
    if (!script.errorsWith200) return 'invalid_grant';
    return body.has('refresh_token') ? 'bad_refresh_token' : 'bad_verification_code';
  }

  function refused(error: string, status = 400): Answer {
    const error_description = `<script>the provider's own words</script>`;
    return [script.errorsWith200 ? 200 : status, { error, error_description }];
  }

  return {
    authorize,
    token,
    userinfo,
    revoke,
    revoked,
    forgetRefreshTokens: () => refreshTokens.clear(),
    refreshTokens: () => [...refreshTokens.keys()],
  };
}

/** What is secret of the provider begins with `upstream-`, so that it can be looked for. */
function made(kind: string): string {
  return `upstream-${kind}-${randomBytes(16).toString('base64url')}`;
}
