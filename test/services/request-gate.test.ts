import { describe, expect, it } from '@jest/globals';
import { createRequestGate, type Limit } from '../../lib/services/request-gate.ts';
import type { Count, Limiter } from '../../lib/storage/limiter.ts';
import { StoreUnavailableError } from '../../lib/storage/store.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

const CALLER = { network: '203.0.113.7', client_id: 'a' };

/** Counts for one key, as far as a test lets it, and remembers a refusal for ever. */
class TestLimiter implements Limiter {
  count = 0;
  answer: Promise<unknown> = Promise.resolve();
  readonly #limit: number;
  #refusal: Count | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async consume(): Promise<Count> {
    this.count += 1;
    const { count } = this;
    await this.answer;
    const counted = { isWithin: count <= this.#limit, remaining: 0, resetMs: 1_000 };
    if (!counted.isWithin) this.#refusal = counted;
    return counted;
  }

  async refund(): Promise<void> {
    this.count -= 1;
  }

  refusal(): Count | undefined {
    return this.#refusal;
  }
}

function limitOf(by: Limit['by'], limiter: Limiter): Limit {
  return { by, limiter, quota: { name: by, limit: 0, windowSeconds: 60 } };
}

function gateOf(...limits: Limit[]): ReturnType<typeof createRequestGate> {
  return createRequestGate(limits, {
    keyOf: (parts) => parts.join(),
    storeNow: () => 0,
    logger: createLogRecorder().logger,
  });
}

describe('a limit that cannot be asked', () => {
  it.each([
    { name: 'at once', answer: () => Promise.reject(new StoreUnavailableError('away')) },
    {
      name: 'after the others have counted',
      answer: () =>
        new Promise((_, reject) => {
          setImmediate(() => reject(new StoreUnavailableError('away')));
        }),
    },
  ])('costs the others nothing: $name', async ({ answer }) => {
    const [away, shared, all] = [new TestLimiter(9), new TestLimiter(9), new TestLimiter(9)];
    const gate = gateOf(limitOf('network', away), limitOf('site', shared), limitOf('all', all));
    for (let i = 0; i < 20; i += 1) {
      away.answer = answer();
      await expect(gate.admit(CALLER)).rejects.toThrow(StoreUnavailableError);
    }
    expect([shared.count, all.count]).toEqual([0, 0]);
  });

  it('costs the others nothing when a store of the host throws at once, and again for the refund', async () => {
    const [first, away] = [new TestLimiter(9), new TestLimiter(9)];
    const throws = (): never => {
      throw new StoreUnavailableError('away at once');
    };
    Object.assign(away, { consume: throws });
    const broken = Object.assign(new TestLimiter(9), { refund: throws });
    const gate = gateOf(
      limitOf('network', first),
      limitOf('site', broken),
      limitOf('host', away),
      limitOf('all', new TestLimiter(9)),
    );
    await expect(gate.admit(CALLER)).rejects.toThrow('away at once');
    await new Promise(setImmediate);
    expect(first.count).toBe(0);
  });

  it('gets back what another counts only later', async () => {
    let answerLater: (value?: unknown) => void = () => undefined;
    const [away, slow] = [new TestLimiter(9), new TestLimiter(9)];
    away.answer = Promise.reject(new StoreUnavailableError('away'));
    slow.answer = new Promise((resolve) => {
      answerLater = resolve;
    });
    const gate = gateOf(limitOf('network', away), limitOf('all', slow));
    await expect(gate.admit(CALLER)).rejects.toThrow('away');
    expect(slow.count).toBe(1);
    answerLater();
    await slow.answer;
    await new Promise(setImmediate);
    expect(slow.count).toBe(0);
  });
});

describe('a refusal that is remembered', () => {
  it.each([
    { by: 'network', isAsked: false },
    { by: 'network and client', isAsked: false },
    { by: 'network and host', isAsked: false },
    { by: 'site', isAsked: true },
    { by: 'site and host', isAsked: true },
    { by: 'host', isAsked: true },
    { by: 'all', isAsked: true },
  ] as const)('of a limit by $by is looked at anew: $isAsked', async ({ by, isAsked }) => {
    const limiter = new TestLimiter(0);
    const gate = gateOf(limitOf(by, limiter));
    expect(await gate.admit(CALLER)).toMatchObject({ isWithin: false });
    expect(await gate.admit(CALLER)).toMatchObject({ isWithin: false });
    expect(limiter.count).toBe(isAsked ? 2 : 1);
  });
});
