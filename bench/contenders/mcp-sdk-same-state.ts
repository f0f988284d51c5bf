/**
 * The MCP SDK with a provider that keeps what this project keeps, by the scripts of the floor: clients
 * that nobody uses are bounded and leave, one can be blocked, a grant is found by its person and ended,
 * and a code or a refresh token that comes back is known again.
 *
 * @module
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { OAuthServerProvider } from '@modelcontextprotocol/sdk/server/auth/provider.js';
import type {
  OAuthClientInformationFull,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import type { RequestHandler } from 'express';
import { ACCESS_TOKEN_SECONDS, personOf, queryOf, type StartContender } from './contender.ts';
import { createFloorStore, type FloorStore } from './floor-store.ts';
import { mcpSdkContender, signedTokens, type SignedTokens } from './mcp-sdk-app.ts';

type Fields = Readonly<Record<string, string>>;

export const start: StartContender = async (setting) => {
  const store = createFloorStore(setting);
  return mcpSdkContender(setting, createProvider(store, signedTokens(setting)), approve(store));
};

function approve(store: FloorStore): RequestHandler {
  return async (req, res) => {
    const grantId = queryOf(req, 'id');
    const { record = '{}' } = await store.authorization(grantId);
    const { client_id = '', redirect_uri = '', ...asked } = JSON.parse(record) as Fields;
    const { code_challenge = '', state = '', scope = '' } = asked;
    const subject = personOf(req);
    const fields = { client_id, subject, code_challenge, refreshable: '1', granted: scope };
    await store.insertGrant(grantId, fields);
    const back = new URL(redirect_uri);
    back.search = new URLSearchParams({ code: grantId, state }).toString();
    res.redirect(back.href);
  };
}

function createProvider(store: FloorStore, signed: SignedTokens): OAuthServerProvider {
  /** A grant of this client, and no other. */
  const find = async (id: string, client: OAuthClientInformationFull): Promise<Fields> => {
    const grant = await store.findGrant(id);
    if (grant['client_id'] !== client.client_id) throw new Error('not known');
    return grant;
  };
  const answer = async (
    { client_id = '', subject = '', granted: scope = '' }: Fields,
    grantId: string,
    next: Promise<number>,
  ): Promise<OAuthTokens> => {
    const [access_token, generation] = await Promise.all([
      signed.issue({ client_id, subject, scope }),
      next,
      store.index(subject, grantId),
    ]);
    return {
      ...{ access_token, token_type: 'Bearer', expires_in: ACCESS_TOKEN_SECONDS },
      ...{ scope, refresh_token: `${grantId}.${String(generation)}` },
    };
  };

  return {
    clientsStore: {
      async getClient(clientId) {
        const found = await Promise.all([store.findClient(clientId), store.clientState(clientId)]);
        const [record] = found;
        if (record === null) return undefined;
        return (JSON.parse(record) as { metadata: OAuthClientInformationFull }).metadata;
      },
      async registerClient(client) {
        const registered = client as OAuthClientInformationFull;
        const { client_id } = registered;
        const record = JSON.stringify({ v: 1, client_id, metadata: registered });
        await store.insertClient(client_id, record.slice(0, -1));
        return registered;
      },
    },
    async authorize({ client_id }, { scopes = [], state, ...params }, res) {
      const grantId = randomBytes(16).toString('base64url');
      const record = {
        ...{ client_id, redirect_uri: params.redirectUri, code_challenge: params.codeChallenge },
        ...{ scope: scopes.join(' '), state },
      };
      await store.insertAuthorization(grantId, JSON.stringify(record));
      res.redirect(`/login?id=${grantId}`);
    },
    async challengeForAuthorizationCode(client, code) {
      return (await find(code, client))['code_challenge'] ?? '';
    },
    async exchangeAuthorizationCode(client, code) {
      const grant = await find(code, client);
      return answer(grant, code, store.redeem(code, randomUUID()).then(Number));
    },
    async exchangeRefreshToken(client, token) {
      const [grantId = '', generation = '0'] = token.split('.');
      const grant = await find(grantId, client);
      return answer(grant, grantId, store.rotate(grantId, randomUUID(), Number(generation)));
    },
    verifyAccessToken: signed.verifyAccessToken,
  };
}
