/**
 * A login at an OpenID provider that comes back. In lines: the query at the callback, the answer of the
 * token endpoint, header and payload of the ID token, which the provider signs, and the answer of
 * userinfo. `ID_TOKEN` in an answer stands for what was signed, `FORGED` for the same by somebody else.
 */
import assert from 'node:assert/strict';
import type { UpstreamIdentity } from '../../../lib/upstream/port.ts';
import type { Target } from '../engine/target.ts';
import { base64url } from './fixed-keys.ts';
import {
  answerWith,
  CLIENT,
  FORGED,
  holdsIdToken,
  ID_TOKEN,
  KEY,
  lineOf,
  NOW_SECONDS,
  provider,
  PROVIDER,
  type Answer,
} from './provider.ts';
import { membersOf } from './refusal.ts';
import { outcomeOf } from './upstream-failure.ts';
import { requirePerson, requireSame } from './upstream-person.ts';

const CALLBACK = 'https://auth.example.com/oauth/callback';
const STATE = 'abcdefghijklmnopqrstuv.s';
const NONCE = 'n'.repeat(43);
const SECRETS = { state: STATE, nonce: NONCE, code_verifier: 'v'.repeat(43) };
/** As much as clocks may differ. */
const TOLERANCE = 30;
const NOT_BEFORE = NOW_SECONDS - 100;

const QUERY = `code=c&state=${STATE}&iss=${PROVIDER}`;
const TOKENS = { access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: ID_TOKEN };
const HEADER = { alg: 'ES256', kid: 'k' };
const PAYLOAD = {
  iss: PROVIDER,
  aud: CLIENT,
  sub: 'alice',
  nonce: NONCE,
  iat: 1_700_000_000,
  exp: 4_102_444_800,
};
const NAMED = { ...PAYLOAD, name: 'Alice', email: 'a@b.example' };

interface Parts {
  readonly query: string;
  readonly tokens: object | string;
  readonly header: object;
  readonly payload: object;
  readonly userinfo: string;
}

function seed(changes: Partial<Parts> = {}): string {
  const userinfo = lineOf({ sub: 'alice', name: 'Alice', email: 'a@b.example' });
  const parts = { query: QUERY, tokens: TOKENS, header: HEADER, payload: PAYLOAD, userinfo };
  const { query, tokens, header, payload, ...rest } = { ...parts, ...changes };
  const signed = [header, payload].map((part) => JSON.stringify(part));
  const answer = typeof tokens === 'string' ? tokens : lineOf(tokens);
  return [query, answer, ...signed, rest.userinfo].join('\n');
}

/** Those that have to be taken, or all the others would prove nothing. */
const TAKEN = [
  seed(),
  seed({ payload: { ...NAMED, aud: [CLIENT, 'b'], azp: CLIENT, amr: ['pwd'] } }),
  seed({ payload: { ...NAMED, name: '"><script>&\'' } }),
  seed({
    query: `${QUERY}&fresh=1`,
    tokens: { ...TOKENS, refresh_token: 'r', scope: 'openid', expires_in: '60' },
    payload: { ...PAYLOAD, auth_time: NOW_SECONDS, email: 'a@b.example', email_verified: true },
  }),
  seed({ userinfo: lineOf(ID_TOKEN, 200, 'application/jwt') }),
];

interface Told {
  readonly query: URLSearchParams;
  readonly tokens: Answer;
  readonly userinfo: Answer;
  readonly idToken: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly issuer: string;
  /** Epoch seconds by the clock of openid-client, which is its own. */
  readonly began: number;
}

/** The answer is one to our question: from the provider that was asked, for the browser that was sent. */
function requireOwnAnswer({ query, issuer }: Told): void {
  requireSame([query.getAll('state'), query.getAll('iss')], [[STATE], [issuer]]);
  assert.equal(query.getAll('code').length, 1);
  assert.ok(
    query.getAll('error').every((error) => error === ''),
    'an error that is taken for a code',
  );
}

/** OpenID Connect Core §3.1.3.7, told a second time. */
function requireOwnIdToken({ tokens, idToken, header, payload, issuer, began }: Told): void {
  assert.equal(tokens.status, 200);
  assert.ok(holdsIdToken(tokens, idToken), 'not signed');
  const { iss, aud, azp, nonce, exp, iat, nbf } = payload;
  assert.deepEqual([header['alg'], header['crit']], ['ES256', undefined]);
  assert.equal(header['kid'] ?? KEY.kid, KEY.kid);
  assert.deepEqual([iss, nonce], [issuer, NONCE]);
  assert.ok([aud].flat().includes(CLIENT), 'for another client');
  assert.ok([aud].flat().length === 1 || azp === CLIENT, 'for several clients, and not to us');
  assert.ok(typeof exp === 'number' && exp > began - TOLERANCE, 'expired');
  assert.ok(typeof iat === 'number' && iat <= NOW_SECONDS + TOLERANCE, 'of the future');
  const now = Date.now() / 1000;
  assert.ok(nbf === undefined || (typeof nbf === 'number' && nbf <= now + TOLERANCE), 'not yet');
}

