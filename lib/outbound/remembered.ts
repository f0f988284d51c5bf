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
  /** For how long the last of so many failures in a row stands for the next answer, in milliseconds. */
  readonly holdMs?: (failures: number) => number;
  /** @param before - What is still remembered, fresh or not. */
  readonly load: (key: string, asking: Asking, before?: Value) => Promise<Loaded<Value>>;
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
  holdMs = patientHoldMs,
  load,
  failureOf,
  now,
}: RememberedOptions<Value, Asking>): Remembered<Value, Asking> {
  const copies = createLRU<string, Copy<Value>>({ max });
  // Apart, so that addresses at which there is nothing push out none at which there is something.
  const failures = createLRU<string, Failures>({ max });
  const flights = new Map<string, Promise<Value>>();

  const fetched = async (key: string, asking: Asking): Promise<Value> => {
    const held = failures.get(key);
    if (held && now() < held.heldUntil) throw held.error;
    try {
      const { value, freshForMs } = await load(key, asking, copies.get(key)?.value);
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
    if (!isOfOtherSide(failure)) return;
    const count = (failures.get(key)?.count ?? 0) + 1;
    failures.set(key, { count, error, heldUntil: now() + holdMs(count) });
    const copy = copies.get(key);
    if (!copy) return;
    // What was said to be good for so long is, whoever makes us ask earlier.
    const isOver = failure === 'final' && now() >= copy.freshUntil;
    if (isOver) copies.delete(key);
    else copies.set(key, { ...copy, restUntil: now() + REST_MS });
  };

  const shared = async (key: string, asking: Asking): Promise<Value> => {
    const flying = flights.get(key);
    if (!flying) {
      const flight = fetched(key, asking).finally(() => flights.delete(key));
      flights.set(key, flight);
      return await flight;
    }
    try {
      return await flying;
    } catch (error) {
      // Else a stranger who may not ask could keep all from it who come at the same time.
      if (failureOf(error) === 'theirs') return await shared(key, asking);
      throw error;
    }
  };

  return {
    async get(key, asking, needsFresh, isEnough = () => true) {
      const copy = copies.get(key);
      if (!copy) return await shared(key, asking);
      const isFresh = now() < copy.freshUntil;
      if (isFresh && isEnough(copy.value)) return copy.value;
      const isUsable = now() < copy.freshUntil + staleMs;
      const doesOld = isFresh || (isUsable && !needsFresh);
      if (doesOld && now() < copy.restUntil) return copy.value;
      try {
        return await shared(key, asking);
      } catch (error) {
        const failure = failureOf(error);
        // Nobody was asked: so nobody can say that there is nothing more.
        const helps = {
          final: isFresh,
          passing: doesOld,
          ours: isUsable && isEnough(copy.value),
          theirs: isUsable && isEnough(copy.value),
        };
        if (helps[failure]) return copy.value;
        throw error;
      }
    },
  };
}

function isOfOtherSide(failure: LoadFailure): boolean {
  return failure === 'final' || failure === 'passing';
}

function patientHoldMs(failures: number): number {
  if (failures <= PATIENT_WITH) return 0;
  const { first, longest } = HOLD_MS;
  return Math.min(first * 2 ** (failures - PATIENT_WITH - 1), longest);
}
