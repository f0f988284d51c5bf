/**
 * The error for a configuration that must not start.
 *
 * @module
 */

/** One thing that is wrong. */
export interface ConfigurationProblem {
  /** The option, as app developers know it. */
  readonly option: string;
  /** The environment variable, as operators know it; absent where there is none. */
  readonly variable?: string;
  /** What is wrong and what would be right. Never the value of a secret. */
  readonly message: string;
}

/** A `TypeError`, for it is a mistake of the caller; recognised by `code`. */
export class ConfigurationError extends TypeError {
  override readonly name = 'ConfigurationError';
  readonly code = 'ERR_DCR_CONFIGURATION';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const lines = problems.map((problem) => `  - ${describe(problem)}`);
    super(`express-dcr cannot start with this configuration:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

function describe({ option, variable, message }: ConfigurationProblem): string {
  return `${option}${variable === undefined ? '' : ` (${variable})`}: ${message}`;
}