/** Whoever it is has been signed for us, and what userinfo says is said of them. */
function requireSaid({ sub, name, email, claims, auth_time }: UpstreamIdentity, told: Told): void {
  const { payload, userinfo, idToken, query } = told;
  assert.equal(sub, payload['sub']);
  const isJwt = userinfo.type.startsWith('application/jwt');
  const more = membersOf(
    isJwt ? Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString() : userinfo.body,
  );
  const says = (one: unknown, said: unknown): boolean => one !== undefined && one === said;
  for (const [member, value] of Object.entries({ name, email })) {
    if (value === undefined || says(value, payload[member])) continue;
    assert.deepEqual([value, more['sub']], [more[member], sub], 'a claim of nobody');
  }
  if (claims['email_verified'] === true) {
    const sources = [payload, more].filter((one) => one['email_verified'] === true);
    assert.ok(
      sources.some((one) => one['email'] === claims['email']),
      'verified for another',
    );
  }
  if (!query.has('fresh')) return;
  assert.ok(auth_time !== undefined && auth_time === Math.floor(Number(payload['auth_time'])));
  assert.ok(auth_time >= NOT_BEFORE - TOLERANCE && auth_time <= NOW_SECONDS + TOLERANCE);
}

export const upstreamLogin: Target = {
  name: 'upstream-login',
  seeds: [
    ...TAKEN,
    seed({ header: { alg: 'none' } }),
    seed({ header: { alg: 'HS256', kid: 'k', crit: ['b64'], b64: false } }),
    seed({ payload: { ...PAYLOAD, nonce: 'another', aud: 'another' } }),
    seed({ payload: { ...PAYLOAD, iss: `${PROVIDER}/`, azp: 'another', aud: [CLIENT, CLIENT] } }),
    seed({ payload: { ...PAYLOAD, exp: 1, iat: '1' } }),
    seed({ payload: { ...PAYLOAD, nbf: 4_102_444_800 } }),
    seed({ payload: { ...PAYLOAD, iat: NOW_SECONDS + 31 } }),
    seed({ tokens: { ...TOKENS, id_token: FORGED } }),
    seed({ userinfo: lineOf(FORGED, 200, 'application/jwt') }),
    seed({ tokens: { ...TOKENS, expires_in: 1e306 } }),
    seed({ payload: { ...NAMED, sub: 'x'.repeat(201) } }),
    seed({ payload: { ...NAMED, sub: 7, name: { toString: 1 }, amr: [[]] } }),
    seed({ payload: { ...NAMED, sub: 'a\r\nb', name: '<b>&"\'', auth_time: -1 } }),
    seed({ query: `${QUERY}&fresh=1` }),
    seed({ query: `error=access_denied&error_description=<b>&state=${STATE}&iss=${PROVIDER}` }),
    seed({ query: `${QUERY}&code=d&response=a.b.c&id_token=x` }),
    seed({ userinfo: lineOf({ sub: 'bob', email: 'b@b.example', email_verified: true }) }),
    seed({ userinfo: lineOf({ error: 'invalid_token' }, 401) }),
    seed({ userinfo: '401||Bearer error="invalid_token"|' }),
    seed({ tokens: { ...TOKENS, token_type: 'DPoP', expires_in: 1e306, refresh_token: [] } }),
    seed({
      tokens: {
        ...TOKENS,
        access_token: 'a\r\nx: y',
        id_token: `${base64url('{"alg":"none"}')}.e30.`,
      },
    }),
    seed({ tokens: lineOf(TOKENS, 503) }),
    seed({ tokens: lineOf({ error: 'invalid_client', error_description: '<b>' }, 400) }),
    seed({ tokens: '302|||' }),
    seed().replace('"id_token"', '"__proto__":{"id_token":1},"id_token":"x","id_token"'),
  ],
  async run(input) {
    const { issuer, oidc, answers } = await provider();
    const lines = input.replaceAll(PROVIDER, issuer).split('\n');
    const [asked = '', tokenLine = '', header = '', payload = '', ...rest] = lines;
    const [tokens, idToken] = answerWith(tokenLine, header, payload);
    const [userinfo] = answerWith(rest.join('\n'), header, payload);
    answers('token', tokens);
    answers('userinfo', userinfo);
    const url = new URL(`${CALLBACK}?${asked}`);
    const isFresh = url.searchParams.has('fresh');
    const began = Date.now() / 1000;
    const outcome = await outcomeOf(() =>
      oidc.complete({ ...SECRETS, url, ...(isFresh && { auth_time_not_before: NOT_BEFORE }) }),
    );
    if ('failure' in outcome) {
      assert.ok(!TAKEN.includes(input), `a right answer is refused: ${outcome.failure}`);
      return;
    }
    const members = { header: membersOf(header), payload: membersOf(payload) };
    const told = { query: url.searchParams, tokens, userinfo, idToken, issuer, began, ...members };
    requireOwnAnswer(told);
    requireOwnIdToken(told);
    requireSaid(outcome.value, told);
    await requirePerson(oidc, outcome.value);
  },
};
