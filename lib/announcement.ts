/**
 * What the log says at start: one line of what is in effect, and a warning for each thing that is fine
 * for trying out and not for production.
 *
 * @module
 */
import type { ScopePolicy } from './policy/scope-policy.ts';
import { formatScope, OFFLINE_ACCESS } from './protocol/scope.ts';
import type { Settings } from './options/settings.ts';

export function announce(
  {
    issuer,
    registration,
    refreshTokens,
    rateLimits,
    made,
    logger,
  }: Pick<Settings, 'issuer' | 'registration' | 'refreshTokens' | 'rateLimits' | 'made' | 'logger'>,
  { supported, baseline }: ScopePolicy,
): void {
  logger.info('authorization server started', {
    issuer,
    scopes_supported: formatScope(supported),
    ...(baseline.length > 0 && { baseline: formatScope(baseline) }),
    ...(registration !== 'open' && { registration }),
  });
  if (made.includes('store')) {
    logger.warn(
      'clients and logins are kept in memory only: a restart loses them, and no second instance sees them (set DCR_REDIS_URL)',
    );
  }
  const secrets = made.filter((item) => item !== 'store');
  if (secrets.length > 0) {
    logger.warn(
      'secrets were made for this run: a restart makes every token invalid (set DCR_SECRET and DCR_SIGNING_KEYS)',
      {
        made: secrets,
      },
    );
  }
  if (registration === 'open' && rateLimits.register === false) {
    logger.warn(
      'registration is open and each network may register without limit (set DCR_RATE_LIMIT_REGISTER)',
    );
  }
  if (issuer.startsWith('http:')) {
    logger.warn('the issuer is http: for development only', { issuer });
  }
  if (refreshTokens === 'offline_access' && !supported.includes(OFFLINE_ACCESS)) {
    logger.warn(
      'offline_access is not among the supported scopes: no client will get a refresh token',
    );
  }
}
