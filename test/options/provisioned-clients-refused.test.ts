import { describe, expect, it } from '@jest/globals';
import { createAuthorizationServer } from '../../lib/authorization-server.ts';
import { hostLogin } from '../../lib/login/host-login.ts';
import { MAKE_SECRET } from '../../lib/options/remedies.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { linesOf } from './support.ts';

const issuer = 'https://auth.example.com';
const scopesSupported = ['openid', 'notes:read', 'admin:all'];
const OPTION = 'clients (DCR_CLIENTS)';
const SECRET = 'a'.repeat(32);
const OTHER_SECRET = 'b'.repeat(32);

const PUBLIC = { client_id: 'crm', redirect_uris: ['https://crm.example.com/cb'], scope: 'openid' };
const CONFIDENTIAL = { ...PUBLIC, client_secret: SECRET };

const WEAK = `client_secret must have at least 32 visible ASCII characters, each if it is a list; make one with: ${MAKE_SECRET}`;
const NOT_ACCEPTABLE =
  'without fragment, written in its normal form, no pattern, and none of the endpoints of this server';
const KEY = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) };

function problemsOf(clients: unknown): string[] {
  const login = hostLogin({ user: () => undefined, url: '/login' });
  const { logger } = createLogRecorder();
  const options = { issuer, login, logger, scopesSupported, clients: clients as [] };
  return linesOf(() => createAuthorizationServer(options));
}

/** A script, in two parts: lint takes the whole for a program. */
const SCRIPT = ['javascript', 'alert(1)'].join(':');

