/**
 * A provider for `mcpAuthRouter` as apps have written it: codes and tokens in memory, and whoever is
 * logged in agrees to everything.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { OAuthRegisteredClientsStore } from '@modelcontextprotocol/sdk/server/auth/clients.js';
import {
  InvalidGrantError,
  InvalidTokenError,
} from '@modelcontextprotocol/sdk/server/auth/errors.js';
import type {
  AuthorizationParams,
  OAuthServerProvider,
} from '@modelcontextprotocol/sdk/server/auth/provider.js';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type {
  OAuthClientInformationFull,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import type { Response } from 'express';
import { isLoggedIn, loginUrl } from './host.ts';

const LIFETIME_SECONDS = 3600;

interface Given extends AuthorizationParams {
  readonly client_id: string;
  readonly sub: string;
}

export class Provider implements OAuthServerProvider {
  readonly clientsStore: OAuthRegisteredClientsStore;
  readonly #codes = new Map<string, Given>();
  readonly #tokens = new Map<string, Given>();

  constructor(clientsStore: OAuthRegisteredClientsStore) {
    this.clientsStore = clientsStore;
  }

  async authorize(
    { client_id }: OAuthClientInformationFull,
    params: AuthorizationParams,
    res: Response,
  ): Promise<void> {
    if (!isLoggedIn(res.req)) {
      res.redirect(302, loginUrl(res.req));
      return;
    }
    const code = randomUUID();
    this.#codes.set(code, { ...params, client_id, sub: res.req.session.userId ?? '' });
    const url = new URL(params.redirectUri);
    url.searchParams.set('code', code);
    if (params.state !== undefined) url.searchParams.set('state', params.state);
    res.redirect(302, url.href);
  }

  async challengeForAuthorizationCode(
    _client: OAuthClientInformationFull,
    code: string,
  ): Promise<string> {
    const given = this.#codes.get(code);
    if (!given) throw new InvalidGrantError('the code is not known');
    return given.codeChallenge;
  }

  async exchangeAuthorizationCode(
    _client: OAuthClientInformationFull,
    code: string,
  ): Promise<OAuthTokens> {
    return this.#redeem(this.#codes, code);
  }

  async exchangeRefreshToken(
    _client: OAuthClientInformationFull,
    refreshToken: string,
  ): Promise<OAuthTokens> {
    return this.#redeem(this.#tokens, refreshToken);
  }

  async verifyAccessToken(token: string): Promise<AuthInfo> {
    const given = this.#tokens.get(token);
    if (!given) throw new InvalidTokenError('the token is not known');
    const { client_id: clientId, scopes = [], sub } = given;
    const expiresAt = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
    return { token, clientId, scopes, expiresAt, extra: { sub } };
  }

  #redeem(from: Map<string, Given>, key: string): OAuthTokens {
    const given = from.get(key);
    if (!given) throw new InvalidGrantError('it is not known');
    from.delete(key);
    const [access_token, refresh_token] = [randomUUID(), randomUUID()];
    this.#tokens.set(access_token, given).set(refresh_token, given);
    return { access_token, refresh_token, token_type: 'Bearer', expires_in: LIFETIME_SECONDS };
  }
}
