/**
 * Access tokens: one as it is; or its header in one line and its payload in the next, which are then
 * signed with a key of the server. Who takes it, and what they are told, is described a second time.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { IntrospectionAnswer } from '../../../lib/protocol/introspection.ts';
import type { SigningKey } from '../../../lib/tokens/signing-keys.ts';
import type { Target } from '../engine/target.ts';
import { base64url, ed25519Key, signedJwt } from './fixed-keys.ts';
import { firstLine, membersOf, type Members } from './refusal.ts';
import {
  API,
  CLIENT,
  createTokenServer,
  GRANT,
  ISSUER,
  KEYS,
  NOW_SECONDS,
  RESOURCES,
  SUBJECT,
} from './token-server.ts';

const MAX_AHEAD_SECONDS = 60;
/** A piece of a token: what is shorter, or has other characters, can be anything. */
const PIECE = /^[\w-]{40,}$/;
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'e' };
const PAYLOAD = {
  iss: ISSUER,
  sub: SUBJECT,
  client_id: CLIENT,
  aud: API,
  scope: 'openid read',
  jti: `${GRANT}.n`,
  iat: NOW_SECONDS - 1,
  exp: NOW_SECONDS + 60,
};
const [ECDSA, EDDSA] = KEYS as [SigningKey, SigningKey];
/** Of nobody here. */
const STRANGER = ed25519Key('d', 3);

const text = (members: Members): string => JSON.stringify(members);
const pair = (header: Members, payload: Members): string => `${text(header)}\n${text(payload)}`;
const eddsa = { ...HEADER, alg: 'EdDSA', kid: 'd' };

/** A text that our key has signed, and how. */
interface Signed {
  readonly header: Members;
  readonly payload: Members;
  readonly key: SigningKey;
  readonly signature: string;
}

/** Ours, and the same in each run: also what a token of ours can be made of by whoever has some. */
const MADE = [
  pair(eddsa, PAYLOAD),
  pair({ ...eddsa, typ: 'JWT' }, { ...PAYLOAD, aud: CLIENT }),
  pair(eddsa, { ...PAYLOAD, exp: NOW_SECONDS }),
  pair(eddsa, { ...PAYLOAD, iss: 'https://other.example' }),
].map((input) => signedJwt(...firstLine(input), EDDSA));
const SIGNED = new Map(MADE.map((token) => [contentOf(token), signedOf(token, EDDSA)]));

function contentOf(token: string): string {
  return token.slice(0, Math.max(0, token.lastIndexOf('.')));
}

function signedOf(token: string, key: SigningKey): Signed {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return { header: membersIn(header), payload: membersIn(payload), key, signature };
}

function membersIn(part: string): Members {
  return membersOf(Buffer.from(part, 'base64url').toString());
}

/** By the key that the header names, or else the first. */
function signedNow(input: string): readonly [token: string, signed: Signed] {
  const [header, payload] = firstLine(input);
  const { kid } = membersOf(header);
  const key = kid === EDDSA.kid ? EDDSA : ECDSA;
  const token = signedJwt(header, payload, key);
  return [token, signedOf(token, key)];
}

/**
 * A token that came from anywhere, and what of it was signed here: nothing, where its signature is
 * another. It is the same where it is written in other letters, and whether that is taken is no matter.
 */
function signedBefore(
  token: string,
): readonly [token: string, signed: Signed | undefined] | undefined {
  const signed = SIGNED.get(contentOf(token));
  const signature = token.slice(token.lastIndexOf('.') + 1);
  if (!signed || signed.signature === signature) return [token, signed];
  const [made, sent] = [signed.signature, signature].map((part) => Buffer.from(part, 'base64url'));
  return made && sent && made.equals(sent) ? undefined : [token, undefined];
}

/** Signed by our key, for what it says of itself, whatever time it is and whatever it is for. */
function isOurs({ header, payload, key }: Signed): boolean {
  const { sub, client_id, aud, jti, scope, iat, exp } = payload;
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : [''];
  return (
    header['kid'] === key.kid &&
    header['alg'] === key.alg &&
    /^(?:application\/)?at\+jwt$/i.test(String(header['typ'])) &&
    typeof header['typ'] === 'string' &&
    isNothingCritical(header) &&
    payload['iss'] === ISSUER &&
    [sub, client_id, aud, jti].every((one) => typeof one === 'string') &&
    [iat, exp].every((one) => typeof one === 'number') &&
    scopes.every((one) => SCOPE.test(one))
  );
}

/** RFC 7515 §4.1.11: what nobody understands. The one extension that is known says nothing new here. */
function isNothingCritical({ crit, b64 }: Members): boolean {
  if (crit === undefined) return true;
  return (
    Array.isArray(crit) && crit.length > 0 && b64 === true && crit.every((one) => one === 'b64')
  );
}

function isOfTime({ nbf, exp }: Members, seconds: number): boolean {
  const hasBegun = nbf === undefined || (typeof nbf === 'number' && nbf <= seconds);
  return hasBegun && Number(exp) > seconds;
}

