/**
 * What was got from elsewhere, remembered: within bounds, asked for once at a time, and still there
 * for a while when nobody answers any more.
 *
 * @module
 */
import { createLRU } from 'lru.min';
import type { Loaded, LoadFailure, Remembered } from './port.ts';

export interface RememberedOptions<Value, Asking> {
  /** How many are remembered; those that nobody asked for the longest go first. */
  readonly max: number;
  /** How long one is fresh, in milliseconds, whatever the answer says. */
  readonly fresh: { readonly minMs: number; readonly maxMs: number };
  /** For how long after that one may be used while nobody answers, in milliseconds. */
  readonly staleMs: number;
  /**
   * Whether one that is not fresh any more also does for who has asked too often, where no fresh one is
   * needed. Not for what proves something: who has what was withdrawn would have to ask often, no more.
   */
  readonly staleForTooMany: boolean;
  /** For how long the last of so many failures in a row stands for the next answer, in milliseconds. */
  readonly holdMs?: (failures: number) => number;
  /**
   * Whether this one may have it loaded; throws if not, which then stands for nobody else. Those who
   * ask at the same time and are equal are one.
   */
  readonly admit: (key: string, asking: Asking) => Promise<void>;
  /**
   * Knows nothing of who asks: what comes of it is for everybody.
   *
   * @param before - What is still remembered, fresh or not.
   */
  readonly load: (key: string, before?: Value) => Promise<Loaded<Value>>;
  readonly failureOf: (error: unknown) => LoadFailure;
  readonly now: () => number;
}

interface Copy<Value> {
  readonly value: Value;
  readonly freshUntil: number;
  /** Until then nobody is asked who may do with this one: it was just asked for. */
  readonly restUntil: number;
}

/** Failures in a row, and until when the last of them stands for the next answer. */
interface Failures {
  readonly count: number;
  readonly error: unknown;
  readonly heldUntil: number;
}

/**
 * So long nobody is asked again, whatever came of it: each would wait for the deadline, and a stranger
 * could make us ask without end. Nothing is asked in the background: the next who comes asks.
 */
const REST_MS = 30_000;

/**
 * One failure is forgotten at once, and so is a second: whoever repairs something tries it right away.
 * From the third in a row on it is held for five seconds, then ten, up to a minute.
 */
const PATIENT_WITH = 2;
const HOLD_MS = { first: 5_000, longest: 60_000 };

export function createRemembered<Value, Asking>({
  max,
  fresh,
  staleMs,
  staleForTooMany,
  holdMs = patientHoldMs,
  admit,
  load,
  failureOf,
  now,
}: RememberedOptions<Value, Asking>): Remembered<Value, Asking> {
  const copies = createLRU<string, Copy<Value>>({ max });
  // Apart, so that addresses at which there is nothing push out none at which there is something.
  const failures = createLRU<string, Failures>({ max });
  const flights = new Map<string, Promise<Value>>();
  const admissions = new Map<string, Map<Asking, Promise<void>>>();

  const fetched = async (key: string): Promise<Value> => {
    try {
      const { value, freshForMs } = await load(key, copies.get(key)?.value);
      const freshUntil = now() + Math.min(Math.max(freshForMs, fresh.minMs), fresh.maxMs);
      copies.set(key, { value, freshUntil, restUntil: now() + REST_MS });
      failures.delete(key);
      return value;
    } catch (error) {
      noteFailure(key, error);
      throw error;
    }
  };

  const noteFailure = (key: string, error: unknown): void => {
    const failure = failureOf(error);
    if (failure === 'ours' || failure === 'theirs') return;
    const count = (failures.get(key)?.count ?? 0) + 1;
    failures.set(key, { count, error, heldUntil: now() + holdMs(count) });
    const copy = copies.get(key);
    if (!copy) return;
    // What was said to be good for so long is, whoever makes us ask earlier.
    const isOver = failure === 'final' && now() >= copy.freshUntil;
    if (isOver) copies.delete(key);
    else copies.set(key, { ...copy, restUntil: now() + REST_MS });
  };

  const shared = (key: string): Promise<Value> => {
    const flying = flights.get(key);
    if (flying) return flying;
    const flight = fetched(key).finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };

  const admitted = (key: string, asking: Asking): Promise<void> => {
    const waiting = admissions.get(key) ?? new Map<Asking, Promise<void>>();
    const same = waiting.get(asking);
    if (same) return same;
    const admission = admit(key, asking).finally(() => {
      waiting.delete(asking);
      if (waiting.size === 0) admissions.delete(key);
    });
    admissions.set(key, waiting.set(asking, admission));
    return admission;
  };

  const asked = async (
    key: string,
    asking: Asking,
    does: (copy: Copy<Value>) => boolean,
  ): Promise<Value> => {
    const flying = flights.get(key);
    if (flying) return flying;
    const held = failures.get(key);
    if (held && now() < held.heldUntil) throw held.error;
    const refusal = await admitted(key, asking).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    // Somebody else may have had it loaded meanwhile; that is for who may not, too.
    const copy = copies.get(key);
    if (copy && does(copy)) return copy.value;
    if (refusal && !flights.has(key)) throw refusal.error;
    return shared(key);
  };

  const isUsable = ({ freshUntil }: Copy<Value>): boolean => now() < freshUntil + staleMs;

  return {
    recall(key) {
      // Who only looks keeps nothing alive that others would push out.
      const copy = copies.peek(key);
      return copy && isUsable(copy) ? copy.value : undefined;
    },
    async get(key, asking, needsFresh, isEnough = () => true) {
      const doesOld = (copy: Copy<Value>): boolean =>
        now() < copy.freshUntil || (isUsable(copy) && !needsFresh);
      const does = (copy: Copy<Value>): boolean =>
        (now() < copy.freshUntil && isEnough(copy.value)) ||
        (now() < copy.restUntil && doesOld(copy));
      const copy = copies.get(key);
      if (!copy) return await asked(key, asking, does);
      if (does(copy)) return copy.value;
      try {
        return await asked(key, asking, does);
      } catch (error) {
        // Nobody was asked: so nobody can say that there is nothing more.
        const doesUnasked = isUsable(copy) && isEnough(copy.value);
        const helps = {
          final: now() < copy.freshUntil,
          passing: doesOld(copy),
          ours: doesUnasked,
          theirs: doesUnasked && staleForTooMany && !needsFresh,
        };
        if (helps[failureOf(error)]) return copy.value;
        throw error;
      }
    },
  };
}

function patientHoldMs(failures: number): number {
  if (failures <= PATIENT_WITH) return 0;
  const { first, longest } = HOLD_MS;
  return Math.min(first * 2 ** (failures - PATIENT_WITH - 1), longest);
}
