/** The parameters of a query or a form, and of a body that a parser of the host has taken apart. */
import assert from 'node:assert/strict';
import { Parameters } from '../../../lib/protocol/parameters.ts';
import type { Target } from '../engine/target.ts';
import { json, orRefusal } from './refusal.ts';

const MAX_PARAMETERS = 1000;

/** @throws When the parameters are not what was sent, each value once and none of them empty. */
function requireSame(parameters: Parameters, sent: readonly (readonly [string, string])[]): void {
  assert.ok(sent.length <= MAX_PARAMETERS, 'more parameters than are read');
  for (const name of new Set(sent.map(([one]) => one))) {
    const want = sent.filter(([one, value]) => one === name && value !== '');
    const values = want.map(([, value]) => value);
    assert.deepEqual(parameters.all(name), values);
    assert.deepEqual(parameters.only([name]).all(name), values);
  }
  // The names that are asked for are ours, and so they may be said.
  for (const name of ['state', 'scope']) {
    const value = orRefusal(() => parameters.get(name));
    assert.ok(value === undefined || parameters.all(name).length === 1);
    assert.notEqual(value, '');
  }
  const written = parameters.toString();
  assert.equal(Parameters.fromEncoded(written).toString(), written);
}

export const parameters: Target = {
  name: 'parameters',
  seeds: [
    'grant_type=authorization_code&code=a.b&code_verifier=c',
    'scope=openid+mcp%3Aread&scope=&state=%E9%zz&=a&a',
    '?a=1&a=2;b=3&__proto__=4&constructor=5',
    '{"scope":["openid",["a"]],"state":"s","__proto__":{"a":"b"},"n":1}',
    '%F0%9F%98%80=+%2B%26%3d&&&==',
  ],
  run(input) {
    const encoded = orRefusal(() => Parameters.fromEncoded(input));
    const pairs = [...new URLSearchParams(input)];
    if (encoded) requireSame(encoded, pairs);
    else assert.ok(pairs.length > MAX_PARAMETERS, 'few parameters that are refused');
    const body = json(input);
    if (typeof body !== 'object' || body === null) return;
    const parsed = orRefusal(() => Parameters.fromParsed(body));
    for (const [name, value] of Object.entries(body))
      if (typeof value === 'string' && value !== '')
        assert.deepEqual(parsed?.all(name) ?? [value], [value]);
  },
};
