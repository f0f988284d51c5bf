import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { oauth2Login } from '../../lib/upstream/oauth2-login.ts';
import { oidcLogin } from '../../lib/upstream/oidc-login.ts';
import type { UpstreamLogin } from '../../lib/upstream/port.ts';
import { authority, startDocumentHost, type DocumentHost } from '../support/document-host.ts';
import { CALLBACK, request, RUNTIME } from './support.ts';

const HERE = '127.0.0.1';
const CLIENT = { clientId: 'express-dcr', clientSecret: 'not-for-a-stranger' };

let host: DocumentHost;
let at: (path: string) => string;

beforeAll(async () => {
  // Right in everything, but of an authority that nobody knows.
  host = await startDocumentHost({ certificate: authority.issue('provider', 'valid', [HERE]) });
  at = (path) => host.url(path, HERE);
});
afterAll(() => host.close());
beforeEach(() => {
  host.requests.length = 0;
});

const oidc = (): UpstreamLogin => oidcLogin({ ...CLIENT, issuer: at('') }, RUNTIME);

const oauth2 = (): UpstreamLogin =>
  oauth2Login(
    {
      ...CLIENT,
      name: 'told',
      label: 'Told',
      authorizationEndpoint: at('/authorize'),
      tokenEndpoint: at('/token'),
      userinfoEndpoint: at('/userinfo'),
      revocationEndpoint: at('/revoke'),
    },
    RUNTIME,
  );

/** With an answer that came to the callback, as it should be. */
async function completed(login: UpstreamLogin): Promise<unknown> {
  const { state, nonce, code_verifier } = request();
  const url = new URL(`${CALLBACK}?${new URLSearchParams({ code: 'a-code', state }).toString()}`);
  return login.complete({ url, state, nonce, code_verifier });
}

describe('a provider whose certificate proves nothing (RFC 6749 §10.9)', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['where it says where things are', () => oidc().begin(request())],
    ['with a code', () => completed(oauth2())],
    [
      'with a refresh token',
      () => oauth2().refresh({ access_token: 'a', token_type: 'bearer', refresh_token: 'r' }),
    ],
    ['to revoke', () => oauth2().revoke({ access_token: 'a', token_type: 'bearer' })],
  ])('is away, and is told nothing: %s', async (_name, ask) => {
    const before = host.connections();
    await expect(ask()).rejects.toMatchObject({ code: 'ERR_DCR_UPSTREAM_UNAVAILABLE' });
    expect(host.connections()).toBeGreaterThan(before);
    expect(host.requests).toEqual([]);
  });
});
