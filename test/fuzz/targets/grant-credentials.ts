/** Codes, refresh tokens and initial access tokens. */
import assert from 'node:assert/strict';
import {
  createGrantCredentials,
  parseCode,
  parseRefreshToken,
} from '../../../lib/tokens/grant-credentials.ts';
import { hasMintedPrefix, mintedTokenDigest } from '../../../lib/tokens/initial-access-token.ts';
import { createKeyring } from '../../../lib/tokens/keyring.ts';
import type { Target } from '../engine/target.ts';

const GRANT = { grant_id: 'abcdefghijklmnopqrstuv', salt: 'ABCDEFGHIJKLMNOPQRSTUV' };
const credentials = createGrantCredentials(createKeyring(['a'.repeat(32)]), 'https://a.example');
const CODE = credentials.code(GRANT);
const TOKENS = [1, 2, 10, 999_999_999].map((n) => credentials.refreshToken(GRANT, n));

export const grantCredentials: Target = {
  name: 'grant-credentials',
  seeds: [
    CODE,
    ...TOKENS,
    `${GRANT.grant_id}.0.${'A'.repeat(43)}`,
    `${GRANT.grant_id}.01.${'A'.repeat(43)}`,
    `${CODE}=`,
    `${CODE}\n`,
    `dcr_iat_${'A'.repeat(43)}`,
    `dcr_iat_${'A'.repeat(42)}+`,
  ],
  run(input) {
    const [code, token] = [parseCode(input), parseRefreshToken(input)];
    assert.ok(!code || !token, 'a code and a refresh token at once');
    if (code) {
      assert.equal(`${code.grantId}.${code.mac}`, input);
      const isOurs = code.grantId === GRANT.grant_id && credentials.isCodeOf(GRANT, code);
      assert.equal(isOurs, input === CODE);
    }
    if (token) {
      const { grantId, generation, mac } = token;
      assert.equal(`${grantId}.${String(generation)}.${mac}`, input);
      const isOurs = grantId === GRANT.grant_id && credentials.isRefreshTokenOf(GRANT, token);
      assert.equal(isOurs, input === credentials.refreshToken(GRANT, generation));
    }
    const digest = mintedTokenDigest(input);
    if (digest === undefined) return;
    assert.ok(hasMintedPrefix(input) && !code && !token, 'a token of two kinds');
    assert.match(digest, /^[\w-]{43}$/);
  },
};
