/**
 * Instances that share keys through a store in memory, without HTTP around them.
 *
 * @module
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { KeyKeeper } from '../../lib/keys/key-keeper.ts';
import { KeptKeys } from '../../lib/keys/kept-keys.ts';
import type { KeyPlan } from '../../lib/keys/key-set.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { StoreUnavailableError, type KeyStore } from '../../lib/storage/store.ts';
import { createEnvelopes } from '../../lib/tokens/envelope.ts';
import { ISSUER } from '../support/app.ts';
import { createClock, type Clock } from '../support/clock.ts';
import { createLogRecorder, type LogRecorder } from '../support/log-recorder.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const PLAN: KeyPlan = { rotationMs: 90 * DAY, tokenTtlMs: HOUR };

export const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [
  string,
  string,
  string,
];

export interface Instance {
  readonly keys: KeptKeys;
  readonly keeper: KeyKeeper;
  readonly log: LogRecorder;
}

export interface KeysBench {
  readonly clock: Clock;
  /** Behind the failures: what is really there. */
  readonly store: KeyStore;
  /** How often the store was asked. */
  readonly asked: { reads: number; writes: number };
  /** From now on these calls fail. */
  fail(...calls: readonly ('read' | 'replace')[]): void;
  recover(): void;
  /** Puts a text there, as somebody who does not ask. */
  put(text: string | undefined): Promise<void>;
  start(options?: { secrets?: readonly string[]; plan?: KeyPlan; issuer?: string }): Instance;
}

export function createKeysBench(): KeysBench {
  const clock = createClock();
  let memory = new MemoryStore({ now: clock.now });
  const asked = { reads: 0, writes: 0 };
  let failing: readonly string[] = [];
  const check = (call: string): void => {
    if (failing.includes(call)) throw new StoreUnavailableError('the store is unavailable (test)');
  };
  const keys: KeyStore = {
    read: async () => {
      asked.reads += 1;
      check('read');
      return memory.keys.read();
    },
    replace: async (replace) => {
      asked.writes += 1;
      check('replace');
      return memory.keys.replace(replace);
    },
  };
  return {
    clock,
    store: {
      read: () => memory.keys.read(),
      replace: (replace) => memory.keys.replace(replace),
    },
    asked,
    fail: (...calls) => {
      failing = calls;
    },
    recover: () => {
      failing = [];
    },
    put: async (text) => {
      memory = new MemoryStore({ now: clock.now });
      if (text === undefined) return;
      await memory.keys.replace({ text, expected: undefined, requestId: randomUUID() });
    },
    start({ secrets = [A], plan = PLAN, issuer = ISSUER } = {}) {
      const log = createLogRecorder();
      const store = { keys, now: clock.now };
      const envelopes = createEnvelopes({ secrets, issuer, randomBytes });
      const { logger } = log;
      const keeper = new KeyKeeper({ store, envelopes, logger, newRequestId: randomUUID });
      return { keys: new KeptKeys({ keeper, store, plan, logger }), keeper, log };
    },
  };
}

export async function kidsOf({ keys }: Instance): Promise<(string | undefined)[]> {
  return (await keys.jwks()).keys.map(({ kid }) => kid);
}
