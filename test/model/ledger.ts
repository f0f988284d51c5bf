/**
 * What must be true whatever the model says: kept apart from it, so that a mistake in the model hides
 * nothing.
 */
import { GRACE, TICK_SECONDS } from './settings.ts';
import type { HeldPage } from './held.ts';

/** What came with an answer that gave tokens. */
export interface Given {
  readonly page: HeldPage;
  readonly generation: number;
  readonly refresh_token?: string | undefined;
  readonly scope: string;
  readonly ceiling: readonly string[];
  /** Absent for the first tokens, which a code gave. */
  readonly presented?: number;
  readonly now: number;
}

interface Kept {
  readonly redeemed: ReadonlySet<number>;
  readonly dead: ReadonlySet<number>;
  /** Since when there is a successor. */
  readonly rotated: ReadonlyMap<string, number>;
}

export class Ledger {
  #redeemed = new Set<number>();
  #dead = new Set<number>();
  #rotated = new Map<string, number>();
  /** Told by the epoch, which no failover takes back. */
  readonly #overForGood = new Set<number>();
  readonly #granted = new Map<number, readonly string[]>();
  #replica: Kept = { redeemed: new Set(), dead: new Set(), rotated: new Map() };

  /** Tokens were given, at an instance with this ceiling. */
  gave({ page, generation, refresh_token, scope, ceiling, presented, now }: Given): void {
    const { number, tokens } = page;
    const wrong = (rule: string): never => {
      throw new Error(`${rule}: grant ${String(number)}, generation ${String(generation)}`);
    };
    if (this.#dead.has(number) || this.#overForGood.has(number))
      wrong('what is over gives nothing');
    const scopes = scope.split(' ');
    const granted = this.#granted.get(number) ?? [];
    if (scopes.some((one) => !granted.includes(one))) wrong('nothing goes beyond what was granted');
    if (scopes.some((one) => !ceiling.includes(one))) wrong('nothing goes beyond the ceiling');
    if (presented === undefined) {
      if (this.#redeemed.has(number)) wrong('a code gives tokens once');
      this.#redeemed.add(number);
    } else {
      if (generation !== presented + 1) wrong('a successor is of the next generation');
      const key = `${String(number)}.${String(presented)}`;
      const since = this.#rotated.get(key) ?? now;
      if (now > since + GRACE + TICK_SECONDS / 2)
        wrong('a token before gives tokens in its window');
      this.#rotated.set(key, since);
    }
    if (refresh_token === undefined) return;
    const known = tokens[generation];
    if (known !== undefined && known !== refresh_token) wrong('a generation has one token');
    tokens[generation] = refresh_token;
  }

  /** It was allowed: for the first time, or anew where a failover has lost that. */
  created(number: number, granted: readonly string[]): void {
    this.#dead.delete(number);
    this.#overForGood.delete(number);
    const before = this.#granted.get(number) ?? granted;
    this.#granted.set(number, [...new Set([...before, ...granted])]);
  }

  ended(numbers: Iterable<number>): void {
    for (const number of numbers) this.#dead.add(number);
  }

  overForGood(numbers: Iterable<number>): void {
    for (const number of numbers) this.#overForGood.add(number);
  }

  replicated(): void {
    const [redeemed, dead] = [new Set(this.#redeemed), new Set(this.#dead)];
    this.#replica = { redeemed, dead, rotated: new Map(this.#rotated) };
  }

  failedOver(): void {
    const { redeemed, dead, rotated } = this.#replica;
    [this.#redeemed, this.#dead] = [new Set(redeemed), new Set(dead)];
    this.#rotated = new Map(rotated);
  }
}
