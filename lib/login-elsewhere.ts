/**
 * Logins at identity providers, put together: what the endpoints need when the host has no login.
 *
 * @module
 */
import { loginElsewhere } from './http/elsewhere.ts';
import { callbackPath, endpointUrl } from './http/paths.ts';
import type { ElsewhereHttpDeps } from './http/router.ts';
import type { LoginPort } from './login/port.ts';
import type { Settings } from './options/settings.ts';
import type { Runtime } from './runtime.ts';
import type { Store } from './storage/store.ts';
import type { Envelopes } from './tokens/envelope.ts';

type ElsewhereSettings = Pick<Settings, 'issuer' | 'login' | 'paths'>;

/** The login port of this server, and what identity providers add to it. */
export interface Logins {
  readonly login: LoginPort;
  readonly elsewhere?: ElsewhereHttpDeps;
}

export function createLogins(
  { issuer, login, paths }: ElsewhereSettings,
  { authorizations, envelopes }: Pick<Store, 'authorizations'> & { readonly envelopes: Envelopes },
  { randomBytes }: Pick<Runtime, 'randomBytes'>,
): Logins {
  if ('person' in login) return { login };
  const upstreams = new Map(login.map((upstream) => [upstream.name, upstream]));
  const random = (bytes: number): string => randomBytes(bytes).toString('base64url');
  return {
    login: loginElsewhere({ issuer, paths, upstreams }),
    elsewhere: {
      upstreams,
      authorizations,
      envelopes,
      callbackUrl: (name) =>
        endpointUrl(issuer, callbackPath(paths, upstreams.size > 1 ? name : undefined)),
      newStatePart: () => random(16),
      newUpstreamSecret: () => random(32),
    },
  };
}
