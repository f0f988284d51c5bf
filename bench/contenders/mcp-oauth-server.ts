/**
 * `mcp-oauth-server` with a model that is as small as it can be. Its access tokens are opaque: each call
 * of the API reads the store.
 *
 * @module
 */
import express from 'express';
import {
  authenticateHandler,
  mcpAuthRouter,
  OAuthServer,
  requireBearerAuth,
  type OAuthServerModel,
} from 'mcp-oauth-server';
import {
  ACCESS_TOKEN_SECONDS,
  API_PATH,
  CODE_SECONDS,
  NO_LIMIT,
  pathsBelow,
  personOf,
  REFRESH_TOKEN_SECONDS,
  SCOPES,
  type Setting,
  type StartContender,
} from './contender.ts';

const LIMIT = { windowMs: 60_000, limit: NO_LIMIT };

export const start: StartContender = async (setting) => {
  const { issuer } = setting;
  const limited = { rateLimit: setting.limited && LIMIT } as const;
  const app = express();
  const resourceServerUrl = new URL(API_PATH, issuer);
  const provider = new OAuthServer({
    model: createModel(setting),
    issuerUrl: new URL(issuer),
    authorizationUrl: new URL('/login', issuer),
    resourceServerUrl,
    scopesSupported: [...SCOPES],
    accessTokenLifetime: ACCESS_TOKEN_SECONDS,
    refreshTokenLifetime: REFRESH_TOKEN_SECONDS,
    authorizationCodeLifetime: CODE_SECONDS,
    // Clients that name no resource are what it is asked with.
    strictResource: false,
  });
  app.use(
    mcpAuthRouter({
      provider,
      resourceServerUrl,
      authorizationOptions: limited,
      clientRegistrationOptions: limited,
      tokenOptions: limited,
    }),
  );
  app.get('/login', (req, res) => {
    const fields = Object.entries(req.query as Record<string, string>);
    const inputs = fields.map(([name, value]) => `<input name="${name}" value="${value}">`);
    res.send(`<form method="post" action="/approve">${inputs.join('')}</form>`);
  });
  app.use('/approve', authenticateHandler({ provider, ...limited, getUser: personOf }));
  const bearer = requireBearerAuth({ verifier: provider, requiredScopes: ['mcp:tools'] });
  app.get(API_PATH, bearer, (_req, res) => {
    res.json({ ok: true });
  });
  return {
    handler: app,
    paths: pathsBelow(''),
  };
};

type Found<Method extends keyof OAuthServerModel> = Awaited<
  ReturnType<NonNullable<OAuthServerModel[Method]>>
>;

function createModel({ redis, prefix }: Setting): OAuthServerModel {
  const key = (kind: string, id: string): string => `${prefix}${kind}:${id}`;
  const keep = async (name: string, value: unknown, seconds: number): Promise<void> => {
    await redis.set(name, JSON.stringify(value), 'EX', seconds);
  };
  const read = (text: string | null): unknown =>
    text === null ? undefined : JSON.parse(text, reviveDates);
  /** Once, and only for its own client. */
  const take = async <Method extends keyof OAuthServerModel>(
    name: string,
    clientId: string,
  ): Promise<Found<Method>> => {
    const value = read(await redis.getdel(name)) as { clientId?: string } | undefined;
    return (value?.clientId === clientId ? value : undefined) as Found<Method>;
  };

  return {
    getClient: async (clientId) =>
      read(await redis.get(key('client', clientId))) as Found<'getClient'>,
    async registerClient(client) {
      const registered = client as Found<'registerClient'>;
      await redis.set(key('client', registered.client_id), JSON.stringify(registered));
      return registered;
    },
    saveAuthorizationCode: (code) => keep(key('code', code.authorizationCode), code, CODE_SECONDS),
    consumeAuthorizationCode: (code, clientId) =>
      take<'consumeAuthorizationCode'>(key('code', code), clientId),
    async revokeAuthorizationCode(code) {
      await redis.del(key('code', code));
    },
    saveAccessToken: (token) => keep(key('access', token.token), token, ACCESS_TOKEN_SECONDS),
    getAccessToken: async (token) =>
      read(await redis.get(key('access', token))) as Found<'getAccessToken'>,
    revokeAccessToken: (token, clientId) =>
      take<'revokeAccessToken'>(key('access', token), clientId),
    saveRefreshToken: (token) => keep(key('refresh', token.token), token, REFRESH_TOKEN_SECONDS),
    revokeRefreshToken: (token, clientId) =>
      take<'revokeRefreshToken'>(key('refresh', token), clientId),
    consumeRefreshToken: (token, clientId) =>
      take<'consumeRefreshToken'>(key('refresh', token), clientId),
    // Nothing is revoked in what is measured.
    revokeGrant: () => Promise.resolve(),
  };
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function reviveDates(_name: string, value: unknown): unknown {
  return typeof value === 'string' && DATE.test(value) ? new Date(value) : value;
}
