import { describe, expect, it } from '@jest/globals';
import { tokenRequest } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { issueCode } from './support/grant.ts';

const WEB = 'https://app.example.com/cb';

describe('POST /oauth/token: the redirect URI of a code', () => {
  it('can be wrong as often as somebody likes, the code is not used up (URI-16)', async () => {
    const { app, form, store } = await issueCode({
      metadata: { redirect_uris: [WEB, 'https://app.example.com/other'] },
      query: { redirect_uri: WEB },
    });
    for (const redirect_uri of [
      'https://app.example.com/cb/',
      'https://evil.example',
      'https://app.example.com/other',
      'https://APP.example.com/cb',
      '',
      undefined,
    ]) {
      const answer = await tokenRequest(app, { ...form, redirect_uri });
      expectApiError(answer, 400, 'invalid_grant');
      expect(answer.text).not.toContain('example');
    }
    expect(store.writes).toEqual([]);
    expect((await tokenRequest(app, form)).status).toBe(200);
  });
});
