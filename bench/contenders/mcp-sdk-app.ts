/**
 * `mcpAuthRouter` of the MCP SDK, version 1, on whatever provider it is given, and what all of them do
 * in the same way.
 *
 * @module
 */
import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import type { OAuthServerProvider } from '@modelcontextprotocol/sdk/server/auth/provider.js';
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';
import express, { type RequestHandler } from 'express';
import { jwtVerify, SignJWT } from 'jose';
import {
  ACCESS_TOKEN_SECONDS,
  API_PATH,
  NO_LIMIT,
  pathsBelow,
  SCOPES,
  type Contender,
  type Setting,
} from './contender.ts';

const LIMIT = { windowMs: 60_000, limit: NO_LIMIT };

/** Whom an access token is for. */
export interface Grantee {
  readonly client_id: string;
  readonly subject: string;
  readonly scope: string;
}

/** @param approve - Not measured: the person comes, and has allowed it. */
export function mcpSdkContender(
  { issuer, limited }: Setting,
  provider: OAuthServerProvider,
  approve: RequestHandler,
): Contender {
  const limits = { rateLimit: limited && LIMIT } as const;
  const app = express();
  app.use(
    mcpAuthRouter({
      provider,
      issuerUrl: new URL(issuer),
      scopesSupported: [...SCOPES],
      resourceServerUrl: new URL(API_PATH, issuer),
      authorizationOptions: limits,
      clientRegistrationOptions: limits,
      tokenOptions: limits,
    }),
  );
  app.get('/login', approve);
  const bearer = requireBearerAuth({ verifier: provider, requiredScopes: ['mcp:tools'] });
  app.get(API_PATH, bearer, (_req, res) => {
    res.json({ ok: true });
  });
  return { handler: app, paths: pathsBelow('') };
}

/** Access tokens that are signed, and verified without asking the store. */
export interface SignedTokens {
  issue(grantee: Grantee): Promise<string>;
  readonly verifyAccessToken: OAuthServerProvider['verifyAccessToken'];
}

export function signedTokens({ issuer }: Setting): SignedTokens {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const audience = `${issuer}${API_PATH}`;
  return {
    issue: (grantee) => signed(privateKey, issuer, audience, grantee),
    async verifyAccessToken(token) {
      const { payload } = await jwtVerify(token, publicKey, {
        ...{ issuer, audience, typ: 'at+jwt' },
      });
      return {
        token,
        clientId: String(payload['client_id']),
        scopes: String(payload['scope']).split(' '),
        ...(payload.exp !== undefined && { expiresAt: payload.exp }),
      };
    },
  };
}

function signed(
  privateKey: KeyObject,
  issuer: string,
  audience: string,
  { client_id, subject, scope }: Grantee,
): Promise<string> {
  return new SignJWT({ client_id, scope })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(`${ACCESS_TOKEN_SECONDS}s`)
    .setJti(randomBytes(16).toString('base64url'))
    .sign(privateKey);
}
