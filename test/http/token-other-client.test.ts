import { describe, expect, it } from '@jest/globals';
import { registeredClientId, refreshRequest, tokenRequest } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { grantTokens, isRedeemable, issueCode } from './support/grant.ts';

const RESOURCE = { resource: 'https://other.example/mcp' };

describe('POST /oauth/token: another client that wants something else, too', () => {
  it('is told of a code what it would be told without (TOKEN-05)', async () => {
    const issued = await issueCode();
    const { app, form, store } = issued;
    const client_id = await registeredClientId(app);
    store.forget();
    const plain = await tokenRequest(app, { ...form, client_id });
    expectApiError(plain, 400, 'invalid_grant');
    const answer = await tokenRequest(app, { ...form, client_id, ...RESOURCE });
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 400, text: plain.text });
    // The client itself is told that the resource is the wrong one.
    expectApiError(await tokenRequest(app, { ...form, ...RESOURCE }), 400, 'invalid_target');
    expect(store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });

  it.each([
    { name: 'another resource', more: RESOURCE, own: 'invalid_target' },
    {
      name: 'a scope that was not granted',
      more: { scope: 'openid email' },
      own: 'invalid_scope',
    },
    {
      name: 'both',
      more: { ...RESOURCE, scope: 'openid email' },
      own: 'invalid_target',
    },
  ])(
    'is told of a refresh token what it would be told without: $name (REFRESH-05)',
    async ({ more, own }) => {
      const { app, refreshToken, refresh, rotate, store } = await grantTokens();
      const other = await registeredClientId(app);
      store.forget();
      const plain = await refreshRequest(app, other, refreshToken);
      expectApiError(plain, 400, 'invalid_grant');
      const { status, text } = await refreshRequest(app, other, refreshToken, more);
      expect({ status, text }).toEqual({ status: 400, text: plain.text });
      // The client itself is told what was wrong.
      expectApiError(await refresh(refreshToken, more), 400, own);
      expect(store.writes).toEqual([]);
      expect(await rotate(refreshToken)).toMatch(/\.2\./);
    },
  );
});
