/**
 * The tokens of logins elsewhere: handed to the host's own code, given back when their grant is over.
 *
 * @module
 */
import { ArgumentError } from './diagnostics/argument-error.ts';
import type { AuthInfo } from './http/auth-info.ts';
import type { Settings } from './options/settings.ts';
import { isClientIdUrl } from './protocol/client-id-url.ts';
import { clientStanding, isOver, type ClientStandingDeps } from './services/client-standing.ts';
import type { RefreshUpstreamDeps } from './services/refresh-upstream.ts';
import { revokeUpstream } from './services/revoke-upstream.ts';
import {
  createUpstreamToken,
  type UpstreamToken,
  type UpstreamTokenOptions,
} from './services/upstream-token.ts';
import { UpstreamTokenError } from './services/upstream-token-error.ts';
import type { ClientStore, GrantRecord, GrantStore } from './storage/store.ts';
import type { UpstreamLogin } from './upstream/port.ts';

type UpstreamTokensDeps = RefreshUpstreamDeps & StandingDeps;

type StandingDeps = ClientStandingDeps & {
  readonly grants: Pick<GrantStore, 'find'>;
  readonly clients: Pick<ClientStore, 'find'>;
};

export interface UpstreamTokens {
  /** The logins elsewhere, by their names; empty with the host's own login. */
  readonly upstreams: ReadonlyMap<string, UpstreamLogin>;
  upstreamToken(auth: AuthInfo, options?: UpstreamTokenOptions): Promise<UpstreamToken>;
  /** Never rejects. */
  revokeUpstream(grantId: string): Promise<void>;
}

export function createUpstreamTokens(
  { login, provisionedClients }: Pick<Settings, 'login' | 'provisionedClients'>,
  shared: UpstreamTokensDeps,
): UpstreamTokens {
  const logins = 'person' in login ? [] : login;
  const upstreams = new Map(logins.map((one) => [one.name, one]));
  const isRegistered = (id: string): boolean => !provisionedClients.has(id) && !isClientIdUrl(id);
  const deps = { ...shared, upstreams, isRegistered };
  const tokenOf = createUpstreamToken({
    requireStanding: (grantId) => requireStanding(deps, grantId),
    ...deps,
  });
  return {
    upstreams,
    async upstreamToken(auth, options) {
      if (upstreams.size === 0) {
        throw new ArgumentError(
          'upstreamToken: there is no login elsewhere; pass oidcLogin(...) or oauth2Login(...) as the option "login"',
        );
      }
      return tokenOf(grantIdOf(auth), options);
    },
    revokeUpstream: (grantId) => revokeUpstream(deps, grantId),
  };
}

/**
 * An access token is good until its end where nobody asks; what it leads to at the provider is not.
 *
 * @throws {UpstreamTokenError} Where the client is gone, or an operator has ended the grant or blocked
 * the client.
 */
async function requireStanding(
  deps: StandingDeps & { isRegistered(client_id: string): boolean },
  grantId: string,
): Promise<void> {
  const grant = await deps.grants.find(grantId);
  if (grant && (await isStanding(deps, grant))) return;
  throw new UpstreamTokenError('no_upstream_token');
}

/** Of a document nobody asks: one that cannot be read at the moment may be back in a minute. */
async function isStanding(
  deps: Parameters<typeof requireStanding>[0],
  { client_id, created_at }: GrantRecord,
): Promise<boolean> {
  const isRegistered = deps.isRegistered(client_id);
  const [{ isBlocked, revokedBefore }, record] = await Promise.all([
    clientStanding(deps, client_id),
    isRegistered ? deps.clients.find(client_id) : undefined,
  ]);
  const isGone = isRegistered && !record;
  const since = Math.max(revokedBefore, record?.imported_at ?? 0);
  return !isGone && !isBlocked && !isOver({ revokedBefore: since }, created_at);
}

/** A host in plain JavaScript may pass anything, most likely the request. */
function grantIdOf(auth: { readonly extra?: { readonly grantId?: unknown } } | undefined): string {
  const grantId = auth?.extra?.grantId;
  if (typeof grantId === 'string') return grantId;
  throw new ArgumentError('upstreamToken: pass req.auth, as requireBearer() has set it');
}
