import { describe, expect, it } from '@jest/globals';
import { createRemembered, type RememberedOptions } from '../../lib/outbound/remembered.ts';
import type { LoadFailure, Remembered } from '../../lib/outbound/port.ts';
import { createClock, type Clock } from '../support/clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Made extends Remembered<string, string> {
  readonly clock: Clock;
  /** What was loaded, in order. */
  readonly loaded: string[];
  /** What the next loads come to; the key when nothing is said. */
  answer: { freshForMs?: number; failure?: LoadFailure };
}

class Failed extends Error {
  readonly failure: LoadFailure;
  constructor(failure: LoadFailure) {
    super(failure);
    this.failure = failure;
  }
}

function make(options: Partial<RememberedOptions<string, string>> = {}): Made {
  const clock = createClock();
  const loaded: string[] = [];
  const made: Made = {
    clock,
    loaded,
    answer: {},
    ...createRemembered<string, string>({
      max: 10,
      fresh: { minMs: MINUTE, maxMs: 24 * HOUR },
      staleMs: 24 * HOUR,
      staleForTooMany: true,
      admit: async () => undefined,
      load: async (key) => {
        loaded.push(key);
        const { failure, freshForMs = 0 } = made.answer;
        if (failure) throw new Failed(failure);
        return { value: `${key} ${String(loaded.length)}`, freshForMs };
      },
      failureOf: (error) => (error as Failed).failure,
      now: clock.now,
      ...options,
    }),
  };
  return made;
}

describe('what is remembered (J215)', () => {
  it('is shown to whoever gets the next one, also when it is not fresh any more', async () => {
    const seen: (string | undefined)[] = [];
    const made = make({
      async load(_key, before) {
        seen.push(before);
        return { value: `after ${String(before)}`, freshForMs: 0 };
      },
    });
    await made.get('a', '', true);
    made.clock.advance(48 * HOUR);
    await made.get('a', '', true);
    expect(seen).toEqual([undefined, 'after undefined']);
  });

  it.each([
    { name: 'nothing', freshForMs: 0, until: MINUTE },
    { name: 'ten minutes', freshForMs: 10 * MINUTE, until: 10 * MINUTE },
    { name: 'a year', freshForMs: 365 * 24 * HOUR, until: 24 * HOUR },
  ])('is fresh as long as the answer says, within bounds: $name', async ({ freshForMs, until }) => {
    const made = make();
    made.answer = { freshForMs };
    expect(await made.get('a', '', true)).toBe('a 1');
    made.clock.advance(until - 1);
    expect(await made.get('a', '', true)).toBe('a 1');
    made.clock.advance(1);
    expect(await made.get('a', '', true)).toBe('a 2');
  });

  it('is asked for once, however many want it at the same time', async () => {
    const made = make();
    const asked = Array.from({ length: 50 }, () => made.get('a', '', true));
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['a 1']));
    expect(made.loaded).toEqual(['a']);
  });

  it('is asked for again where what is fresh is not enough, though not within half a minute', async () => {
    const made = make();
    made.answer = { freshForMs: HOUR };
    const isSecond = (value: string) => value === 'a 2';
    expect(await made.get('a', '', false)).toBe('a 1');
    made.clock.advance(29_999);
    expect(await made.get('a', '', false, isSecond)).toBe('a 1');
    made.clock.advance(1);
    expect(await made.get('a', '', false, isSecond)).toBe('a 2');
    made.clock.advance(HOUR - 1);
    expect(await made.get('a', '', false, isSecond)).toBe('a 2');
  });

  it.each<{ failure: LoadFailure; want: string }>([
    { failure: 'final', want: 'a 1' },
    { failure: 'passing', want: 'a 1' },
    { failure: 'ours', want: 'ours' },
    { failure: 'theirs', want: 'theirs' },
  ])(
    'stays as long as it is fresh when more was asked for, and did not come: $failure',
    async ({ failure, want }) => {
      const made = make();
      made.answer = { freshForMs: HOUR };
      await made.get('a', '', true);
      made.clock.advance(MINUTE);
      made.answer = { failure };
      const got = await made
        .get('a', '', true, () => false)
        .catch((error: unknown) => (error as Failed).failure);
      expect(got).toBe(want);
      expect(made.loaded).toHaveLength(2);
      expect(await made.get('a', '', true)).toBe('a 1');
      expect(made.loaded).toHaveLength(2);
    },
  );

  it('is bounded: the one that nobody asked for the longest goes, and is got again (CIMD-20)', async () => {
    const made = make({ max: 100 });
    for (let i = 0; i < 2000; i += 1) {
      await made.get(String(i), '', true);
      expect(await made.get('kept', '', true)).toMatch(/^kept /);
    }
    expect(made.loaded.filter((key) => key === 'kept')).toHaveLength(1);
    made.loaded.length = 0;
    await made.get('1999', '', true);
    await made.get('0', '', true);
    expect(made.loaded).toEqual(['0']);
  });
});

