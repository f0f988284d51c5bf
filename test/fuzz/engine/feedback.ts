/**
 * Where the instrumented sources write down what they do, and what of it is new.
 *
 * @module
 */

/** What a source says of itself when it is loaded. */
interface Source {
  readonly file: string;
  readonly first: number;
  readonly branches: number;
  readonly words: readonly string[];
}

/** A comparison of two texts that differed. */
export type Comparison = readonly [left: string, right: string];

export interface Feedback {
  /** Forgets what ran until now. */
  clear(): void;
  /** What ran since, as numbers: a branch, and about how often. */
  features(): number[];
  comparisons(): readonly Comparison[];
  /** The words of the sources in which one of these branches is. */
  wordsNear(branches: ReadonlySet<number>): string[];
  /** How many branches the loaded sources have. */
  total(): number;
}

/** More than the whole of lib has. */
export const MAX_BRANCHES = 1 << 16;
const MAX_COMPARISONS = 64;
const MAX_COMPARED = 300;

/** How often a branch ran, in steps: that it ran twice is news, that it ran 101 times is not. */
const STEPS = 8;
const stepOf = (times: number): number =>
  times < 4 ? times - 1 : Math.min(STEPS - 1, Math.floor(Math.log2(times)) + 1);

/** The branch of a feature. */
export const branchOf = (feature: number): number => Math.floor(feature / STEPS);

/** Makes it, and puts it where the sources look for it: before one of them is loaded. */
export function installFeedback(): Feedback {
  const branches = new Uint8Array(MAX_BRANCHES);
  const groups = new Uint32Array(branches.buffer);
  const sources: Source[] = [];
  let comparisons: Comparison[] = [];
  let total = 0;

  const note = (left: unknown, right: unknown): void => {
    if (typeof left !== 'string' || typeof right !== 'string') return;
    const isShort = left.length <= MAX_COMPARED && right.length <= MAX_COMPARED;
    if (isShort && comparisons.length < MAX_COMPARISONS) comparisons.push([left, right]);
  };

  Object.assign(globalThis, {
    __fuzz: {
      branches,
      entered(source: Source) {
        sources.push(source);
        total += source.branches;
        if (source.first + source.branches > MAX_BRANCHES) throw new Error('too many branches');
      },
      isSame(left: unknown, right: unknown): boolean {
        if (left === right) return true;
        note(left, right);
        return false;
      },
    },
  });

  return {
    clear() {
      branches.fill(0, 0, total);
      comparisons = [];
    },
    features() {
      const found: number[] = [];
      for (let group = 0; group * 4 < total; group += 1) {
        if (groups[group] === 0) continue;
        for (let i = group * 4; i < group * 4 + 4; i += 1) {
          const times = branches[i] ?? 0;
          if (times > 0) found.push(i * STEPS + stepOf(times));
        }
      }
      return found;
    },
    comparisons: () => comparisons,
    wordsNear: (near) => [
      ...new Set(
        sources
          .filter(({ first, branches: count }) =>
            [...near].some((branch) => branch >= first && branch < first + count),
          )
          .flatMap(({ words }) => words),
      ),
    ],
    total: () => total,
  };
}
