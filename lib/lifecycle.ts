/**
 * The life of one instance: how it is, and how it ends.
 *
 * @module
 */
import { baselineCondition, servingCondition } from './operations/conditions.ts';
import { Drain } from './operations/drain.ts';
import { HealthLog } from './operations/health-log.ts';
import { HealthCheck, type Health } from './operations/health.ts';
import type { ScopePolicy } from './policy/scope-policy.ts';
import type { Stats } from './operations/stats.ts';
import type { Settings } from './options/settings.ts';
import type { StoreContact } from './store-contact.ts';
import { periodically } from './timing/periodically.ts';
import { within } from './timing/within.ts';

/** An operator is told within a minute of what nobody asked about. */
const LOOK_EVERY_MS = 60_000;
/** Soon: what is wrong with a store is seen at the first contact. */
const WHILE_FAILING_MS = 5_000;

export interface LifecycleDeps {
  readonly settings: Pick<Settings, 'store' | 'logger' | 'drainTimeoutSeconds'>;
  readonly scopePolicy: ScopePolicy;
  readonly contact: Pick<StoreContact, 'conditions' | 'close'>;
  /** Tells the store what it does not know yet, before that is let go of. */
  readonly stats: Pick<Stats, 'close'>;
  readonly now: () => number;
}

export interface Lifecycle {
  readonly drain: Drain;
  health(): Promise<Health>;
  close(): Promise<void>;
}

export function beginLife({
  settings,
  scopePolicy,
  contact,
  stats,
  now,
}: LifecycleDeps): Lifecycle {
  const { store, logger, drainTimeoutSeconds } = settings;
  const drain = new Drain();
  const log = new HealthLog(logger);
  const baseline = baselineCondition(scopePolicy);
  const check = new HealthCheck({
    store,
    now,
    monotonic: () => performance.now(),
    own: () => [servingCondition(drain), ...contact.conditions(), baseline],
    onAnswer: (conditions) => log.observe(conditions),
  });
  const look = async (): Promise<number> =>
    (await check.check()).status === 'fail' ? WHILE_FAILING_MS : LOOK_EVERY_MS;
  // What there is to say of memory has been said at the start.
  const endLooking = store.shared ? periodically(look) : (): void => undefined;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    endLooking();
    // Who is not answered by then is not waited for any longer.
    await within(drain.close(), drainTimeoutSeconds * 1000).catch(() => undefined);
    await stats.close();
    await contact.close();
  };
  return {
    drain,
    health: () => check.check(),
    close: () => (closing ??= close()),
  };
}
