/**
 * What a verified token says, in the shape that the MCP TypeScript SDK hands to tools.
 *
 * @module
 */
import type { Request } from 'express';
import type { Scope } from '../protocol/scope.ts';
import type { VerifiedAccessToken } from '../services/verify-access-token.ts';

/** What `requireBearer` puts on `req.auth`. */
export interface AuthInfo {
  readonly token: string;
  readonly clientId: string;
  readonly scopes: Scope[];
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** The API that the token is for. */
  readonly resource: URL;
  readonly extra: {
    /** The person. */
    readonly sub: string;
    readonly grantId: string;
    /** Every claim of the token, those of the host among them. */
    readonly claims: Readonly<Record<string, unknown>>;
  } & Record<string, unknown>;
}

/** A request behind `requireBearer`. */
export type AuthenticatedRequest = Request & { readonly auth: AuthInfo };

export function authInfo(token: string, verified: VerifiedAccessToken): AuthInfo {
  return {
    token,
    clientId: verified.clientId,
    scopes: [...verified.scope],
    expiresAt: verified.expiresAt,
    resource: new URL(verified.resource),
    extra: { sub: verified.subject, grantId: verified.grantId, claims: verified.claims },
  };
}
