/**
 * Assertions of clients: a compact JWT as it is; or its header in one line and its payload in the next,
 * which are then signed with the client's key.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { subjectOf } from '../../../lib/protocol/client-assertion.ts';
import { assertedKey, verifyClientAssertion } from '../../../lib/tokens/client-assertion.ts';
import type { Target } from '../engine/target.ts';
import { firstLine, json } from './refusal.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
const KEYS = [{ kty: 'EC', crv: 'P-256', x, y, kid: 'k' }];
const CLIENT = 'client-1';
const AUDIENCE = 'https://auth.example.com';
const NOW_SECONDS = 1_800_000_000;
const MAX_SECONDS = 700;

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

function signed(header: string, payload: string): string {
  const content = `${base64url(header)}.${base64url(payload)}`;
  const signature = sign('sha256', Buffer.from(content), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${content}.${signature.toString('base64url')}`;
}

const PAYLOAD = {
  iss: CLIENT,
  sub: CLIENT,
  aud: AUDIENCE,
  exp: NOW_SECONDS + 60,
  iat: NOW_SECONDS,
  jti: 'j',
};
const pair = (header: object, payload: object): string =>
  `${JSON.stringify(header)}\n${JSON.stringify(payload)}`;

export const clientAssertion: Target = {
  name: 'client-assertion',
  seeds: [
    pair({ alg: 'ES256', kid: 'k' }, PAYLOAD),
    pair({ alg: 'ES256', typ: 'application/JWT' }, { ...PAYLOAD, aud: [AUDIENCE] }),
    pair({ alg: 'none' }, PAYLOAD),
    pair({ alg: 'HS256' }, { ...PAYLOAD, aud: [AUDIENCE, 'https://other.example'] }),
    pair({ alg: 'ES256', crit: ['b64'], b64: false }, { ...PAYLOAD, exp: 1e12, nbf: 0 }),
    pair({ alg: 'ES256', typ: 'at+jwt', jwk: {} }, { ...PAYLOAD, jti: '', exp: -1 }),
    `${base64url('{"alg":"ES256"}')}.${base64url(JSON.stringify(PAYLOAD))}.AAAA`,
    'a.b.c.d.e',
    '..',
  ],
  async run(input) {
    const isToBeSigned = input.startsWith('{');
    const [header, payload] = firstLine(input);
    const assertion = isToBeSigned ? signed(header, payload) : input;
    const subject = subjectOf(assertion);
    assertedKey(assertion);
    // As the server does: whose keys they are is looked for first.
    if (subject === undefined) return;
    assert.notEqual(subject, '');
    const expected = {
      client_id: CLIENT,
      audiences: [AUDIENCE, `${AUDIENCE}/token`],
      now: NOW_SECONDS * 1000,
    };
    const verified = await verifyClientAssertion(assertion, KEYS, expected);
    if (!verified) return;
    assert.ok(isToBeSigned, 'an assertion that nobody signed');
    // As it was signed: half a character has no bytes of its own.
    const said = json(Buffer.from(payload).toString()) as Record<string, unknown>;
    const { alg, typ = 'jwt' } = json(Buffer.from(header).toString()) as Record<string, unknown>;
    assert.equal(alg, 'ES256');
    assert.match(String(typ), /^(?:application\/)?(?:client-authentication\+)?jwt$/i);
    assert.deepEqual([said['iss'], said['sub'], subject], [CLIENT, CLIENT, CLIENT]);
    assert.ok(expected.audiences.includes(String([said['aud']].flat()[0])));
    assert.equal([said['aud']].flat().length, 1);
    assert.equal(verified.jti, said['jti']);
    assert.ok(
      Number(said['exp']) > NOW_SECONDS - 31 && Number(said['exp']) < NOW_SECONDS + MAX_SECONDS,
    );
    assert.ok(verified.leftMs > 0 && verified.leftMs <= (MAX_SECONDS + 100) * 1000);
  },
};
