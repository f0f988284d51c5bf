/** The `Authorization` header of whoever brings a token. */
import assert from 'node:assert/strict';
import { parseBearer } from '../../../lib/protocol/challenge.ts';
import type { Target } from '../engine/target.ts';

export const bearer: Target = {
  name: 'bearer',
  seeds: [
    'Bearer eyJhbGciOiJFUzI1NiJ9.e30.abc_-~+/==',
    'bearer   abc=  ',
    'Bearer',
    'Bearer a b',
    'Bearer a=b',
    'Bearer\tabc',
    'Basic Bearer abc',
    'Bearer abc, Bearer def',
  ],
  run(input) {
    const token = parseBearer(input);
    const isBearer = /^bearer$/i.test(input.split(' ')[0] ?? '');
    assert.equal(token !== undefined, isBearer);
    if (!token) return;
    assert.ok(/^[\w.~+/-]+=*$/.test(token), 'a token of other characters');
    assert.equal(parseBearer(`Bearer ${token}`), token);
    // Nothing in the header but the scheme, blanks and the token.
    assert.equal(input.replace(/ /g, '').length, 'bearer'.length + token.length);
  },
};
