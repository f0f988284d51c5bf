/**
 * Requests as they should be, in parts that can be spoiled one by one.
 *
 * @module
 */
import type { Random } from '../../faults/support/random.ts';
import { SECRET_OF_CLIENT } from './clients.ts';

export interface Parts {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** In every text of the fuzzer, so that an echo of it can be looked for. */
export const MARK = 'q7ZxMark9Kv';

const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const FORM = ['Content-Type', 'application/x-www-form-urlencoded'] as const;
const JSON_TYPE = ['Content-Type', 'application/json'] as const;
const BASIC = [
  'Authorization',
  `Basic ${Buffer.from(`secret-client:${SECRET_OF_CLIENT}`).toString('base64')}`,
] as const;
const COOKIE = ['Cookie', 'person=alice'] as const;
const query = (pairs: Readonly<Record<string, string>>): string =>
  new URLSearchParams(pairs).toString();

const AUTHORIZE = query({
  response_type: 'code',
  client_id: 'public-client',
  redirect_uri: 'https://app.example.com/cb',
  scope: 'openid mcp:read',
  state: MARK,
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
});
const METADATA = {
  redirect_uris: ['https://app.example.com/cb'],
  client_name: `Client ${MARK}`,
  scope: 'openid mcp:read',
  token_endpoint_auth_method: 'none',
};
const CODE = `${'a'.repeat(22)}.${'b'.repeat(43)}`;

type Header = readonly [string, string];
const request = (method: string, target: string, headers: Header[] = [], body = ''): Parts => ({
  method,
  target,
  version: 'HTTP/1.1',
  headers: [
    ['Host', 'localhost:3000'],
    ...headers,
    ...(body === '' ? [] : [['Content-Length', String(Buffer.byteLength(body))] as const]),
  ],
  body,
});
const form = (path: string, body: string, ...more: Header[]): Parts =>
  request('POST', path, [FORM, ...more], body);

const REQUESTS: readonly Parts[] = [
  request('POST', '/oauth/register', [JSON_TYPE], JSON.stringify(METADATA)),
  request('POST', '/oauth/register', [JSON_TYPE, ['Authorization', `Bearer ${MARK}`]], '{}'),
  form(
    '/oauth/token',
    query({
      grant_type: 'authorization_code',
      code: CODE,
      code_verifier: CHALLENGE,
      client_id: 'public-client',
    }),
  ),
  form('/oauth/token', query({ grant_type: 'refresh_token', refresh_token: MARK }), BASIC),
  form('/oauth/revoke', query({ token: MARK, client_id: 'public-client' })),
  form('/oauth/introspect', query({ token: CODE }), BASIC),
  form('/oauth/par', AUTHORIZE),
  form('/oauth/consent', query({ decision: 'allow', id: MARK }), COOKIE),
  request('GET', `/oauth/authorize?${AUTHORIZE}`, [COOKIE, ['Accept-Language', 'de, en;q=0.5']]),
  request('GET', `/oauth/authorize?client_id=${MARK}`),
  request('GET', `/oauth/consent?id=${MARK}`, [COOKIE]),
  request('GET', `/oauth/callback?code=${MARK}&state=${MARK}`, [COOKIE]),
  request('GET', '/oauth/login', [COOKIE]),
  request('GET', '/oauth/userinfo', [['Authorization', `Bearer ${MARK}`]]),
  request('GET', `/oauth/register/public-client`, [['Authorization', `Bearer ${MARK}`]]),
  request(
    'PUT',
    `/oauth/register/${MARK}`,
    [JSON_TYPE, ['Authorization', `Bearer ${MARK}`]],
    JSON.stringify(METADATA),
  ),
  request('DELETE', `/oauth/register/${MARK}`, [['Authorization', `Bearer ${MARK}`]]),
  request('GET', '/.well-known/oauth-authorization-server'),
  request('GET', '/.well-known/openid-configuration'),
  request('GET', '/.well-known/oauth-protected-resource/mcp'),
  request('GET', '/oauth/jwks'),
  request('GET', '/mcp', [['Authorization', `Bearer ${MARK}`]]),
  request('OPTIONS', '/oauth/token', [
    ['Origin', 'https://a.example'],
    ['Access-Control-Request-Method', 'POST'],
  ]),
  request('HEAD', '/oauth/jwks'),
];

export const anyRequest = (random: Random): Parts => random.pick(REQUESTS);

/** As it goes over the wire, with the bytes of UTF-8 one in each character. */
export function written({ method, target, version, headers, body }: Parts): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  const head = [`${method} ${target} ${version}`, ...lines, '', ''].join('\r\n');
  return Buffer.from(head + body).toString('latin1');
}
