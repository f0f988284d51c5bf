/** What a stranger's server answers: its headers in the first line, its body in those after it. */
import assert from 'node:assert/strict';
import { usableKeys } from '../../../lib/protocol/client-keys.ts';
import { freshnessOf } from '../../../lib/outbound/freshness.ts';
import { isJsonType, parseJson } from '../../../lib/outbound/json-body.ts';
import { FetchFailedError } from '../../../lib/outbound/port.ts';
import { readKeySet } from '../../../lib/tokens/published-key-set.ts';
import type { Target } from '../engine/target.ts';
import { firstLine, json } from './refusal.ts';

const SECRETS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];
const MAX_KEY_SET = 2_000;
const EC = {
  kty: 'EC',
  crv: 'P-256',
  kid: 'k',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};

function requireBody(body: string): void {
  let value: unknown;
  try {
    value = parseJson(Buffer.from(body));
  } catch (thrown) {
    if (!(thrown instanceof FetchFailedError)) throw thrown;
    assert.equal(thrown.failure, 'unusable');
    return;
  }
  assert.deepEqual(value, json(Buffer.from(body).toString()));
  const keys = usableKeys(value);
  for (const key of keys) {
    assert.ok(
      SECRETS.every((name) => !Object.hasOwn(key, name)),
      'a private key is kept',
    );
    assert.ok(Object.values(key).every((one) => typeof one === 'string'));
  }
  assert.deepEqual(usableKeys({ keys }), keys);
  // An API reads those of its own server alone, so that there are few.
  if (body.length > MAX_KEY_SET) return;
  for (const [kid] of readKeySet(value)) assert.equal(typeof kid, 'string');
}

export const fetched: Target = {
  name: 'fetched',
  seeds: [
    `application/json|max-age=60|\n${JSON.stringify({ keys: [EC] })}`,
    `application/jwk-set+json; charset="utf-8"|public, s-maxage=1e9, max-age=-1|10\n{"keys":[{}]}`,
    `application/json;charset=latin1|no-store, private="a"|\n${JSON.stringify({ keys: [EC, { ...EC, d: 'x' }] })}`,
    'text/json|max-age=99999999999999999999|x\n[]',
    '|max-age="60", stale-while-revalidate=1, must-understand|\n\ufeff{}',
  ],
  run(input) {
    const [line, body] = firstLine(input);
    const [type = '', cacheControl = '', age = ''] = line.split('|');
    const headers = { 'cache-control': cacheControl, age };
    const freshForMs = freshnessOf(new URL('https://a.example/jwks'), headers);
    assert.ok(freshForMs >= 0 && !Number.isNaN(freshForMs), 'freshness that is no time');
    if (/no-store|private/.test(cacheControl.split('"')[0] ?? ''))
      if (/^(?:no-store|private)(?:,|$)/.test(cacheControl)) assert.equal(freshForMs, 0);
    if (isJsonType(type)) assert.match(type, /^\s*application\/(?:\S+\+)?json/i);
    requireBody(body);
  },
};
