/**
 * The variables about how long things live, and how often callers may ask.
 *
 * @module
 */
import type { RateLimitOptions } from '../options/rate-limits.ts';
import { parseDuration, parseList, parseRateLimit, parseWhole } from './values.ts';
import type { OptionVariable } from './variable.ts';

export const LIFETIME_VARIABLES: readonly OptionVariable[] = [
  lifetime('DCR_ACCESS_TOKEN_TTL', 'accessTokenTtlSeconds', 'Lifetime of an access token'),
  lifetime(
    'DCR_REFRESH_TOKEN_TTL',
    'refreshTokenTtlSeconds',
    'How long a refresh token may lie unused',
  ),
  lifetime(
    'DCR_GRANT_MAX_TTL',
    'grantMaxTtlSeconds',
    'How long a grant can be refreshed at all, from the consent',
  ),
  lifetime('DCR_CODE_TTL', 'codeTtlSeconds', 'Lifetime of an authorization code'),
  lifetime(
    'DCR_CLIENT_UNUSED_TTL',
    'clientUnusedTtlSeconds',
    'How long a client is kept that nobody has consented to',
  ),
  lifetime(
    'DCR_CLIENT_IDLE_TTL',
    'clientIdleTtlSeconds',
    'How long a client is kept after its last use; not shorter than `DCR_GRANT_MAX_TTL`',
  ),
  {
    name: 'DCR_MAX_UNUSED_CLIENTS',
    option: 'maxUnusedClients',
    read: parseWhole,
    meaning:
      'How many clients may wait for their first consent, 100 to 10 000 000; clients in use are not counted',
  },
];

export const RATE_LIMIT_VARIABLES: readonly OptionVariable[] = [
  rateLimit(
    'DCR_RATE_LIMIT_REGISTER',
    'register',
    'How many registrations one network may ask for in how long',
  ),
  rateLimit(
    'DCR_RATE_LIMIT_REGISTER_TOTAL',
    'registerTotal',
    'How many registrations all together may ask for',
  ),
  rateLimit(
    'DCR_RATE_LIMIT_AUTHORIZE',
    'authorize',
    'How many authorization requests one network may send',
  ),
  rateLimit(
    'DCR_RATE_LIMIT_TOKEN',
    'token',
    'How many token requests one client may send from one network',
  ),
  rateLimit(
    'DCR_RATE_LIMIT_EXEMPT',
    'exempt',
    '[Networks that are not counted](operators.md#hosted-clients), such as `203.0.113.0/24` or `2001:db8::/32`',
    parseList,
  ),
];

function lifetime(name: string, option: OptionVariable['option'], meaning: string): OptionVariable {
  return { name, option, meaning, read: parseDuration };
}

function rateLimit(
  name: string,
  member: keyof RateLimitOptions,
  meaning: string,
  read: OptionVariable['read'] = parseRateLimit,
): OptionVariable {
  return { name, option: 'rateLimits', member, meaning, read };
}
