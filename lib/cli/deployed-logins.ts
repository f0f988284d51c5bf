/**
 * The logins at identity providers that the environment describes, for what is given back there.
 *
 * @module
 */
import { SILENT } from '../operations/logger.ts';
import { decidingOf } from '../options/environment-settings.ts';
import { revokeUpstream } from '../services/revoke-upstream.ts';
import { createEnvelopes } from '../tokens/envelope.ts';
import type { Context } from './command.ts';
import type { Deployment } from './open-deployment.ts';
import { visible } from './visible.ts';

/**
 * What gives the tokens of an identity provider back when their grant is over. It says where that failed:
 * the grant is over all the same. It never rejects.
 */
export function upstreamRevoker(
  { options, store }: Deployment,
  { randomBytes, explain }: Pick<Context, 'randomBytes' | 'explain'>,
): (grantId: string) => Promise<void> {
  const { issuer, secrets } = decidingOf({ ...options, store }).settings;
  const deps = {
    upstreams: new Map([options.login ?? []].flat().map((login) => [login.name, login])),
    upstreamTokens: store.upstreamTokens,
    envelopes: createEnvelopes({ secrets, issuer, randomBytes }),
  };
  return async (grantId) => {
    const warn = (): void => {
      explain(
        `Grant ${visible(grantId)} is over, but its tokens at the identity provider may live on: they could not be revoked there.`,
      );
    };
    await revokeUpstream({ ...deps, logger: { ...SILENT, warn } }, grantId);
  };
}
