/**
 * The pushed authorization request endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9126#section-2
 * @module
 */
import { pushAuthorization, type PushAuthorizationDeps } from '../services/push-authorization.ts';
import { formOf, readBody } from './body.ts';
import { audiencesOf, credentialsOf, type ClientCredentialsDeps } from './client-credentials.ts';
import { admit, type RateLimitDeps } from './rate-limit.ts';
import { sendPrivate } from './send-json.ts';
import type { Handlers } from './chain.ts';

export type ParDeps = PushAuthorizationDeps & ClientCredentialsDeps & RateLimitDeps;

export function parHandlers(deps: ParDeps): Handlers {
  const audiences = audiencesOf(deps, 'par');
  return [
    ...deps.rateLimits.par.middleware,
    ...readBody('application/x-www-form-urlencoded'),
    async function pushRequest(req, res) {
      const parameters = formOf(req);
      const credentials = credentialsOf(req, parameters);
      const pushed = await pushAuthorization(deps, credentials, parameters, {
        audiences,
        admit: () => admit(deps, 'par', req, res),
        network: deps.callers.networkOf(req),
      });
      sendPrivate(res, 201, pushed);
    },
  ];
}
