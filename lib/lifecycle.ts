/**
 * The life of one instance: how it is, and how it ends.
 *
 * @module
 */
import { atMost } from './operations/at-most.ts';
import {
  baselineCondition,
  issuerCondition,
  keysCondition,
  servingCondition,
  type IssuerState,
  type KeysState,
} from './operations/conditions.ts';
import { Drain } from './operations/drain.ts';
import { HealthWatch } from './operations/health-watch.ts';
import { HealthCheck, type Health } from './operations/health.ts';
import type { ScopePolicy } from './policy/scope-policy.ts';
import type { Settings } from './settings.ts';

/** What an instance has to learn before it can serve, as far as it is known at this moment. */
export interface ContactState {
  readonly keys: KeysState;
  readonly issuer: IssuerState;
}

export interface LifecycleDeps {
  readonly settings: Pick<Settings, 'store' | 'logger' | 'drainTimeoutSeconds'>;
  readonly scopePolicy: ScopePolicy;
  /** The seam to whoever finds out: asked each time. */
  readonly contact: () => ContactState;
  readonly now: () => number;
  /** Lets go of the store, and of what looks at it. */
  readonly letGo: () => Promise<void>;
}

export interface Lifecycle {
  readonly drain: Drain;
  health(): Promise<Health>;
  close(): Promise<void>;
}

export function beginLife(deps: LifecycleDeps): Lifecycle {
  const { settings, scopePolicy, contact, now, letGo } = deps;
  const { store, logger, drainTimeoutSeconds } = settings;
  const drain = new Drain();
  const watch = new HealthWatch(logger);
  const baseline = baselineCondition(scopePolicy);
  const check = new HealthCheck({
    store,
    now,
    monotonic: () => performance.now(),
    own: () => {
      const { keys, issuer } = contact();
      return [servingCondition(drain), keysCondition(keys), issuerCondition(issuer), baseline];
    },
    onAnswer: (conditions) => watch.observe(conditions),
  });
  // What there is to say of memory has been said at the start.
  if (store.shared) watch.start(() => check.check());
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    watch.end();
    await atMost(drain.close(), drainTimeoutSeconds * 1000);
    await letGo();
  };
  return {
    drain,
    health: () => check.check(),
    close: () => (closing ??= close()),
  };
}
