/** Where an answer is sent: the redirect URI in the first line, the state in those after it. */
import assert from 'node:assert/strict';
import {
  formatCodeResponse,
  formatErrorResponse,
} from '../../../lib/protocol/authorization-response.ts';
import { OAuthError } from '../../../lib/protocol/errors.ts';
import { isAcceptableRedirectUri } from '../../../lib/protocol/redirect-uri.ts';
import type { Target } from '../engine/target.ts';
import { REDIRECT_URIS } from './redirect-uris.ts';
import { firstLine } from './refusal.ts';

const ISSUER = 'https://auth.example.com/a?b';

function requireAnswer(url: string, to: string, added: Readonly<Record<string, string>>): void {
  assert.ok(url.startsWith(to), 'not at the URI as it was registered');
  const [before, after] = [new URL(to), new URL(url)];
  for (const part of ['protocol', 'username', 'host', 'pathname', 'hash'] as const)
    assert.equal(after[part], before[part]);
  // As text: the lists of a URL are those of Node, and tests run in a world of their own.
  const want = [...before.searchParams, ...Object.entries(added)];
  assert.equal(JSON.stringify([...after.searchParams]), JSON.stringify(want));
}

export const authorizationResponse: Target = {
  name: 'authorization-response',
  seeds: REDIRECT_URIS.map((uri) => `${uri}\nxyz ~&=?#%`),
  run(input) {
    const [redirect_uri, state] = firstLine(input);
    if (!isAcceptableRedirectUri(redirect_uri, { ownEndpoints: [], confidential: false })) return;
    // As a state is: printable ASCII, or there is none.
    const known = /^[\x20-\x7e]+$/.test(state) ? { state } : {};
    const target = { redirect_uri, issuer: ISSUER, ...known };
    requireAnswer(formatCodeResponse(target, 'a.code'), redirect_uri, {
      code: 'a.code',
      ...known,
      iss: ISSUER,
    });
    const error = new OAuthError('access_denied', 'the person said no');
    requireAnswer(formatErrorResponse(target, error), redirect_uri, {
      ...error.toJSON(),
      ...known,
      iss: ISSUER,
    });
  },
};
