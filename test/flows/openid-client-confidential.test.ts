import { afterEach, describe, expect, it } from '@jest/globals';
import {
  authorizationCodeGrant,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  None,
  refreshTokenGrant,
  ResponseBodyError,
  type ClientAuth,
} from 'openid-client';
import { startExample, type RunningExample } from '../support/example.ts';
import { authorizeStrictly, DISCOVERY, registerStrictly } from '../support/strict-client.ts';

const REDIRECT_URI = 'https://app.example.com/callback';
const SCOPE = 'notes:read offline_access';

type MakeAuth = (secret?: string) => ClientAuth;

describe.each<{ method: string; path: string; auth: MakeAuth }>([
  { method: 'client_secret_basic', path: '', auth: ClientSecretBasic },
  { method: 'client_secret_post', path: '', auth: ClientSecretPost },
  { method: 'client_secret_basic', path: '/auth', auth: ClientSecretBasic },
  { method: 'client_secret_post', path: '/auth', auth: ClientSecretPost },
])('openid-client with $method against the example app (issuer path "$path")', (given) => {
  const { method, path, auth } = given;
  let example: RunningExample;

  afterEach(() => example.stop());

  async function register(redirect_uris = [REDIRECT_URI]): Promise<Configuration> {
    example = await startExample({}, 0, path);
    const metadata = { redirect_uris, token_endpoint_auth_method: method, scope: SCOPE };
    return registerStrictly(`${example.url}${path}`, metadata, auth());
  }

  /** The same client as it would be with other credentials. */
  function impostor(config: Configuration, clientAuth: ClientAuth): Configuration {
    const { client_id } = config.clientMetadata();
    const made = new Configuration(config.serverMetadata(), client_id, undefined, clientAuth);
    for (const prepare of DISCOVERY.execute ?? []) prepare(made);
    return made;
  }

  it('cannot register a redirect URI that is not https', async () => {
    const refused = await register(['http://127.0.0.1:28765/callback']).catch((e: unknown) => e);
    expect(refused).toBeInstanceOf(ResponseBodyError);
    expect(refused).toMatchObject({ status: 400, error: 'invalid_redirect_uri' });
  });

  it.each<{ name: string; clientAuth: (config: Configuration) => ClientAuth }>([
    { name: 'no secret', clientAuth: () => None() },
    { name: 'another secret', clientAuth: () => auth('another') },
    {
      name: 'a secret with something after it',
      clientAuth: (config) => auth(`${config.clientMetadata().client_secret ?? ''}x`),
    },
  ])('is refused with $name, and its code and refresh token stay good', async ({ clientAuth }) => {
    const config = await register();
    const wrong = impostor(config, clientAuth(config));
    const { callback, checks } = await authorizeStrictly(config, {
      scope: SCOPE,
      redirect_uri: REDIRECT_URI,
    });
    // A refusal of the Authorization header comes with a challenge, which is how it is parsed then.
    const refusal = { status: 401 };
    await expect(authorizationCodeGrant(wrong, callback, checks)).rejects.toMatchObject(refusal);
    const { refresh_token = '' } = await authorizationCodeGrant(config, callback, checks);
    await expect(refreshTokenGrant(wrong, refresh_token)).rejects.toMatchObject(refusal);
    expect(await refreshTokenGrant(config, refresh_token)).toMatchObject({ scope: SCOPE });
  });

  it('registers, is given a secret that does not expire, logs in and refreshes', async () => {
    const config = await register();
    expect(config.serverMetadata().token_endpoint_auth_methods_supported).toContain(method);
    expect(config.clientMetadata()).toMatchObject({
      client_secret: expect.stringMatching(/^[\x21-\x7E]{32,}$/),
      client_secret_expires_at: 0,
      token_endpoint_auth_method: method,
      redirect_uris: [REDIRECT_URI],
      scope: SCOPE,
    });
    const { callback, checks } = await authorizeStrictly(config, {
      scope: SCOPE,
      redirect_uri: REDIRECT_URI,
    });
    expect(callback.origin + callback.pathname).toBe(REDIRECT_URI);
    const tokens = await authorizationCodeGrant(config, callback, checks);
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: SCOPE });
    const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: SCOPE });
  });
});