describe('what is only recalled', () => {
  it('is what there is, for as long as it would do while nobody answers, and nothing is loaded', async () => {
    const made = make();
    expect(made.recall('a')).toBeUndefined();
    await made.get('a', '', true);
    made.clock.advance(MINUTE + 24 * HOUR - 1);
    expect(made.recall('a')).toBe('a 1');
    made.clock.advance(1);
    expect(made.recall('a')).toBeUndefined();
    expect(made.loaded).toEqual(['a']);
  });

  it('is kept no longer for it', async () => {
    const made = make({ max: 2 });
    for (const key of ['a', 'b']) await made.get(key, '', true);
    expect(made.recall('a')).toBe('a 1');
    await made.get('c', '', true);
    expect(made.recall('a')).toBeUndefined();
  });
});

describe('who may not ask', () => {
  /** Lets in whom it is told to, when it is told to. */
  function gated() {
    const asked: string[] = [];
    const answers = new Map<string, (error?: Error) => void>();
    const made = make({
      admit: (_key, asking) => {
        asked.push(asking);
        return new Promise((resolve, reject) => {
          answers.set(asking, (error) => {
            if (error) reject(error);
            else resolve();
          });
        });
      },
    });
    return {
      ...made,
      asked,
      let: (asking: string) => answers.get(asking)?.(),
      refuse: (asking: string) => answers.get(asking)?.(new Failed('ours')),
    };
  }

  it('decides for nobody else who asks at the same time', async () => {
    const made = gated();
    const refused = expect(made.get('a', 'refused', true)).rejects.toThrow('ours');
    const got = made.get('a', 'let in', true);
    made.refuse('refused');
    await refused;
    made.let('let in');
    expect(await got).toBe('a 1');
  });

  it('gets what somebody else is waiting for, or has got meanwhile', async () => {
    const made = gated();
    const asked = ['first', 'second'].map((asking) => made.get('a', asking, true));
    made.let('first');
    made.refuse('second');
    expect(await Promise.all(asked)).toEqual(['a 1', 'a 1']);

    const [later, slow] = ['later', 'slow'].map((asking) => made.get('b', asking, true));
    made.let('later');
    expect(await later).toBe('b 2');
    made.refuse('slow');
    expect(await slow).toBe('b 2');
    expect(made.loaded).toEqual(['a', 'b']);
  });

  it('is asked about once, however often it asks at the same time, and again later', async () => {
    const made = gated();
    const asked = Array.from({ length: 50 }, () => made.get('a', 'one', true));
    expect(made.asked).toEqual(['one']);
    made.refuse('one');
    const fates = await Promise.allSettled(asked);
    expect(new Set(fates.map(({ status }) => status))).toEqual(new Set(['rejected']));
    const again = made.get('a', 'one', true);
    expect(made.asked).toEqual(['one', 'one']);
    made.let('one');
    expect(await again).toBe('a 1');
  });
});

