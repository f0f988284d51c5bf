/**
 * What the log says at start: one line of what is in effect, and a warning for each thing that is fine
 * for trying out and not for production.
 *
 * @module
 */
import type { ScopePolicy } from './policy/scope-policy.ts';
import { formatScope } from './protocol/scope.ts';
import type { Settings } from './options/settings.ts';
import { startWarnings, type WarnedSettings } from './options/start-warnings.ts';

export function announce(
  settings: WarnedSettings & Pick<Settings, 'provisionedClients' | 'logger'>,
  policy: ScopePolicy,
): void {
  const { issuer, registration, provisionedClients, logger } = settings;
  const { supported, baseline, rules, hook, reconcile } = policy;
  logger.info('authorization server started', {
    issuer,
    scopes_supported: formatScope(supported),
    ...(baseline.length > 0 && { baseline: formatScope(baseline) }),
    ...(rules.length > 0 && { baseline_rules: rules }),
    ...(hook && { baseline_function: true }),
    ...(reconcile === 'off' && { reconcile }),
    ...(registration !== 'open' && { registration }),
    ...(provisionedClients.size > 0 && { provisioned_clients: provisionedClients.size }),
  });
  for (const { code, message, fields } of startWarnings(settings, policy)) {
    logger.warn(message, { code, ...fields });
  }
}
