import { describe, expect, it } from '@jest/globals';
import type { Store } from '../../lib/index.ts';
import { createTestSetup, storeContract, type StoreContractSettings } from '../../lib/testing.ts';

interface Case {
  readonly name: string;
  readonly run: () => Promise<void>;
}

interface Trial {
  readonly cases: readonly Case[];
  /** The stores that were made, and how often they were closed. */
  readonly made: { closed: number }[];
}

/** The contract, told to a framework that only takes note, of a store that is changed first. */
function trialOf(change: (store: Store) => Store, settings?: StoreContractSettings): Trial {
  const cases: Case[] = [];
  const made: { closed: number }[] = [];
  const above: string[] = [];
  storeContract(
    {
      describe(name, body) {
        above.push(name);
        body();
        above.pop();
      },
      it: (name, run) => cases.push({ name: [...above, name].join(' > '), run }),
    },
    'a store',
    () => {
      const { clock, options } = createTestSetup();
      const closes = { closed: 0 };
      made.push(closes);
      const store = change(options.store);
      const counted = over(store, {
        async close() {
          closes.closed += 1;
          await store.close();
        },
      });
      return { store: counted, advance: (milliseconds) => clock.advance({ milliseconds }) };
    },
    settings,
  );
  return { cases, made };
}

/** A store of which some members are others. */
function over<Whole extends object>(whole: Whole, members: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get(target, name) {
      const value: unknown = Reflect.get(name in members ? members : target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

async function failuresOf({ cases }: Trial, part: string): Promise<string[]> {
  const outcomes = cases
    .filter(({ name }) => name.startsWith(`a store > ${part} > `))
    .map(async ({ name, run }) => {
      try {
        await run();
        return [];
      } catch (error) {
        return [`${name.split(' > ').at(-1) ?? ''}: ${(error as Error).message}`];
      }
    });
  return (await Promise.all(outcomes)).flat();
}

describe('the contract, in any framework', () => {
  it('has a store for each case, also for cases at once, and closes it', async () => {
    const trial = trialOf((store) => store);
    expect(trial.cases.length).toBeGreaterThan(400);
    expect(new Set(trial.cases.map(({ name }) => name)).size).toBeGreaterThan(380);
    expect(await failuresOf(trial, 'rotate')).toEqual([]);
    expect(trial.made.length).toBeGreaterThan(15);
    expect(trial.made.every(({ closed }) => closed === 1)).toBe(true);
  });

  it('fails a store that forgets which generation it is at', async () => {
    const trial = trialOf((store) => {
      const rotate: Store['grants']['rotate'] = async ({ generation }) => ({
        outcome: 'rotated',
        generation: generation + 1,
      });
      return over(store, { grants: over(store.grants, { rotate }) });
    });
    const failures = await failuresOf(trial, 'rotate');
    expect(failures).toContain(
      "revokes the grant when an older generation comes, at any time: expected { outcome: 'rotated', generation: 2 } to equal { outcome: 'reused' }",
    );
    expect(trial.made.every(({ closed }) => closed === 1)).toBe(true);
  });

  it('fails a store that hands out its own records', async () => {
    const trial = trialOf((store) => {
      const kept = new Map<string, Awaited<ReturnType<Store['clients']['find']>>>();
      const find: Store['clients']['find'] = async (id) => {
        if (!kept.has(id)) kept.set(id, structuredClone(await store.clients.find(id)));
        return kept.get(id);
      };
      return over(store, { clients: over(store.clients, { find }) });
    });
    expect((await failuresOf(trial, 'clients')).length).toBeGreaterThan(1);
  });

  it('asks for no limiter of a store that has none', () => {
    const partsOf = ({ cases }: Trial): Set<string | undefined> =>
      new Set(cases.map(({ name }) => name.split(' > ')[1]));
    expect(partsOf(trialOf((store) => store))).toContain('a limiter');
    expect(partsOf(trialOf((store) => store, { limiter: false }))).not.toContain('a limiter');
  });
});
