/**
 * The tokens of logins elsewhere: handed to the host's own code, given back when their grant is over.
 *
 * @module
 */
import type { AuthInfo } from './http/auth-info.ts';
import type { Settings } from './options/settings.ts';
import type { RefreshUpstreamDeps } from './services/refresh-upstream.ts';
import { revokeUpstream } from './services/revoke-upstream.ts';
import {
  createUpstreamToken,
  type UpstreamToken,
  type UpstreamTokenOptions,
} from './services/upstream-token.ts';
import type { UpstreamLogin } from './upstream/port.ts';

export interface UpstreamTokens {
  /** The logins elsewhere, by their names; empty with the host's own login. */
  readonly upstreams: ReadonlyMap<string, UpstreamLogin>;
  upstreamToken(auth: AuthInfo, options?: UpstreamTokenOptions): Promise<UpstreamToken>;
  /** Never rejects. */
  revokeUpstream(grantId: string): Promise<void>;
}

export function createUpstreamTokens(
  { login }: Pick<Settings, 'login'>,
  shared: RefreshUpstreamDeps,
): UpstreamTokens {
  const logins = 'person' in login ? [] : login;
  const upstreams = new Map(logins.map((one) => [one.name, one]));
  const deps = { ...shared, upstreams };
  const tokenOf = createUpstreamToken(deps);
  return {
    upstreams,
    async upstreamToken(auth, options) {
      if (upstreams.size === 0) {
        throw new TypeError(
          'upstreamToken: there is no login elsewhere; pass oidcLogin(...) or oauth2Login(...) as the option "login"',
        );
      }
      return tokenOf(grantIdOf(auth), options);
    },
    revokeUpstream: (grantId) => revokeUpstream(deps, grantId),
  };
}

/** A host in plain JavaScript may pass anything, most likely the request. */
function grantIdOf(auth: { readonly extra?: { readonly grantId?: unknown } } | undefined): string {
  const grantId = auth?.extra?.grantId;
  if (typeof grantId === 'string') return grantId;
  throw new TypeError('upstreamToken: pass req.auth, as requireBearer() has set it');
}
