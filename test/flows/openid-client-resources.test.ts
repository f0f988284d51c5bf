import { afterEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { authorizationCodeGrant, refreshTokenGrant } from 'openid-client';
import { redisEnvironment, startExample, type RunningExample } from '../support/example.ts';
import { authorizeStrictly, registerStrictly } from '../support/strict-client.ts';

const SCOPE = 'notes:read offline_access';
const ELSEWHERE = 'https://api.example.com/v1';
const INVALID_TARGET = { error: 'invalid_target', status: 400 };

describe.each([
  { store: 'memory', environment: () => ({}) },
  { store: 'redis', environment: redisEnvironment },
])('openid-client with several resources (RFC 8707), on $store', ({ environment }) => {
  let example: RunningExample;

  afterEach(() => example.stop());

  it('names them all to the person, and one of them for each token', async () => {
    example = await startExample({ ...environment(), DCR_RESOURCES: `/mcp ${ELSEWHERE}` });
    const mcp = `${example.url}/mcp`;
    const config = await registerStrictly(example.url, { scope: SCOPE });
    const asked = new URLSearchParams({ scope: SCOPE });
    for (const resource of [ELSEWHERE, mcp]) asked.append('resource', resource);
    const { callback, checks } = await authorizeStrictly(config, asked);
    const redeem = (parameters: Record<string, string>) =>
      authorizationCodeGrant(config, callback, checks, parameters);
    // Nothing is spent by what is refused.
    await expect(redeem({})).rejects.toMatchObject(INVALID_TARGET);
    await expect(redeem({ resource: `${mcp}/other` })).rejects.toMatchObject(INVALID_TARGET);
    const first = await redeem({ resource: mcp });
    expect(first.scope).toBe(SCOPE);
    expect(decodeJwt(first.access_token).aud).toBe(mcp);
    expect(await statusAt(mcp, first.access_token)).not.toBe(401);

    const refresh = (token = '', parameters: Record<string, string> = {}) =>
      refreshTokenGrant(config, token, parameters);
    await expect(refresh(first.refresh_token)).rejects.toMatchObject(INVALID_TARGET);
    const second = await refresh(first.refresh_token, { resource: ELSEWHERE });
    expect(decodeJwt(second.access_token).aud).toBe(ELSEWHERE);
    expect(await statusAt(mcp, second.access_token)).toBe(401);
    const third = await refresh(second.refresh_token, { resource: mcp });
    expect(decodeJwt(third.access_token).aud).toBe(mcp);
  });

  it('gets tokens for the one that it named, without naming it again', async () => {
    example = await startExample({ ...environment(), DCR_RESOURCES: `/mcp ${ELSEWHERE}` });
    const config = await registerStrictly(example.url, { scope: SCOPE });
    const asked = { scope: SCOPE, resource: ELSEWHERE };
    const { callback, checks } = await authorizeStrictly(config, asked);
    const tokens = await authorizationCodeGrant(config, callback, checks);
    expect(decodeJwt(tokens.access_token).aud).toBe(ELSEWHERE);
    const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(decodeJwt(refreshed.access_token).aud).toBe(ELSEWHERE);
  });
});

async function statusAt(url: string, token: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}`, connection: 'close' };
  return (await fetch(url, { method: 'POST', headers })).status;
}
