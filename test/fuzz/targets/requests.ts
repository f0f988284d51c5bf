/** The requests that are made of parameters: for an authorization, for tokens, about a token. */
import assert from 'node:assert/strict';
import {
  parseAuthorizationRequest,
  readClientId,
  readRedirectUri,
  readState,
} from '../../../lib/protocol/authorization-request.ts';
import { Parameters } from '../../../lib/protocol/parameters.ts';
import { readPushedRequestId } from '../../../lib/protocol/pushed-request.ts';
import { parseTokenParameter } from '../../../lib/protocol/token-parameter.ts';
import { parseTokenRequest } from '../../../lib/protocol/token-request.ts';
import type { Target } from '../engine/target.ts';
import { orRefusal } from './refusal.ts';

const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

const READERS: readonly (readonly [string, (sent: Parameters) => string | undefined])[] = [
  ['client_id', readClientId],
  ['redirect_uri', readRedirectUri],
  ['token', parseTokenParameter],
];

function requireOnly(sent: Parameters, name: string, read: () => string | undefined): void {
  const value = orRefusal(read);
  if (value !== undefined) assert.deepEqual(sent.all(name), [value]);
}

export const requests: Target = {
  name: 'requests',
  seeds: [
    `response_type=code&client_id=c&redirect_uri=https://a.example/cb&scope=openid+a&state=s&code_challenge=${CHALLENGE}&code_challenge_method=S256&resource=https://a.example/mcp&nonce=n&prompt=consent+login&max_age=60&login_hint=me&ui_locales=fr+de&idp_hint=x&response_mode=query`,
    'grant_type=authorization_code&code=c&code_verifier=v&redirect_uri=https://a.example/cb&resource=https://a.example/mcp',
    'grant_type=refresh_token&refresh_token=r&scope=openid&resource=https://a.example/mcp',
    'token=t&token_type_hint=refresh_token',
    'client_id=c&request_uri=urn:ietf:params:oauth:request_uri:abc&request=x',
    `response_type=code&code_challenge=${CHALLENGE}&code_challenge_method=plain&max_age=-1&prompt=none+login`,
  ],
  run(input) {
    const sent = orRefusal(() => Parameters.fromEncoded(input));
    if (!sent) return;
    const asked = orRefusal(() => parseAuthorizationRequest(sent));
    if (asked) {
      assert.match(asked.code_challenge, /^[A-Za-z0-9_-]{43}$/);
      assert.ok(asked.resources.length <= 10);
      assert.equal(new Set(asked.resources).size, asked.resources.length);
      assert.ok(asked.max_age === undefined || Number.isSafeInteger(asked.max_age));
      assert.ok(asked.max_age === undefined || asked.max_age >= 0);
      assert.equal(asked.state, readState(sent));
      // Read again from what was understood, it is the same request.
      assert.deepEqual(parseAuthorizationRequest(Parameters.fromEncoded(sent.toString())), asked);
    }
    const token = orRefusal(() => parseTokenRequest(sent));
    if (token?.grant_type === 'authorization_code')
      assert.deepEqual(sent.all('code'), [token.code]);
    if (token?.grant_type === 'refresh_token')
      assert.deepEqual(sent.all('refresh_token'), [token.refresh_token]);
    for (const [name, read] of READERS) requireOnly(sent, name, () => read(sent));
    const pushed = orRefusal(() => readPushedRequestId(sent));
    if (pushed !== undefined) assert.ok(sent.get('request_uri')?.endsWith(`:${pushed}`));
  },
};
