/**
 * Counting what happens for the charts of the operator: added up here, and told to the store now and
 * then, so that no request waits for it.
 *
 * @module
 */
import { randomInt } from 'node:crypto';
import type { StatsStore } from '../storage/store.ts';
import type { NewAuditEvent } from './audit.ts';
import type { Logger } from './logger.ts';

const FLUSH_EVERY_MS = 10_000;

/** What has not been told yet: names are few, and a store that is away for long makes them no more. */
const MAX_PENDING = 500;

/** As the store takes them. */
const MAX_COUNTER_LENGTH = 200;

/** What stands between the parts of a name; in no scope and in no rule. */
const SEPARATOR = ' ';

/** Registrations that the baseline expanded: apart, for updates and documents are expanded as well. */
export const EXPANDED_REGISTRATION = ['client.registered', 'expanded'].join(SEPARATOR);

/** The names under which an event is counted: `client.registered`, `added <scope> <rule>`... */
export function countersOf({ name, baseline = [] }: NewAuditEvent): string[] {
  if (name === 'client.registered' && baseline.length > 0) return [name, EXPANDED_REGISTRATION];
  if (name !== 'client.expanded') return [name];
  return [name, ...baseline.map(({ scope, rule }) => ['added', scope, rule].join(SEPARATOR))];
}

/** The name under which a refusal is counted. */
export function refusalCounter(error: string): string {
  return ['refused', error].join(SEPARATOR);
}

/** What was added, and by which rule; `undefined` for the name of another counter. */
export function addedOf(counter: string): { scope: string; rule: string } | undefined {
  const [kind, scope = '', ...rule] = counter.split(SEPARATOR);
  return kind === 'added' ? { scope, rule: rule.join(SEPARATOR) } : undefined;
}

/** The error of a refusal; `undefined` for the name of another counter. */
export function refusedOf(counter: string): string | undefined {
  const [kind, error] = counter.split(SEPARATOR);
  return kind === 'refused' ? error : undefined;
}

export interface StatsDeps {
  readonly store: StatsStore;
  readonly logger: Logger;
}

export interface Stats {
  /** Counts one more of each. Never throws, and nobody waits. */
  count(...counters: readonly string[]): void;
  /** Tells the store what it does not know yet, and stops. Never rejects. */
  close(): Promise<void>;
}

/** The first count sets the clock; where nothing happens, nothing is asked of the store. */
export function beginStats({ store, logger }: StatsDeps): Stats {
  let pending = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  // One after the other, so that the last one knows what became of the one before.
  let last = Promise.resolve();
  let isOver = false;
  const add = (counters: Iterable<readonly [string, number]>): void => {
    for (const [counter, by] of counters) {
      // A scope and a rule with very long names: what is not kept cannot be told.
      if (counter.length > MAX_COUNTER_LENGTH) continue;
      if (!pending.has(counter) && pending.size >= MAX_PENDING) continue;
      pending.set(counter, (pending.get(counter) ?? 0) + by);
    }
    if (isOver || timer) return;
    // Spread, so that the instances do not all come in the same moment. Keeps no process alive.
    timer = setTimeout(() => void flush(), FLUSH_EVERY_MS - randomInt(FLUSH_EVERY_MS / 5));
    timer.unref();
  };
  const tell = async (): Promise<void> => {
    timer = undefined;
    if (pending.size === 0) return;
    const telling = pending;
    pending = new Map();
    try {
      await store.add(Object.fromEntries(telling));
    } catch {
      // Next time. What was told though the answer was lost is counted twice: it is a chart.
      add(telling);
      logger.debug('counts postponed');
    }
  };
  const flush = (): Promise<void> => (last = last.then(tell));
  return {
    count(...counters) {
      if (!isOver) add(counters.map((counter) => [counter, 1] as const));
    },
    close() {
      isOver = true;
      clearTimeout(timer);
      return flush();
    },
  };
}
