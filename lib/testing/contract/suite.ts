/**
 * What the contract is told with, whatever runs the tests: `describe` and `it` of the host's own
 * framework, and a store of its own for each case.
 *
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { format } from 'node:util';
import type { Store } from '../../storage/store.ts';
import { insist } from '../strictly.ts';

/** What a framework for tests has to have: Jest, Vitest, Mocha and `node:test` do. */
export interface TestFramework {
  /** Groups tests under a name. */
  readonly describe: (name: string, body: () => void) => unknown;
  /** Runs one test. */
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

/** A store, and its clock in your hand. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Moves the clock of the store on, in milliseconds. */
  advance(ms: number): void;
}

/** Makes a store that holds nothing yet. */
export type CreateStore = () => StoreUnderTest | Promise<StoreUnderTest>;

/** The store of the running case; another one in each. */
export type Bench = StoreUnderTest;

type Body<Args extends readonly unknown[]> = (...args: Args) => unknown;

/** What each part of the contract is written with. */
export interface Suite {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: ((name: string, body: Body<[]>) => void) & {
    /** One case for each row; `$member`, `%s`, `%d` and `%j` in the name are filled in from it. */
    each<Row>(rows: readonly Row[]): (name: string, body: Body<[Row]>) => void;
  };
}

/** The suite, and the bench on which its cases find their store. */
export function createSuite(
  { describe, it }: TestFramework,
  createStore: CreateStore,
): { readonly suite: Suite; readonly bench: Bench } {
  // By the case that asks: one that timed out may still be running when the next begins.
  const current = new AsyncLocalStorage<StoreUnderTest>();

  function running(): StoreUnderTest {
    const found = current.getStore();
    insist(found !== undefined, 'the contract looks at a store outside of a case');
    return found;
  }

  async function onAStore(body: () => unknown): Promise<void> {
    const created = await createStore();
    try {
      await current.run(created, async () => body());
    } finally {
      await created.store.close();
    }
  }

  const one = (name: string, body: () => unknown): void => void it(name, () => onAStore(body));
  const each =
    <Row>(rows: readonly Row[]) =>
    (name: string, body: Body<[Row]>): void => {
      for (const row of rows) one(filledIn(name, row), () => body(row));
    };
  return {
    suite: {
      describe: (name, body) => void describe(name, body),
      it: Object.assign(one, { each }),
    },
    bench: {
      get store() {
        return running().store;
      },
      advance: (ms) => running().advance(ms),
    },
  };
}

function filledIn(name: string, row: unknown): string {
  if (/%[sdj]/.test(name)) return format(name, row);
  return name.replace(/\$(\w+)/g, (_, member: string) => String((row as Members)[member]));
}

type Members = Readonly<Record<string, unknown>>;
