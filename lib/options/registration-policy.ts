/**
 * What the settings say about registrations.
 *
 * @module
 */
import { callbackPath, endpointUrl, endpointUrls } from '../http/paths.ts';
import type { Openid } from '../openid.ts';
import type { RegistrationPolicy } from '../policy/registration.ts';
import type { Settings } from './settings.ts';

export function registrationPolicyOf(
  { issuer, login, paths, ...settings }: Settings,
  openid: Pick<Openid, 'algorithm'> | undefined,
): RegistrationPolicy {
  const names = 'person' in login ? [] : login.map(({ name }) => name);
  const callbacks = names.map((name) => endpointUrl(issuer, callbackPath(paths, name)));
  return {
    ownEndpoints: [...endpointUrls(issuer, paths), ...callbacks],
    confidentialClients: settings.confidentialClients,
    forceConfidentialRedirectUris: settings.forceConfidentialRedirectUris,
    invalidRedirectUris: settings.invalidRedirectUris,
    ...(openid && { idTokenAlgorithm: openid.algorithm }),
    redirectHosts: settings.redirectHosts,
  };
}
