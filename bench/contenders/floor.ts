/**
 * The least that a router of Express 5 can do for the same job: its parser, the same Redis calls, the
 * same signature, and only the checks without which the flow would not work. Nobody should use it.
 *
 * @module
 */
import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import express, { type RequestHandler } from 'express';
import { jwtVerify } from 'jose';
import {
  ACCESS_TOKEN_SECONDS,
  API_PATH,
  pathsBelow,
  personOf,
  queryOf,
  SCOPES,
  type Setting,
  type StartContender,
} from './contender.ts';
import { createFloorStore, type FloorStore } from './floor-store.ts';

type Fields = Readonly<Record<string, string>>;

export const start: StartContender = async (setting) => {
  const { issuer } = setting;
  const store = createFloorStore(setting);
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const app = express();
  const metadata = documentOf(issuer);
  app.get('/.well-known/oauth-authorization-server', (_req, res) => {
    res.json(metadata);
  });
  app.post('/oauth/register', express.json(), register(store));
  app.get('/oauth/authorize', authorize(store));
  app.get('/login', approve(store));
  app.post('/oauth/token', express.urlencoded({ extended: false }), token(setting, store, keys));
  app.get(API_PATH, async (req, res) => {
    const [, jwt = ''] = (req.headers.authorization ?? '').split(' ');
    const options = { issuer, audience: `${issuer}${API_PATH}`, typ: 'at+jwt' };
    await jwtVerify(jwt, keys.publicKey, options);
    res.json({ ok: true });
  });
  return {
    handler: app,
    paths: pathsBelow('/oauth'),
  };
};

/** As long as that of this project. */
function documentOf(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    registration_endpoint: `${issuer}/oauth/register`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    pushed_authorization_request_endpoint: `${issuer}/oauth/par`,
    jwks_uri: `${issuer}/oauth/jwks`,
    scopes_supported: SCOPES,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: [
      ...['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    ],
    authorization_response_iss_parameter_supported: true,
  };
}

function register(store: FloorStore): RequestHandler {
  return async (req, res) => {
    await store.count(`register:${req.ip ?? ''}`, 'register-site', 'register-total');
    const body = req.body as { redirect_uris?: unknown };
    if (!Array.isArray(body.redirect_uris)) {
      res.status(400).json({ error: 'invalid_redirect_uri' });
      return;
    }
    const client_id = randomUUID();
    const record = JSON.stringify({ v: 1, client_id, metadata: body, registered: SCOPES });
    await store.insertClient(client_id, record.slice(0, -1));
    res.status(201).json({ ...body, client_id });
  };
}

function authorize(store: FloorStore): RequestHandler {
  return async (req, res) => {
    const query = req.query as Fields;
    const { client_id = '', redirect_uri = '' } = query;
    await store.count(`authorize:${req.ip ?? ''}`, 'authorize-site');
    const [text] = await Promise.all([store.findClient(client_id), store.clientState(client_id)]);
    const { metadata } = JSON.parse(text ?? '{}') as {
      metadata: { redirect_uris: readonly string[] };
    };
    if (!metadata.redirect_uris.includes(redirect_uri)) {
      res.status(400).send('invalid redirect_uri');
      return;
    }
    const grantId = randomBytes(16).toString('base64url');
    await store.insertAuthorization(grantId, JSON.stringify(query));
    res.cookie('dcr', randomBytes(16).toString('base64url'), { httpOnly: true });
    res.redirect(`/login?id=${grantId}`);
  };
}

/** Not measured: the person comes, and has allowed it. */
function approve(store: FloorStore): RequestHandler {
  return async (req, res) => {
    const grantId = queryOf(req, 'id');
    const { record = '{}' } = await store.authorization(grantId);
    const {
      client_id = '',
      redirect_uri = '',
      code_challenge = '',
      state = '',
    } = JSON.parse(record) as Fields;
    const subject = personOf(req);
    const fields = { client_id, subject, code_challenge, refreshable: '1', granted: 'mcp:tools' };
    await store.insertGrant(grantId, fields);
    const back = new URL(redirect_uri);
    back.search = new URLSearchParams({ code: grantId, state }).toString();
    res.redirect(back.href);
  };
}

function token(
  { issuer }: Setting,
  store: FloorStore,
  { privateKey }: { readonly privateKey: Parameters<typeof sign>[2] },
): RequestHandler {
  const accessToken = (subject: string, client_id: string): string => {
    const iat = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: `${issuer}${API_PATH}`, sub: subject, client_id, iat };
    const jti = randomBytes(16).toString('base64url');
    const payload = { ...claims, exp: iat + ACCESS_TOKEN_SECONDS, scope: 'mcp:tools', jti };
    const input = `${encoded({ alg: 'ES256', typ: 'at+jwt', kid: '1' })}.${encoded(payload)}`;
    const key = { key: privateKey as never, dsaEncoding: 'ieee-p1363' as const };
    return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
  };
  return async (req, res) => {
    const {
      grant_type,
      client_id = '',
      code = '',
      code_verifier = '',
      refresh_token = '',
    } = req.body as Fields;
    const isCode = grant_type === 'authorization_code';
    const [grantId = '', generation = '0'] = (isCode ? code : refresh_token).split('.');
    const [, , , grant] = await Promise.all([
      store.count(`token:${client_id}`, `token-network:${req.ip ?? ''}`),
      store.findClient(client_id),
      store.clientState(client_id),
      store.findGrant(grantId),
    ]);
    const { subject = '', code_challenge } = grant;
    const challenge = createHash('sha256').update(code_verifier).digest('base64url');
    if (isCode && challenge !== code_challenge) {
      res.status(400).json({ error: 'invalid_grant' });
      return;
    }
    const access_token = accessToken(subject, client_id);
    const requestId = randomUUID();
    const [next] = await Promise.all([
      isCode
        ? store.redeem(grantId, requestId).then(Number)
        : store.rotate(grantId, requestId, Number(generation)),
      store.index(subject, grantId),
    ]);
    res.set('Cache-Control', 'no-store').json({
      ...{ access_token, token_type: 'Bearer', expires_in: ACCESS_TOKEN_SECONDS },
      ...{ scope: 'mcp:tools', refresh_token: `${grantId}.${next}` },
    });
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
