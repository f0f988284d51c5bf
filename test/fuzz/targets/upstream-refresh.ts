/**
 * Tokens of a provider that are refreshed: the answer of the token endpoint in the first line, then
 * header and payload of an ID token, which the provider signs and `ID_TOKEN` in the answer stands for.
 */
import assert from 'node:assert/strict';
import {
  openUpstreamTokens,
  sealUpstreamTokens,
} from '../../../lib/services/kept-upstream-tokens.ts';
import type { UpstreamTokens } from '../../../lib/upstream/port.ts';
import type { Target } from '../engine/target.ts';
import { signedJwt } from './fixed-keys.ts';
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
import { envelopes, requireSame, requireTokens } from './upstream-person.ts';

const GRANT = 'abcdefghijklmnopqrstuv';
/** What is further away may as well have no end. */
const MAX_SECONDS = 1e9;
const HEADER = { alg: 'ES256', kid: 'k' };
const PAYLOAD = { iss: PROVIDER, aud: CLIENT, sub: 'alice', iat: 1, exp: 4_102_444_800 };
const TOKENS = { access_token: 'a2', token_type: 'Bearer', expires_in: 60, refresh_token: 'r2' };

/** After these the person has to log in again, and what is left of the old tokens is given up. */
const ENDS: readonly unknown[] = [
  'invalid_grant',
  'bad_refresh_token',
  'login_required',
  'consent_required',
  'interaction_required',
];

const seed = (tokens: object | string, payload: object = PAYLOAD): string =>
  [
    typeof tokens === 'string' ? tokens : lineOf(tokens),
    JSON.stringify(HEADER),
    JSON.stringify(payload),
  ].join('\n');

const TAKEN = [
  seed({ access_token: 'a2', token_type: 'bearer' }),
  seed({ ...TOKENS, id_token: ID_TOKEN }),
];

const OLD = { access_token: 'a1', token_type: 'bearer', refresh_token: 'r1', scope: 's1' };
const OLD_ID_TOKEN = signedJwt(JSON.stringify(HEADER), JSON.stringify({ sub: 'alice' }), KEY);

interface Told {
  readonly answer: Answer;
  readonly idToken: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What the answer says, and of the rest what was known before; but for the end, which was that of the old. */
function requireNew(fresh: UpstreamTokens, old: UpstreamTokens, { answer }: Told): void {
  const { access_token, refresh_token, scope, id_token, expires_in } = membersOf(answer.body);
  assert.equal(fresh.access_token, access_token);
  // Where nobody could check it there is none.
  const checked = old.id_token === undefined ? undefined : id_token;
  const given = { refresh_token, scope, id_token: checked };
  for (const [name, value] of Object.entries(given))
    assert.equal(fresh[name as keyof UpstreamTokens], value ?? old[name as keyof UpstreamTokens]);
  const isTold = typeof expires_in === 'number' && expires_in < MAX_SECONDS;
  if ((expires_in ?? undefined) === undefined) assert.equal(fresh.expires_at, undefined);
  if (isTold) assert.equal(fresh.expires_at, Math.floor((NOW_SECONDS + expires_in) * 1000));
  assert.ok((fresh.expires_at ?? Infinity) >= NOW_SECONDS * 1000);
  requireTokens(fresh);
  const sealed = sealUpstreamTokens(envelopes, GRANT, { upstream: 'idp', tokens: fresh });
  requireSame(openUpstreamTokens(envelopes, GRANT, sealed).tokens, fresh);
}

/** OpenID Connect Core §12.2. */
function requireSamePerson({ answer, idToken, payload }: Told, issuer: string): void {
  const { id_token } = membersOf(answer.body);
  if (id_token === undefined) return;
  assert.ok(holdsIdToken(answer, idToken), 'not signed');
  assert.deepEqual([payload['sub'], payload['iss']], ['alice', issuer]);
  assert.ok([payload['aud']].flat().includes(CLIENT));
}

/** Tokens are given up where the provider says so, or where they have become those of somebody else. */
function requireEnd({ answer, payload }: Told, isOidc: boolean): void {
  const { error, access_token, id_token } = membersOf(answer.body);
  const { status } = answer;
  const isSaidWith200 = !isOidc && status < 300 && (access_token ?? undefined) === undefined;
  const isSaid = (status >= 400 && status < 500 && status !== 429) || isSaidWith200;
  const isOfAnother = isOidc && id_token !== undefined && payload['sub'] !== 'alice';
  assert.ok((isSaid && ENDS.includes(error)) || isOfAnother, 'tokens are given up for nothing');
}

export const upstreamRefresh: Target = {
  name: 'upstream-refresh',
  seeds: [
    ...TAKEN,
    seed({ ...TOKENS, id_token: ID_TOKEN }, { ...PAYLOAD, sub: 'bob' }),
    seed({ ...TOKENS, id_token: ID_TOKEN }, { ...PAYLOAD, aud: 'another' }),
    seed({ ...TOKENS, id_token: FORGED }),
    seed({ ...TOKENS, id_token: null, scope: null, refresh_token: '' }),
    seed({ ...TOKENS, expires_in: 1e306, scope: 's2' }),
    seed({ ...TOKENS, expires_in: '-1', access_token: '\u00e9' }),
    seed({ ...TOKENS, token_type: 'DPoP' }),
    seed({ error: 'invalid_grant' }),
    seed(lineOf({ error: 'invalid_grant', error_description: '<b>' }, 400)),
    seed(lineOf({ error: 'constructor', error_uri: 'data:,' }, 400)),
    seed(lineOf({ error: 'invalid_grant' }, 503)),
    seed(lineOf({ error: 'invalid_grant' }, 429)),
    seed('401||Basic realm="a"|{"error":"invalid_grant"}'),
    seed('200|text/html||<html>'),
    seed('302|||'),
  ],
  async run(input) {
    const { issuer, oidc, oauth2, answers } = await provider();
    const [line = '', header = '', ...rest] = input.replaceAll(PROVIDER, issuer).split('\n');
    const payload = rest.join('\n');
    const [answer, idToken] = answerWith(line, header, payload);
    const told = { answer, idToken, payload: membersOf(payload) };
    answers('token', answer);
    for (const [login, old] of [
      [oidc, { ...OLD, id_token: OLD_ID_TOKEN }],
      [oauth2, OLD],
    ] as const) {
      const isOidc = login === oidc;
      const outcome = await outcomeOf(() => login.refresh(old));
      if ('value' in outcome) {
        requireNew(outcome.value, old, told);
        if (isOidc) requireSamePerson(told, issuer);
      } else {
        assert.ok(!TAKEN.includes(input), `a right answer is refused: ${outcome.failure}`);
        if (outcome.failure === 'invalid_grant') requireEnd(told, isOidc);
      }
    }
  },
};
