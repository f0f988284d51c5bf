/**
 * What the environment comes to, as far as it goes without the host's own code.
 *
 * @module
 */
import type { EnvironmentOptions } from '../env.ts';
import { hostLogin } from '../login/host-login.ts';
import { SILENT } from '../operations/logger.ts';
import { openidOf } from '../openid.ts';
import { createScopePolicy } from '../policy/scope-policy.ts';
import { SYSTEM_RUNTIME } from '../runtime.ts';
import type { DecideRegistrationDeps } from '../services/decide-registration.ts';
import type { AuthorizationServerOptions } from './options.ts';
import { registrationPolicyOf } from './registration-policy.ts';
import { resolveSettings, type Settings } from './settings.ts';

/** What a server with these options decides by. */
export interface Deciding extends Required<
  Pick<DecideRegistrationDeps, 'registrationPolicy' | 'scopePolicy'>
> {
  readonly settings: Settings;
}

/**
 * Nothing of the host is asked: a login of its own is stood in for, its hooks do not count, and where
 * its store is nobody's business here.
 *
 * @throws {ConfigurationError} With every problem.
 */
export function decidingOf(options: EnvironmentOptions): Deciding {
  const settings = resolveSettings(
    {
      login: hostLogin({ user: () => undefined, url: '/login' }),
      ...options,
      allowMemoryStore: true,
      logger: SILENT,
    } satisfies AuthorizationServerOptions,
    SYSTEM_RUNTIME,
  );
  const scopePolicy = createScopePolicy(options);
  const openid = openidOf(settings, scopePolicy);
  return { settings, scopePolicy, registrationPolicy: registrationPolicyOf(settings, openid) };
}
