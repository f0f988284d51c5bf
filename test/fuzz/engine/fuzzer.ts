/**
 * The loop: change a text that went somewhere new, see where the changed one goes, keep it if that is
 * new again.
 *
 * @module
 */
import { performance } from 'node:perf_hooks';
import type { Random } from '../../faults/support/random.ts';
import { branchOf, type Comparison, type Feedback } from './feedback.ts';
import { mutated } from './mutate.ts';
import { createPace } from './pace.ts';
import { smaller } from './smaller.ts';
import type { Target } from './target.ts';

export interface Finding {
  readonly input: string;
  readonly what: string;
}

export interface Fuzzer {
  readonly target: Target;
  runFor(ms: number): Promise<void>;
  executions(): number;
  /** How many branches of lib it has been in. */
  branches(): number;
  findings(): readonly Finding[];
  /** The fewest texts, as far as that is easy to find, that go everywhere where all went. */
  kept(): string[];
}

export interface FuzzerDeps {
  readonly feedback: Feedback;
  readonly random: Random;
  /** What was kept the last time. */
  readonly known: readonly string[];
}

interface Entry {
  readonly input: string;
  readonly features: readonly number[];
  readonly comparisons: readonly Comparison[];
}

/** Longer ones are tried and not kept. */
const MAX_KEPT_LENGTH = 600;
const MAX_FINDINGS = 5;
const HOST_OBJECTS: readonly object[] = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
];
/** What the process has worked: on a machine that is busy with other things a clock says nothing. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const namesOf = (): number => HOST_OBJECTS.flatMap((one) => Reflect.ownKeys(one)).length;

export function createFuzzer(target: Target, { feedback, random, known }: FuzzerDeps): Fuzzer {
  const entries: Entry[] = [];
  const others: string[] = [];
  const seen = new Set<number>();
  const branches = new Set<number>();
  const findings = new Map<string, Finding>();
  const pace = createPace();
  const untouched = namesOf();
  let executions = 0;
  let words: string[] = [];

  /** What is wrong with an input, if anything. */
  async function wrongWith(input: string): Promise<string | undefined> {
    try {
      // Most targets are done at once: to await those as well would take most of the time.
      const running = target.run(input);
      if (running) await running;
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
    return namesOf() === untouched ? undefined : 'it has changed an object of the language';
  }

  async function timeOf(input: string): Promise<number> {
    const startedAt = cpuMs();
    await wrongWith(input);
    return cpuMs() - startedAt;
  }

  /** Measured again before it counts: the collector of garbage may have come meanwhile. */
  async function isReallySlow(input: string, ms: number): Promise<boolean> {
    if (!pace.isSlow(input.length, ms)) return false;
    const again = [await timeOf(input), await timeOf(input), await timeOf(input)];
    return pace.isSlow(input.length, Math.min(...again));
  }

  async function note(input: string, what: string): Promise<void> {
    const kind = what.replace(/\d+|'.*'|".*"/gs, '').slice(0, 80);
    if (findings.has(kind) || findings.size >= MAX_FINDINGS) return;
    findings.set(kind, { input, what });
    const isSame = async (other: string): Promise<boolean> =>
      (await wrongWith(other))?.slice(0, 40) === what.slice(0, 40);
    const small = await smaller(input, isSame);
    findings.set(kind, { input: small, what });
  }

  async function tryOut(input: string): Promise<void> {
    feedback.clear();
    const startedAt = cpuMs();
    const wrong = await wrongWith(input);
    const ms = cpuMs() - startedAt;
    executions += 1;
    const features = feedback.features();
    const comparisons = feedback.comparisons();
    if (wrong !== undefined) await note(input, wrong);
    else if (await isReallySlow(input, ms)) await note(input, `too slow: ${Math.round(ms)} ms`);
    if (features.every((feature) => seen.has(feature))) return;
    for (const feature of features) {
      seen.add(feature);
      branches.add(branchOf(feature));
    }
    if (input.length > MAX_KEPT_LENGTH) return;
    entries.push({ input, features, comparisons });
    others.push(input);
  }

  async function begin(): Promise<void> {
    for (const input of new Set(['', ...target.seeds, ...known])) await tryOut(input);
    words = feedback.wordsNear(branches);
  }

  async function tryAnother(): Promise<void> {
    const recent = Math.max(0, entries.length - 10);
    const place = random.between(random.chance(0.3) ? recent : 0, entries.length - 1);
    const entry = entries[place];
    if (!entry) throw new Error(`${target.name} runs no branch of lib`);
    const { input, comparisons } = entry;
    await tryOut(mutated(input, { random, others, words, comparisons }));
  }

  return {
    target,
    async runFor(ms) {
      const endsAt = performance.now() + ms;
      if (executions === 0) await begin();
      while (performance.now() < endsAt) await tryAnother();
    },
    executions: () => executions,
    branches: () => branches.size,
    findings: () => [...findings.values()],
    kept() {
      const covered = new Set<number>();
      const byLength = [...entries].sort((a, b) => a.input.length - b.input.length);
      return byLength
        .filter(({ features }) => {
          const isNew = features.some((feature) => !covered.has(feature));
          for (const feature of features) covered.add(feature);
          return isNew;
        })
        .map(({ input }) => input);
    },
  };
}
