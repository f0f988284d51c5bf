/**
 * What is fuzzed: something that reads a text of a stranger, and what has to hold for every text.
 *
 * @module
 */
export interface Target {
  /** In kebab-case: the name of its corpus. */
  readonly name: string;
  /** Texts to begin with, right ones and nearly right ones. */
  readonly seeds: readonly string[];
  /** @throws When something does not hold. */
  run(input: string): void | Promise<void>;
}
