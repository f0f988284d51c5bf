/**
 * What the log says at start: one line of what is in effect, and a warning for each thing that is fine
 * for trying out and not for production.
 *
 * @module
 */
import type { ScopePolicy } from './policy/scope-policy.ts';
import { formatScope, OFFLINE_ACCESS } from './protocol/scope.ts';
import type { RateLimitRule } from './options/rate-limits.ts';
import type { Settings } from './options/settings.ts';
import { PROTECTED_MS } from './services/register-client.ts';

export function announce(
  {
    issuer,
    registration,
    refreshTokens,
    rateLimits,
    maxUnusedClients,
    made,
    logger,
  }: Pick<
    Settings,
    | 'issuer'
    | 'registration'
    | 'refreshTokens'
    | 'rateLimits'
    | 'maxUnusedClients'
    | 'made'
    | 'logger'
  >,
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
  const flood = registration === 'open' ? mostProtected(rateLimits.registerTotal) : 0;
  if (flood > maxUnusedClients) {
    logger.warn(
      'a flood of registrations that keeps to the limit leaves no room for newcomers (raise DCR_MAX_UNUSED_CLIENTS, or lower DCR_RATE_LIMIT_REGISTER_TOTAL)',
      { flood, maxUnusedClients },
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

/** How many clients can have registered within the time in which none of them makes room. */
function mostProtected(rule: RateLimitRule): number {
  if (typeof rule !== 'object') return 0;
  return Math.ceil((rule.limit * PROTECTED_MS) / (rule.windowSeconds * 1000));
}
