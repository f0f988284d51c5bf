/**
 * The health of this instance: what it knows of itself, and what the store says when it is asked.
 *
 * Anybody may poll a readiness endpoint, so an answer of the store is shared: by all who wait for it,
 * and by all who come within the next moments.
 *
 * @module
 */
import type { Condition, ConditionStatus, StoreHealth } from '../storage/store-health.ts';
import type { Store } from '../storage/store.ts';
import { within } from '../timing/within.ts';
import { codedCondition } from './condition-codes.ts';
import { clockCondition } from './conditions.ts';

/** How an instance is, and why. */
export interface Health {
  /** That of the worst condition. */
  readonly status: ConditionStatus;
  readonly conditions: readonly Condition[];
}

export interface HealthDeps {
  readonly store: Pick<Store, 'health' | 'now'> & {
    readonly clients: Pick<Store['clients'], 'find'>;
  };
  /** The clock of this instance, which access tokens are dated by; milliseconds since the epoch. */
  readonly now: () => number;
  /** For durations: milliseconds from any point. */
  readonly monotonic: () => number;
  /** What is known without asking anybody; never shared, so that it is always of this moment. */
  readonly own: () => readonly Condition[];
  /** Told of each new answer of the store. */
  readonly onAnswer?: (conditions: readonly Condition[]) => void;
}

/** How long an answer of the store is good for. Failures are over sooner, and asking costs Redis nothing. */
const GOOD_FOR_MS = 2_000;
const FAILURE_GOOD_FOR_MS = 500;
/** For stores that do not keep a deadline of their own. */
const ANSWER_WITHIN_MS = 1_000;
/** Of the shape of our ids, and never given to a client. */
const NOBODY = '00000000-0000-4000-8000-000000000000';

const UNAVAILABLE: Condition = {
  name: 'store',
  status: 'fail',
  reason: 'unavailable',
  message: 'The store does not answer in time.',
};

export class HealthCheck {
  readonly #deps: HealthDeps;
  #asking: Promise<readonly Condition[]> | undefined;
  #known: { readonly conditions: readonly Condition[]; readonly until: number } | undefined;

  constructor(deps: HealthDeps) {
    this.#deps = deps;
  }

  /** Never rejects: a store that cannot be asked is a condition too. */
  async check(): Promise<Health> {
    return this.#with(await this.#storeConditions());
  }

  #storeConditions(): Promise<readonly Condition[]> {
    if (this.#known && this.#deps.monotonic() < this.#known.until) {
      return Promise.resolve(this.#known.conditions);
    }
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<readonly Condition[]> {
    const { store, monotonic, onAnswer } = this.#deps;
    const answer = await within(answerOf(store), ANSWER_WITHIN_MS).catch(() => undefined);
    const conditions = answer
      ? [...answer.conditions, ...clockConditions(answer, this.#deps.now())]
      : [UNAVAILABLE];
    const isFailing = conditions.some(({ status }) => status === 'fail');
    const goodForMs = isFailing ? FAILURE_GOOD_FOR_MS : GOOD_FOR_MS;
    this.#known = { conditions, until: monotonic() + goodForMs };
    onAnswer?.(conditions);
    return conditions;
  }

  #with(fromStore: readonly Condition[]): Health {
    const conditions = [...fromStore, ...this.#deps.own()].map(codedCondition);
    return { status: worstOf(conditions), conditions };
  }
}

async function answerOf(store: HealthDeps['store']): Promise<StoreHealth> {
  if (store.health) return store.health();
  await store.clients.find(NOBODY);
  const message = 'The store answers.';
  return {
    conditions: [{ name: 'store', status: 'ok', reason: 'answers', message }],
    times: [store.now()],
  };
}

function clockConditions({ times }: StoreHealth, now: number): Condition[] {
  if (times.length === 0) return [];
  return [clockCondition(Math.max(...times.map((time) => Math.abs(time - now))))];
}

function worstOf(conditions: readonly Condition[]): ConditionStatus {
  const has = (wanted: ConditionStatus): boolean =>
    conditions.some(({ status }) => status === wanted);
  return has('fail') ? 'fail' : has('warn') ? 'warn' : 'ok';
}
