/**
 * What a refusal says in its header of what would do.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 * @module
 */
import type { Request, Response } from 'express';
import { formatChallenge, parseBearer } from '../protocol/challenge.ts';
import { OAuthError } from '../protocol/errors.ts';

/** Sets the header, where there is something to say; the answer follows. */
export type Challenge = (thrown: unknown, req: Request, res: Response) => void;

/** RFC 6750 §3: who has no token is told that one is needed, who has a wrong one that it is. */
export function challengeToken(realm: string): Challenge {
  return function challengeForToken(thrown, req, res) {
    if (!(thrown instanceof OAuthError) || thrown.code !== 'invalid_token') return;
    const isTried = parseBearer(req.headers.authorization) !== undefined;
    const challenge = { realm, ...(isTried && { error: thrown }) };
    res.setHeader('WWW-Authenticate', formatChallenge(challenge));
  };
}
