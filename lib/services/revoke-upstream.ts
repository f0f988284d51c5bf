/**
 * Giving back the tokens of an identity provider when their grant is over.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7009
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import type { UpstreamTokenStore } from '../storage/store.ts';
import { within } from '../timing/within.ts';
import type { Envelopes } from '../tokens/envelope.ts';
import type { UpstreamLogin, UpstreamTokens } from '../upstream/port.ts';
import { openUpstreamTokens } from './kept-upstream-tokens.ts';

const REVOKE_WITHIN_MS = 10_000;

export interface RevokeUpstreamDeps {
  /** The logins elsewhere, by their names. */
  readonly upstreams: ReadonlyMap<string, UpstreamLogin>;
  readonly upstreamTokens: Pick<UpstreamTokenStore, 'take'>;
  readonly envelopes: Pick<Envelopes, 'open'>;
  readonly logger: Logger;
}

/**
 * Revokes the tokens that went with a grant which has just ended: at the latest 60 s ago, for so long
 * the store keeps them. Best effort, since the grant is over whatever the provider says: never rejects.
 */
export async function revokeUpstream(deps: RevokeUpstreamDeps, grantId: string): Promise<void> {
  // With the host's own login there never were any.
  if (deps.upstreams.size === 0) return;
  try {
    const sealed = await deps.upstreamTokens.take(grantId);
    if (sealed === undefined) return;
    const { upstream, tokens } = openUpstreamTokens(deps.envelopes, grantId, sealed);
    const login = deps.upstreams.get(upstream);
    if (login) await revokeAt(deps, grantId, login, tokens);
    else
      deps.logger.warn(NOT_REVOKED, {
        code: 'ERR_DCR_UPSTREAM_NOT_REVOKED',
        grant_id: grantId,
        reason: 'login not configured',
      });
  } catch (error) {
    deps.logger.warn(NOT_REVOKED, {
      code: 'ERR_DCR_UPSTREAM_NOT_REVOKED',
      grant_id: grantId,
      error,
    });
  }
}

const NOT_REVOKED = 'upstream tokens not revoked';

/** Never rejects. */
export async function revokeAt(
  { logger }: Pick<RevokeUpstreamDeps, 'logger'>,
  grantId: string,
  login: UpstreamLogin,
  tokens: UpstreamTokens,
): Promise<void> {
  const fields = { grant_id: grantId, upstream: login.name };
  try {
    const hasEndpoint = await within(login.revoke(tokens), REVOKE_WITHIN_MS);
    if (hasEndpoint) logger.debug('upstream tokens revoked', fields);
  } catch (error) {
    logger.warn(NOT_REVOKED, { code: 'ERR_DCR_UPSTREAM_NOT_REVOKED', ...fields, error });
  }
}
