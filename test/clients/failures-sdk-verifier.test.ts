import express from 'express';
import { describe, expect, it } from '@jest/globals';
import {
  OAuthError as ErrorOfVersion2,
  OAuthErrorCode,
  requireBearerAuth as gateOfVersion2,
} from '@modelcontextprotocol/server';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import supertest from 'supertest';
import type { AuthorizationServer } from '../../lib/authorization-server.ts';
import { createClock } from '../support/clock.ts';
import { createMcpApp } from './support/mcp-app.ts';
import { CODEX } from './support/measured.ts';
import { firstLogin } from './support/replay.ts';

const resourceMetadataUrl = 'https://auth.example.com/.well-known/oauth-protected-resource/mcp';

const BAD_TOKENS = [
  { name: 'a token that is none', spoil: () => 'spoilt' },
  {
    name: 'a token with another signature',
    spoil: (token: string) => `${token.slice(0, -6)}AAAAAA`,
  },
] as const;

/** The SDK knows only its own errors: what the guide tells hosts to do. */
function translated(
  server: Pick<AuthorizationServer, 'verifyAccessToken'>,
  errorOfTheirs: () => Error,
): Pick<AuthorizationServer, 'verifyAccessToken'> {
  return {
    verifyAccessToken: (token) =>
      server.verifyAccessToken(token).catch(() => {
        throw errorOfTheirs();
      }),
  };
}

describe('row 59, verifyAccessToken with its errors translated, where the MCP SDK asks for a verifier', () => {
  it.each(BAD_TOKENS)(
    'version 1: $name is 401 with the challenge, not a fault of the server',
    async ({ spoil }) => {
      const { app, server } = createMcpApp({ clock: createClock(Date.now()) });
      const { tokens } = await firstLogin(app, CODEX);
      const host = express();
      host.get(
        '/api',
        requireBearerAuth({
          verifier: translated(server, () => new InvalidTokenError('not valid')),
          resourceMetadataUrl,
        }),
        (_req, res) => {
          res.json('served');
        },
      );
      const refused = await supertest(host)
        .get('/api')
        .auth(spoil(tokens.access_token), { type: 'bearer' });
      expect({ status: refused.status, body: refused.body }).toMatchObject({
        status: 401,
        body: { error: 'invalid_token' },
      });
      expect(refused.headers['www-authenticate']).toContain(resourceMetadataUrl);
    },
  );

  it.each(BAD_TOKENS)(
    'version 2: $name is 401 with the challenge, not a fault of the server',
    async ({ spoil }) => {
      const { app, server } = createMcpApp({ clock: createClock(Date.now()) });
      const { tokens } = await firstLogin(app, CODEX);
      const gate = gateOfVersion2({
        verifier: translated(
          server,
          () => new ErrorOfVersion2(OAuthErrorCode.InvalidToken, 'not valid'),
        ),
        resourceMetadataUrl,
      });
      const headers = { authorization: `Bearer ${spoil(tokens.access_token)}` };
      const refused = await gate(new Request('https://auth.example.com/mcp', { headers }));
      expect(refused).toBeInstanceOf(Response);
      const response = refused as Response;
      expect({ status: response.status, body: await response.json() }).toMatchObject({
        status: 401,
        body: { error: 'invalid_token' },
      });
      expect(response.headers.get('www-authenticate')).toContain(resourceMetadataUrl);
    },
  );
});
