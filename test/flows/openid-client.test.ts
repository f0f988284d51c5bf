import { afterEach, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import {
  authorizationCodeGrant,
  AuthorizationResponseError,
  discovery,
  fetchProtectedResource,
  refreshTokenGrant,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
  type Configuration,
} from 'openid-client';
import { redisEnvironment, startExample, type RunningExample } from '../support/example.ts';
import {
  authorizeStrictly,
  DISCOVERY,
  obtainStrictly,
  REDIRECT_URI,
  registerStrictly,
} from '../support/strict-client.ts';

const SCOPE = 'notes:read offline_access';
const LIST_TOOLS = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });

describe.each([
  { store: 'memory', path: '', environment: () => ({}) },
  { store: 'redis', path: '', environment: redisEnvironment },
  { store: 'memory', path: '/auth', environment: () => ({}) },
])('openid-client against the example app ($store, issuer path "$path")', (given) => {
  let example: RunningExample;
  let issuer = '';

  afterEach(() => example.stop());

  async function start(env: Record<string, string> = {}): Promise<void> {
    example = await startExample({ ...given.environment(), ...env }, 0, given.path);
    issuer = `${example.url}${given.path}`;
  }

  it('does not find a server under an issuer that is not its own', async () => {
    await start();
    const wrong = discovery(new URL(`${issuer}/other`), 'any', undefined, undefined, DISCOVERY);
    await expect(wrong).rejects.toMatchObject({
      code: 'OAUTH_RESPONSE_IS_NOT_CONFORM',
      message: 'unexpected HTTP response status code',
    });
  });

  it('discovers, registers, logs in, calls and refreshes', async () => {
    await start();
    const config = await registerStrictly(issuer, { scope: SCOPE });
    expect(config.serverMetadata()).toMatchObject({
      issuer,
      code_challenge_methods_supported: ['S256'],
    });
    expect(config.clientMetadata()).toMatchObject({
      client_id: expect.any(String),
      redirect_uris: [REDIRECT_URI],
      token_endpoint_auth_method: 'none',
      scope: SCOPE,
    });

    const tokens = await obtainStrictly(config, { scope: SCOPE });
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: SCOPE });
    expect((await listTools(config, tokens.access_token)).status).toBe(200);

    const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: SCOPE });
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
    expect((await listTools(config, refreshed.access_token)).status).toBe(200);
  });

  it('checks who answered: the response carries the issuer and the state', async () => {
    await start();
    const config = await registerStrictly(issuer, { scope: SCOPE });
    const { callback, checks } = await authorizeStrictly(config, { scope: SCOPE });
    expect(callback.searchParams.get('iss')).toBe(issuer);
    for (const [name, value] of [
      ['iss', 'https://attacker.example'],
      ['iss', undefined],
      ['state', 'another'],
    ] as const) {
      const tampered = new URL(callback);
      tampered.searchParams.delete(name);
      if (value !== undefined) tampered.searchParams.set(name, value);
      const refused = authorizationCodeGrant(config, tampered, checks);
      await expect(refused).rejects.toMatchObject({ code: 'OAUTH_INVALID_RESPONSE' });
    }
    expect(await authorizationCodeGrant(config, callback, checks)).toMatchObject({ scope: SCOPE });
  });

  it('is told errors of the authorization endpoint as they are specified', async () => {
    await start();
    const config = await registerStrictly(issuer, { scope: SCOPE });
    for (const { error, scope, decision } of [
      { error: 'access_denied', scope: SCOPE, decision: 'deny' },
      { error: 'invalid_scope', scope: 'notes:write', decision: 'allow' },
    ] as const) {
      const { callback, checks } = await authorizeStrictly(config, { scope }, decision);
      const refused = await authorizationCodeGrant(config, callback, checks).catch(
        (e: unknown) => e,
      );
      expect(refused).toBeInstanceOf(AuthorizationResponseError);
      expect(refused).toMatchObject({ error });
      expect((refused as AuthorizationResponseError).cause.get('iss')).toBe(issuer);
    }
  });

  it('is told errors of the other endpoints as they are specified', async () => {
    await start();
    const metadata = { scope: SCOPE };
    const config = await registerStrictly(issuer, metadata);
    const { callback, checks } = await authorizeStrictly(config, { scope: SCOPE });
    const { refresh_token = '' } = await authorizationCodeGrant(config, callback, checks);
    const stranger = await discovery(new URL(issuer), 'unknown', undefined, undefined, DISCOVERY);
    const refusals: [error: string, status: number, attempt: () => Promise<unknown>][] = [
      [
        'invalid_redirect_uri',
        400,
        () =>
          registerStrictly(issuer, { ...metadata, redirect_uris: ['http://app.example.com/cb'] }),
      ],
      ['invalid_client_metadata', 400, () => registerStrictly(issuer, { scope: 'nobody:knows' })],
      ['invalid_client', 401, () => refreshTokenGrant(stranger, refresh_token)],
      ['invalid_grant', 400, () => authorizationCodeGrant(config, callback, checks)],
      ['invalid_grant', 400, () => refreshTokenGrant(config, 'not-a-refresh-token')],
      [
        'invalid_scope',
        400,
        () => refreshTokenGrant(config, refresh_token, { scope: 'notes:write' }),
      ],
      [
        'invalid_target',
        400,
        () => refreshTokenGrant(config, refresh_token, { resource: 'https://other.example/mcp' }),
      ],
    ];
    for (const [error, status, attempt] of refusals) {
      const refused = await attempt().catch((e: unknown) => e);
      expect({ error, is: refused instanceof ResponseBodyError }).toEqual({ error, is: true });
      expect(refused).toMatchObject({ error, status });
    }
    // None of this cost the client its tokens.
    expect(await refreshTokenGrant(config, refresh_token)).toMatchObject({ scope: SCOPE });
  });

  it('gets tokens for the resource it names, when there are several', async () => {
    await start({ DCR_RESOURCES: '/mcp /reports' });
    const config = await registerStrictly(issuer, { scope: SCOPE });
    const unnamed = await authorizeStrictly(config, { scope: SCOPE });
    const refused = authorizationCodeGrant(config, unnamed.callback, unnamed.checks);
    await expect(refused).rejects.toMatchObject({ error: 'invalid_target' });

    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri ?? ''));
    for (const path of ['/mcp', '/reports']) {
      const resource = `${example.url}${path}`;
      const { callback, checks } = await authorizeStrictly(config, { scope: SCOPE, resource });
      const first = await authorizationCodeGrant(config, callback, checks, { resource });
      const next = await refreshTokenGrant(config, first.refresh_token ?? '', { resource });
      for (const { access_token } of [first, next]) {
        const { payload } = await jwtVerify(access_token, keys, {
          issuer,
          audience: resource,
          typ: 'at+jwt',
        });
        expect(payload).toMatchObject({ aud: resource, sub: 'alice', scope: SCOPE });
      }
      const call = listTools(config, next.access_token);
      if (path === '/mcp') expect((await call).status).toBe(200);
      else {
        await expect(call).rejects.toBeInstanceOf(WWWAuthenticateChallengeError);
        await expect(call).rejects.toMatchObject({
          status: 401,
          cause: [
            { scheme: 'bearer', parameters: { error: 'invalid_token', scope: 'notes:read' } },
          ],
        });
      }
    }
  });

  function listTools(config: Configuration, access_token: string): Promise<Response> {
    const headers = new Headers({
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    });
    const url = new URL('/mcp', example.url);
    return fetchProtectedResource(config, access_token, url, 'POST', LIST_TOOLS, headers);
  }
});
