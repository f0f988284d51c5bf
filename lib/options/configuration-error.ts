/**
 * The error for a configuration that must not start.
 *
 * @module
 */

import { anchorOf, ENTRIES, type Finding } from '../diagnostics/finding.ts';

/** One thing that is wrong: what kind of mistake it is (`code`), and what is wrong with what. */
export interface ConfigurationProblem extends Finding {
  /** The option, as app developers know it. */
  readonly option: string;
  /** The environment variable, as operators know it; absent where there is none. */
  readonly variable?: string;
}

/**
 * A `TypeError`, for it is a mistake of the caller; recognised by `code`. The message has a line for
 * each problem, with its code, and says where the codes are explained.
 */
export class ConfigurationError extends TypeError {
  override readonly name = 'ConfigurationError';
  readonly code = 'ERR_DCR_CONFIGURATION';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const lines = problems.map((problem) => `  - ${describe(problem)}`);
    super(
      `express-dcr cannot start with this configuration:\n${lines.join('\n')}\n${readOn(problems)}`,
    );
    this.problems = problems;
  }
}

function describe({ option, variable, ...found }: ConfigurationProblem): string {
  return `${option}${variable === undefined ? '' : ` (${variable})`}: ${withCode(found)}`;
}

/** Behind the sentence, which is what people read first. */
export function withCode({ code, message }: Finding): string {
  return `${message} [${code}]`;
}

/** Where the codes of these problems are explained; empty where there are none. */
export function readOn(found: readonly Finding[]): string {
  const anchors = [...new Set(found.map(({ code }) => anchorOf(code)))];
  return anchors.length > 0 ? `Read on: express-dcr/${ENTRIES}${anchors.join(' ')}` : '';
}
