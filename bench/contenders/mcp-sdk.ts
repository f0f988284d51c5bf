/**
 * The MCP SDK with a provider that is as small as it can be: what it keeps is in Redis, one key for each
 * thing, access tokens are signed.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import type {
  AuthorizationParams,
  OAuthServerProvider,
} from '@modelcontextprotocol/sdk/server/auth/provider.js';
import type {
  OAuthClientInformationFull,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import type { RequestHandler } from 'express';
import {
  ACCESS_TOKEN_SECONDS,
  CODE_SECONDS,
  personOf,
  queryOf,
  REFRESH_TOKEN_SECONDS,
  type Setting,
  type StartContender,
} from './contender.ts';
import { mcpSdkContender, signedTokens, type SignedTokens } from './mcp-sdk-app.ts';

/** What is known of a login in progress, and then of the grant. */
interface Kept {
  readonly client_id: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly challenge: string;
  readonly redirect_uri: string;
  readonly state?: string | undefined;
}

export const start: StartContender = async (setting) =>
  mcpSdkContender(setting, createProvider(setting, signedTokens(setting)), approve(setting));

function approve({ redis, prefix }: Setting): RequestHandler {
  return async (req, res) => {
    const pending = await redis.get(`${prefix}pending:${queryOf(req, 'id')}`);
    const kept = { ...(JSON.parse(pending ?? '{}') as Kept), subject: personOf(req) };
    const code = randomBytes(32).toString('base64url');
    await redis.set(`${prefix}code:${code}`, JSON.stringify(kept), 'EX', CODE_SECONDS);
    const back = new URL(kept.redirect_uri);
    back.searchParams.set('code', code);
    if (kept.state !== undefined) back.searchParams.set('state', kept.state);
    res.redirect(back.href);
  };
}

function createProvider({ redis, prefix }: Setting, signed: SignedTokens): OAuthServerProvider {
  const tokensFor = async (kept: Kept): Promise<OAuthTokens> => {
    const scope = kept.scopes.join(' ');
    const { client_id, subject } = kept;
    const access_token = await signed.issue({ client_id, subject, scope });
    const refresh_token = randomBytes(32).toString('base64url');
    const key = `${prefix}refresh:${refresh_token}`;
    await redis.set(key, JSON.stringify(kept), 'EX', REFRESH_TOKEN_SECONDS);
    return {
      ...{ access_token, token_type: 'Bearer', expires_in: ACCESS_TOKEN_SECONDS },
      ...{ scope, refresh_token },
    };
  };
  /** Once, and only for its own client. */
  const take = async (key: string, client: OAuthClientInformationFull): Promise<Kept> => {
    const kept = JSON.parse((await redis.getdel(key)) ?? '{}') as Kept;
    if (kept.client_id !== client.client_id) throw new Error('not known');
    return kept;
  };

  return {
    clientsStore: {
      async getClient(clientId) {
        const text = await redis.get(`${prefix}client:${clientId}`);
        return text === null ? undefined : (JSON.parse(text) as OAuthClientInformationFull);
      },
      async registerClient(client) {
        const { client_id } = client as OAuthClientInformationFull;
        await redis.set(`${prefix}client:${client_id}`, JSON.stringify(client));
        return client as OAuthClientInformationFull;
      },
    },
    async authorize(client, params: AuthorizationParams, res) {
      const id = randomBytes(16).toString('base64url');
      const kept: Kept = {
        client_id: client.client_id,
        subject: '',
        scopes: params.scopes ?? [],
        challenge: params.codeChallenge,
        redirect_uri: params.redirectUri,
        state: params.state,
      };
      await redis.set(`${prefix}pending:${id}`, JSON.stringify(kept), 'EX', 600);
      res.redirect(`/login?id=${id}`);
    },
    async challengeForAuthorizationCode(_client, code) {
      const kept = JSON.parse((await redis.get(`${prefix}code:${code}`)) ?? '{}') as Kept;
      return kept.challenge;
    },
    exchangeAuthorizationCode: async (client, code) =>
      tokensFor(await take(`${prefix}code:${code}`, client)),
    exchangeRefreshToken: async (client, token) =>
      tokensFor(await take(`${prefix}refresh:${token}`, client)),
    verifyAccessToken: signed.verifyAccessToken,
  };
}