describe('the option clients: refused', () => {
  it.each<{ name: string; client: object; want: string }>([
    ...[undefined, '', 7, 'a b', 'a|b', 'caf\u00e9', 'a'.repeat(129)].map((client_id) => ({
      name: `the client_id ${JSON.stringify(client_id)}`,
      client: { ...PUBLIC, client_id },
      want: 'client 1: client_id must be 1 to 128 visible ASCII characters without |',
    })),
    {
      name: 'an id that a registration could be given (REG-03)',
      client: { ...PUBLIC, client_id: '9b2f8c1e-3d4a-4b5c-8d6e-7f8091a2b3c4' },
      want: 'client "9b2f8c1e-3d4a-4b5c-8d6e-7f8091a2b3c4": client_id must be no UUID such as registered clients have',
    },
    {
      name: 'an id that a document could have',
      client: { ...PUBLIC, client_id: 'https://crm.example.com/client.json' },
      want: 'client "https://crm.example.com/client.json": client_id must be no URL: that would be the one of a document',
    },
    ...['api:crm', 'a%20b', 'a+b'].map((client_id) => ({
      name: `the client_id ${client_id} with a secret`,
      client: { ...CONFIDENTIAL, client_id },
      want: `client "${client_id}": client_id must be without :, % and + where there is a secret: clients write them in two ways`,
    })),
    ...['a'.repeat(31), '', 7, null, [], [SECRET, 'short'], `${SECRET} `, `${SECRET}\n`].map(
      (client_secret, i) => ({
        name: `a secret that is none, ${String(i + 1)}`,
        client: { ...PUBLIC, client_secret },
        want: `client "crm": ${WEAK}`,
      }),
    ),
    {
      name: 'one secret twice',
      client: { ...PUBLIC, client_secret: [SECRET, SECRET] },
      want: 'client "crm": client_secret holds the same secret twice',
    },
    {
      name: 'a secret of a public client',
      client: { ...CONFIDENTIAL, token_endpoint_auth_method: 'none' },
      want: 'client "crm": client_secret has no effect with this token_endpoint_auth_method',
    },
    {
      name: 'a confidential one without a secret',
      client: { ...PUBLIC, token_endpoint_auth_method: 'client_secret_post' },
      want: `client "crm": client_secret is required; make one with: ${MAKE_SECRET}`,
    },
    ...[PUBLIC, CONFIDENTIAL].map((client) => ({
      name: 'keys that nothing is done with',
      client: { ...client, jwks: { keys: [KEY] } },
      want: 'client "crm": jwks has no effect with this token_endpoint_auth_method',
    })),
    {
      name: 'no keys where the client authenticates with one',
      client: { ...PUBLIC, token_endpoint_auth_method: 'private_key_jwt' },
      want: 'client "crm": jwks or jwks_uri is required',
    },
    {
      name: 'a secret beside keys',
      client: {
        ...CONFIDENTIAL,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [KEY] },
      },
      want: 'client "crm": client_secret has no effect with this token_endpoint_auth_method',
    },
    {
      name: 'keys in two places',
      client: { ...PUBLIC, jwks: { keys: [KEY] }, jwks_uri: 'https://crm.example.com/jwks' },
      want: 'client "crm": jwks and jwks_uri exclude each other',
    },
    ...[undefined, [], 'https://crm.example.com/cb', [7]].map((redirect_uris) => ({
      name: `the redirect_uris ${JSON.stringify(redirect_uris)}`,
      client: { ...PUBLIC, redirect_uris },
      want: 'client "crm": redirect_uris must be a list of URIs',
    })),
    ...[
      'https://crm.example.com/cb#x',
      'https://crm.example.com/*',
      'https://CRM.example.com/cb',
      'https://crm.example.com/cb?code=1',
      'http://crm.internal/cb',
      'http://127.0.0.2/cb',
      `${issuer}/oauth/authorize`,
      SCRIPT,
      '/cb',
    ].map((uri) => ({
      name: `the redirect URI ${uri}`,
      client: { ...PUBLIC, redirect_uris: [uri] },
      want: `client "crm": redirect_uris contains "${uri}" which is not acceptable: https, http on localhost, 127.0.0.1 or [::1], a private-use scheme; ${NOT_ACCEPTABLE}`,
    })),
    {
      name: 'what may be a password in a redirect URI',
      client: { ...PUBLIC, redirect_uris: ['https://user:password@crm.example.com/cb'] },
      want: `client "crm": redirect_uris contains one with user info which is not acceptable: https, http on localhost, 127.0.0.1 or [::1], a private-use scheme; ${NOT_ACCEPTABLE}`,
    },
    {
      name: 'what cannot keep a secret',
      client: { ...CONFIDENTIAL, redirect_uris: ['http://localhost/cb', 'com.example.crm:/cb'] },
      want: `client "crm": redirect_uris contains "http://localhost/cb", "com.example.crm:/cb" which are not acceptable: https; ${NOT_ACCEPTABLE}`,
    },
    ...[undefined, '', ' ', []].map((scope) => ({
      name: `the scope ${JSON.stringify(scope)}`,
      client: { ...PUBLIC, scope },
      want: 'client "crm": scope is required: all that the client may ask for, for nothing is added to it',
    })),
    {
      name: 'a scope that is malformed',
      client: { ...PUBLIC, scope: 'openid "x"' },
      want: 'client "crm": scope must be a space-delimited string of scope tokens',
    },
    {
      name: 'a scope that is not supported',
      client: { ...PUBLIC, scope: 'openid notes:write' },
      want: 'client "crm": scope contains "notes:write" which is not in scopes_supported',
    },
    ...[['refresh_token'], ['authorization_code', 'implicit'], 'authorization_code', []].map(
      (grant_types) => ({
        name: `the grant_types ${JSON.stringify(grant_types)}`,
        client: { ...PUBLIC, grant_types },
        want: 'client "crm": grant_types must be a list of authorization_code, refresh_token, with authorization_code',
      }),
    ),
    {
      name: 'another response type',
      client: { ...PUBLIC, response_types: ['token'] },
      want: 'client "crm": response_types must be a list of code',
    },
    {
      name: 'an authentication method that nobody knows',
      client: { ...PUBLIC, token_endpoint_auth_method: 'secret' },
      want: 'client "crm": token_endpoint_auth_method must be none or client_secret_basic',
    },
    {
      name: 'a word where yes or no is asked',
      client: { ...PUBLIC, require_pushed_authorization_requests: 'yes' },
      want: 'client "crm": require_pushed_authorization_requests must be true or false',
    },
    {
      name: 'a name that deceives, in any language',
      client: { ...PUBLIC, 'client_name#de': 'a\u202eb' },
      want: 'client "crm": client_name has control, bidirectional or invisible characters',
    },
    ...[
      ['redirect_uri', 'redirect_uris'],
      ['scopes', 'scope'],
      ['client_secrets', 'client_secret'],
      ['clientName', 'client_name'],
      ['scope#de', 'scope'],
      ['client_name#', 'client_name'],
    ].map(([member = '', nearest = '']) => ({
      name: `the member ${member}`,
      client: { ...PUBLIC, [member]: 'x' },
      want: `client "crm": "${member}" is no member; did you mean ${nearest}?`,
    })),
  ])('$name', ({ client, want }) => {
    const [problem = '', ...more] = problemsOf([client]);
    expect(more).toEqual([]);
    expect(problem.startsWith(`${OPTION}: ${want}`)).toBe(true);
  });

  it.each([{}, 'crm', null, 7])('%j, which is no list', (clients) => {
    expect(problemsOf(clients)).toEqual([`${OPTION}: must be a list of clients`]);
  });

  it('everything at once, by the place of a client that has no id, and never a secret', () => {
    const lines = problemsOf([
      'crm',
      { ...CONFIDENTIAL, client_id: `${SECRET} ${SECRET}`, scope: 'nothing' },
      { ...CONFIDENTIAL, client_id: 'shop', client_secret: [OTHER_SECRET, SECRET] },
      { ...PUBLIC, client_secret: 'hunter2-hunter2' },
      PUBLIC,
    ]);
    expect(lines).toEqual([
      `${OPTION}: client 1: must be an object`,
      `${OPTION}: client 2: client_id must be 1 to 128 visible ASCII characters without |`,
      `${OPTION}: client 2: scope contains "nothing" which is not in scopes_supported`,
      `${OPTION}: client "crm": ${WEAK}`,
      `${OPTION}: client "crm" is there twice`,
      `${OPTION}: client 2 and client "shop" have a client_secret in common`,
    ]);
    expect(lines.join()).not.toMatch(/aaaaa|bbbbb|hunter2/);
  });
});
