/**
 * A server as the environment says, for samples that begin where there is one.
 *
 * @module
 */
import {
  createAuthorizationServer,
  hostLogin,
  optionsFromEnv,
  type AuthorizationServer,
} from '../../../lib/index.ts';

/** @param path - Of the issuer. */
export function serverAt(path: string): AuthorizationServer {
  const options = optionsFromEnv();
  return createAuthorizationServer({
    ...options,
    issuer: `${options.issuer}${path}`,
    login: hostLogin({ user: () => undefined, url: '/login' }),
  });
}
