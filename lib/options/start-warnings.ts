/**
 * What is fine for trying out and not for production: said at start, and by `express-dcr check`.
 *
 * @module
 */
import type { Finding } from '../diagnostics/finding.ts';
import type { LogFields } from '../operations/logger.ts';
import { isSelfAsserted } from '../policy/baseline-rules.ts';
import type { ScopePolicy } from '../policy/scope-policy.ts';
import { formatScope, OFFLINE_ACCESS } from '../protocol/scope.ts';
import { PROTECTED_MS } from '../services/register-client.ts';
import type { RateLimitRule } from './rate-limits.ts';
import type { Settings } from './settings.ts';

export interface StartWarning extends Finding {
  /** A constant; what differs is in the fields. */
  readonly message: string;
  readonly fields?: LogFields;
}

/** What of the settings can be worth a warning. */
export type WarnedSettings = Pick<
  Settings,
  | 'issuer'
  | 'registration'
  | 'refreshTokens'
  | 'rateLimits'
  | 'maxUnusedClients'
  | 'clientIdMetadataDocuments'
  | 'made'
>;

export function startWarnings(settings: WarnedSettings, policy: ScopePolicy): StartWarning[] {
  return [
    ...madeWarnings(settings),
    ...floodWarnings(settings),
    ...documentWarnings(settings, policy),
    ...discoveryWarnings(settings, policy),
  ];
}

function madeWarnings({ made }: WarnedSettings): StartWarning[] {
  const secrets = made.filter((item) => item !== 'store');
  const warnings: StartWarning[] = [];
  if (made.includes('store')) {
    warnings.push({
      code: 'ERR_DCR_MEMORY_ONLY',
      message:
        'clients and logins are kept in memory only: a restart loses them, and no second instance sees them (set DCR_REDIS_URL)',
    });
  }
  if (secrets.length > 0) {
    warnings.push({
      code: 'ERR_DCR_SECRETS_MADE',
      message:
        'secrets were made for this run: a restart makes every token invalid (set DCR_SECRET and DCR_SIGNING_KEYS)',
      fields: { made: secrets },
    });
  }
  return warnings;
}

function floodWarnings(settings: WarnedSettings): StartWarning[] {
  const { registration, rateLimits, maxUnusedClients } = settings;
  if (registration !== 'open') return [];
  const warnings: StartWarning[] = [];
  if (rateLimits.register === false) {
    warnings.push({
      code: 'ERR_DCR_REGISTRATION_UNLIMITED',
      message:
        'registration is open and each network may register without limit (set DCR_RATE_LIMIT_REGISTER)',
    });
  }
  const flood = mostProtected(rateLimits.registerTotal);
  if (flood > maxUnusedClients) {
    warnings.push({
      code: 'ERR_DCR_FLOOD_FILLS_STORE',
      message:
        'a flood of registrations that keeps to the limit leaves no room for newcomers (raise DCR_MAX_UNUSED_CLIENTS, or lower DCR_RATE_LIMIT_REGISTER_TOTAL)',
      fields: { flood, maxUnusedClients },
    });
  }
  return warnings;
}

function documentWarnings(
  { clientIdMetadataDocuments }: WarnedSettings,
  { baseline, rules }: ScopePolicy,
): StartWarning[] {
  const anybodys = rules.filter(isSelfAsserted);
  if (!clientIdMetadataDocuments || baseline.length + anybodys.length === 0) return [];
  return [
    {
      code: 'ERR_DCR_BASELINE_FOR_DOCUMENTS',
      message:
        'the baseline is also for clients that are known by a metadata document: whoever can publish one may ask for these scopes (narrow it with DCR_CLIENT_ID_METADATA_DOCUMENT_HOSTS, or by rules with client_id_host)',
      fields: {
        ...(baseline.length > 0 && { baseline: formatScope(baseline) }),
        ...(anybodys.length > 0 && { rules: anybodys.map(({ name }) => name) }),
      },
    },
  ];
}

function discoveryWarnings(
  { issuer, refreshTokens }: WarnedSettings,
  { supported }: ScopePolicy,
): StartWarning[] {
  const warnings: StartWarning[] = [];
  if (issuer.startsWith('http:')) {
    warnings.push({
      code: 'ERR_DCR_ISSUER_NOT_HTTPS',
      message: 'the issuer is http: for development only',
      fields: { issuer },
    });
  }
  if (refreshTokens === 'offline_access' && !supported.includes(OFFLINE_ACCESS)) {
    warnings.push({
      code: 'ERR_DCR_NO_REFRESH_TOKENS',
      message:
        'offline_access is not among the supported scopes: no client will get a refresh token',
    });
  }
  return warnings;
}

/** How many clients can have registered within the time in which none of them makes room. */
function mostProtected(rule: RateLimitRule): number {
  if (typeof rule !== 'object') return 0;
  return Math.ceil((rule.limit * PROTECTED_MS) / (rule.windowSeconds * 1000));
}
