import { describe, expect, it } from '@jest/globals';
import { send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

describe('headers that the other answers have (HTTP-11)', () => {
  it.each([
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-protected-resource/mcp',
  ])('the refusal of a method at %s says that its type is not to be guessed at', async (path) => {
    const { status, headers } = await send(createWatchedApp().app, 'POST', path);
    expect(status).toBe(405);
    expect(headers).toHaveProperty('x-content-type-options', 'nosniff');
  });

  it.each(['/oauth/jwks', '/oauth/token', '/oauth/authorize', '/oauth/consent'])(
    'no answer of %s names what the server is made of',
    async (path) => {
      const { headers } = await send(createWatchedApp().app, 'GET', path);
      expect(headers).not.toHaveProperty('x-powered-by');
    },
  );
});
