/**
 * The userinfo endpoint.
 *
 * The token is taken from the header alone: in the query it would be in logs and histories, and a body
 * is for browsers without script (RFC 6750 §2.2, §2.3 let a server do without both).
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfo
 * @module
 */
import { formatChallenge, parseBearer } from '../protocol/challenge.ts';
import { OAuthError } from '../protocol/errors.ts';
import { OPENID } from '../protocol/standard-claims.ts';
import { userinfo, type UserinfoDeps } from '../services/userinfo.ts';
import { authorizationOf } from './authorization-header.ts';
import type { Challenge } from './challenge.ts';
import { admit, type RateLimitDeps } from './rate-limit.ts';
import { sendPrivate } from './send-json.ts';
import type { Handlers } from './chain.ts';

export type UserinfoHttpDeps = UserinfoDeps & RateLimitDeps;

/** For `GET` and `POST` (OpenID Connect Core §5.3.1). */
export function userinfoHandlers(deps: UserinfoHttpDeps): Handlers {
  return [
    ...deps.rateLimits.userinfo.middleware,
    async function respondWithClaims(req, res) {
      const token = parseBearer(authorizationOf(req));
      const claims = await userinfo(deps, token, {
        admit: () => admit(deps, 'userinfo', req, res),
        network: deps.callers.networkOf(req),
      });
      sendPrivate(res, 200, claims);
    },
  ];
}

/** RFC 6750 §3.1: an error is told where a token came, and what would do in any case. */
export const challengeBearer: Challenge = function challengeBearer(thrown, req, res) {
  if (thrown instanceof OAuthError && thrown.status >= 400 && thrown.status <= 403) {
    const isTried = parseBearer(req.headers.authorization) !== undefined;
    const challenge = { realm: 'userinfo', scope: [OPENID], ...(isTried && { error: thrown }) };
    res.setHeader('WWW-Authenticate', formatChallenge(challenge));
  }
};