describe('when nobody answers', () => {
  it.each<{ failure: LoadFailure; needsFresh: boolean; want: string }>([
    { failure: 'passing', needsFresh: false, want: 'the copy' },
    { failure: 'passing', needsFresh: true, want: 'passing' },
    { failure: 'ours', needsFresh: false, want: 'the copy' },
    { failure: 'ours', needsFresh: true, want: 'the copy' },
    { failure: 'theirs', needsFresh: false, want: 'the copy' },
    { failure: 'theirs', needsFresh: true, want: 'theirs' },
    { failure: 'final', needsFresh: false, want: 'final' },
    { failure: 'final', needsFresh: true, want: 'final' },
  ])('$failure, and a fresh one is needed: $needsFresh: $want', async (given) => {
    const made = make();
    await made.get('a', '', true);
    made.clock.advance(2 * MINUTE);
    made.answer = { failure: given.failure };
    const got = await made.get('a', '', given.needsFresh).then(
      () => 'the copy',
      (error: unknown) => (error as Failed).failure,
    );
    expect(got).toBe(given.want);
  });

  it('an old copy is nothing for who asked too often, where whoever keeps it says so', async () => {
    const made = make({ staleForTooMany: false });
    await made.get('a', '', true);
    made.answer = { failure: 'theirs' };
    made.clock.advance(MINUTE - 1);
    expect(await made.get('a', '', false)).toBe('a 1');
    made.clock.advance(1);
    await expect(made.get('a', '', false)).rejects.toThrow('theirs');
    made.answer = { failure: 'ours' };
    expect(await made.get('a', '', false)).toBe('a 1');
  });

  it('an old copy does for a day, and not longer (CIMD-16)', async () => {
    const made = make();
    await made.get('a', '', true);
    made.answer = { failure: 'passing' };
    made.clock.advance(MINUTE + 24 * HOUR - 1);
    expect(await made.get('a', '', false)).toBe('a 1');
    made.clock.advance(1);
    await expect(made.get('a', '', false)).rejects.toThrow('passing');
  });

  it('those who can do with it do not wait for the same silence each time', async () => {
    const made = make();
    await made.get('a', '', true);
    made.clock.advance(2 * MINUTE);
    made.answer = { failure: 'passing' };
    for (let i = 0; i < 5; i += 1) await made.get('a', '', false);
    expect(made.loaded).toHaveLength(2);
    made.answer = {};
    made.clock.advance(30_000);
    expect(await made.get('a', '', false)).toBe('a 3');
  });

  it('a final no takes the copy away', async () => {
    const made = make();
    await made.get('a', '', true);
    made.clock.advance(2 * MINUTE);
    made.answer = { failure: 'final' };
    await expect(made.get('a', '', false)).rejects.toThrow('final');
    made.answer = { failure: 'passing' };
    await expect(made.get('a', '', false)).rejects.toThrow('passing');
  });
});

describe('failures', () => {
  it('are forgotten at once: whoever repairs something tries it right away (CIMD-05)', async () => {
    const made = make();
    for (const failure of ['final', 'passing'] as const) {
      made.answer = { failure };
      await expect(made.get('a', '', true)).rejects.toThrow(failure);
    }
    made.answer = {};
    expect(await made.get('a', '', true)).toBe('a 3');
  });

  it('are held from the third in a row on, for longer each time, up to a minute', async () => {
    const made = make();
    made.answer = { failure: 'final' };
    const fail = () => expect(made.get('a', '', true)).rejects.toThrow('final');
    for (let i = 0; i < 3; i += 1) await fail();
    for (const heldMs of [5_000, 10_000, 20_000, 40_000, MINUTE, MINUTE]) {
      const before = made.loaded.length;
      made.clock.advance(heldMs - 1);
      await fail();
      expect(made.loaded).toHaveLength(before);
      made.clock.advance(1);
      await fail();
      expect(made.loaded).toHaveLength(before + 1);
    }
  });

  it('are held from the first on where whoever keeps them says so', async () => {
    const made = make({ holdMs: () => 30_000 });
    made.answer = { failure: 'final' };
    for (let i = 0; i < 3; i += 1) await expect(made.get('a', '', true)).rejects.toThrow('final');
    expect(made.loaded).toHaveLength(1);
    made.answer = {};
    made.clock.advance(30_000);
    expect(await made.get('a', '', true)).toBe('a 2');
  });

  it.each<LoadFailure>(['ours', 'theirs'])(
    'that say nothing of the other side are not held, however many there are: %s',
    async (failure) => {
      const made = make();
      made.answer = { failure };
      for (let i = 0; i < 5; i += 1) {
        await expect(made.get('a', '', true)).rejects.toThrow(failure);
      }
      made.answer = {};
      expect(await made.get('a', '', true)).toBe('a 6');
    },
  );

  it('push out nothing that is good', async () => {
    const made = make({ max: 10 });
    await made.get('good', '', true);
    made.answer = { failure: 'final' };
    for (let i = 0; i < 50; i += 1) await made.get(String(i), '', true).catch(() => undefined);
    expect(await made.get('good', '', true)).toBe('good 1');
  });
});