/** Who is to take it. */
function takersOf(signed: Signed | undefined) {
  const { payload = {} } = signed ?? {};
  const isReal = signed !== undefined && isOurs(signed);
  const isOfClockAhead = Number(payload['iat']) > NOW_SECONDS + MAX_AHEAD_SECONDS;
  const isGood = isReal && isOfTime(payload, NOW_SECONDS) && !isOfClockAhead;
  const isForApi = isGood && payload['aud'] === API;
  const isForUs = isGood && RESOURCES.includes(String(payload['aud']));
  const jti = String(payload['jti']);
  const isOfGrant = jti.split('.')[0] === GRANT && payload['client_id'] === CLIENT;
  const isLiving = isOfGrant && payload['sub'] === SUBJECT;
  const hasOpenid = String(payload['scope']).split(' ').includes('openid');
  // At the beginning of time, so that its end does not matter.
  const isKnown = isReal && isOfTime(payload, 0);
  return {
    verify: isForApi,
    verifyElsewhere: isForApi,
    verifyUnrevoked: isForApi && isLiving,
    recognise: isKnown,
    userinfo: isForUs && isLiving && hasOpenid,
    introspectForApi: isForApi && isLiving,
    introspectForClient: isForUs && isOfGrant && isKnown && jti.startsWith(`${GRANT}.`),
    introspectForAnother: false,
  };
}

const serving = createTokenServer();
const publicKeyAsSecret = (content: string): string =>
  createHmac('sha256', ECDSA.publicKey.export({ type: 'spki', format: 'pem' }))
    .update(content)
    .digest('base64url');
const forged = `${base64url(text({ ...HEADER, alg: 'HS256' }))}.${base64url(text(PAYLOAD))}`;

export const accessToken: Target = {
  name: 'access-token',
  seeds: [
    pair(HEADER, PAYLOAD),
    pair({ ...HEADER, typ: 'application/AT+JWT' }, { ...PAYLOAD, scope: 'read', nbf: 0 }),
    pair({ ...HEADER, typ: 'JWT' }, PAYLOAD),
    pair({ ...HEADER, alg: 'none' }, PAYLOAD),
    pair({ ...HEADER, kid: 'x' }, PAYLOAD),
    pair({ ...eddsa, crit: ['b64'], b64: true }, { ...PAYLOAD, aud: RESOURCES[1] }),
    pair({ ...eddsa, alg: 'ES256' }, PAYLOAD),
    pair(HEADER, { ...PAYLOAD, aud: RESOURCES }),
    pair(HEADER, { ...PAYLOAD, aud: 'https://other.example' }),
    pair(HEADER, { ...PAYLOAD, iss: 'https://other.example' }),
    pair(HEADER, { ...PAYLOAD, exp: NOW_SECONDS }),
    pair(HEADER, { ...PAYLOAD, nbf: NOW_SECONDS + 1 }),
    pair(HEADER, { ...PAYLOAD, iat: NOW_SECONDS + 61, jti: GRANT }),
    pair(HEADER, { ...PAYLOAD, client_id: 'another' }),
    pair(HEADER, { ...PAYLOAD, sub: 'another', scope: 'a"' }),
    ...MADE,
    signedJwt(text(eddsa), text(PAYLOAD), STRANGER),
    `${forged}.${publicKeyAsSecret(forged)}`,
    `${contentOf(MADE[0] ?? '')}.`,
    'a.b.c.d.e',
    '..',
  ],
  async run(input) {
    const server = await serving;
    const sent = input.startsWith('{') ? signedNow(input) : signedBefore(input);
    if (!sent) return;
    const [token, signed] = sent;
    const answers = {
      verify: await server.verify(token),
      verifyElsewhere: await server.verifyElsewhere(token),
      verifyUnrevoked: await server.verifyUnrevoked(token),
      recognise: await server.recognise(token),
      userinfo: await server.userinfo(token),
      introspectForApi: activeIn(await server.introspectForApi(token)),
      introspectForClient: activeIn(await server.introspectForClient(token)),
      introspectForAnother: activeIn(await server.introspectForAnother(token)),
    };
    const taken = Object.entries(answers).map(([name, answer]) => [name, answer !== undefined]);
    assert.deepEqual(Object.fromEntries(taken), takersOf(signed));
    const { sub, client_id, aud } = signed?.payload ?? {};
    const { verify, recognise, userinfo, introspectForApi, introspectForClient } = answers;
    for (const one of [verify, answers.verifyElsewhere, answers.verifyUnrevoked])
      if (one) assert.deepEqual([one.subject, one.clientId, one.resource], [sub, client_id, aud]);
    if (recognise) assert.equal(recognise.clientId, client_id);
    if (userinfo) assert.deepEqual(userinfo, { sub });
    for (const one of [introspectForApi, introspectForClient])
      if (one) assert.deepEqual([one.sub, one.client_id, one.aud], [sub, client_id, aud]);
    const said = server.said();
    const pieces = token.split('.').filter((piece) => PIECE.test(piece));
    for (const piece of pieces) assert.ok(!said.includes(piece), 'a token in the log');
  },
};

type Active = Extract<IntrospectionAnswer, { active: true }>;

/** Nothing for one of which there is nothing to say. */
function activeIn(answer: IntrospectionAnswer | undefined): Active | undefined {
  if (answer?.active) return answer;
  if (answer) assert.deepEqual(answer, { active: false });
  return undefined;
}
