/**
 * A login at a provider that has OAuth 2.0 alone: the answer of its token endpoint in the first line,
 * what it says of the person in those after it.
 */
import assert from 'node:assert/strict';
import type { Target } from '../engine/target.ts';
import { answerOf, lineOf, provider, PROVIDER } from './provider.ts';
import { firstLine, membersOf } from './refusal.ts';
import { outcomeOf } from './upstream-failure.ts';
import { requirePerson } from './upstream-person.ts';

const STATE = 'abcdefghijklmnopqrstuv.s';
const TOKENS = { access_token: 'a', token_type: 'bearer', scope: 'user' };
const PERSON = { id: 1, sub: 'alice', name: 'Alice', email: 'a@b.example', email_verified: true };

const seed = (person: string | object, tokens: object = TOKENS): string =>
  `${lineOf(tokens)}\n${typeof person === 'string' ? person : lineOf(person)}`;

const TAKEN = [
  seed(PERSON),
  seed({ ...PERSON, name: '"><script>&\'' }),
  seed({ user: { id: 42, mail: 'u@b.example' }, email_verified: true }),
  seed(PERSON, { ...TOKENS, id_token: null }),
  // Nobody could check it: it is as if it were not there.
  seed(PERSON, { ...TOKENS, id_token: 'a.b.c' }),
];

/** A text, or a whole number that is the one that was sent: two people must not become one. */
function asSubject(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export const upstreamOAuth2: Target = {
  name: 'upstream-oauth2',
  seeds: [
    ...TAKEN,
    seed({ ...PERSON, sub: Number.MAX_SAFE_INTEGER + 1, user: { id: '<b>' } }),
    seed({ ...PERSON, sub: null, user: [{ id: 1 }] }),
    seed({ ...PERSON, sub: 'a\u0000b', name: '"><script>', email: { a: 1 } }),
    seed('200|text/html||<html>Please sign in</html>'),
    seed('429|application/json||{}'),
    seed('401||Bearer realm="a", error="invalid_token"|'),
    seed('200|application/json||{"sub":"a","sub":"b","__proto__":{"sub":"c"}}'),
    seed(PERSON, { error: 'bad_verification_code', error_description: '<b>' }),
    seed(PERSON, { ...TOKENS, token_type: 'mac', refresh_token: null }),
    seed(PERSON, { ...TOKENS, expires_in: 1e306, refresh_token: '\ud800' }),
  ],
  async run(input) {
    const { issuer, oauth2, answers } = await provider();
    const [tokenLine, userinfoLine] = firstLine(input.replaceAll(PROVIDER, issuer));
    const [tokens, userinfo] = [answerOf(tokenLine), answerOf(userinfoLine)];
    answers('token', tokens);
    answers('userinfo', userinfo);
    const url = new URL(`https://auth.example.com/oauth/callback?code=c&state=${STATE}`);
    const secrets = { state: STATE, nonce: 'n', code_verifier: 'v'.repeat(43) };
    const outcome = await outcomeOf(() => oauth2.complete({ ...secrets, url }));
    if ('failure' in outcome) {
      assert.ok(!TAKEN.includes(input), `a right answer is refused: ${outcome.failure}`);
      return;
    }
    const { sub, claims, tokens: given } = outcome.value;
    const said = membersOf(tokens.body);
    assert.deepEqual([given.access_token, given.id_token], [said['access_token'], undefined]);
    assert.ok(tokens.status < 300 && userinfo.status < 300, 'an error that is taken for an answer');
    const person = membersOf(userinfo.body);
    const user = membersOf(JSON.stringify(person['user'] ?? null));
    const subjects = [person['sub'], user['id']].map(asSubject);
    assert.equal(
      sub,
      subjects.find((one) => one !== undefined),
    );
    if (claims['email_verified'] === true)
      assert.deepEqual([claims['email'], person['email_verified']], [person['email'], true]);
    await requirePerson(oauth2, outcome.value);
  },
};
