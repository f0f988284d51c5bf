/**
 * What a configuration is refused with.
 *
 * @module
 */
import { expect } from '@jest/globals';
import { ConfigurationError } from '../../lib/options/configuration-error.ts';

/** The lines of the refusal, without its head, its end and the codes; none when there is no refusal. */
export function linesOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return sentencesOf(error.message);
  }
  return [];
}

/** Each has a code behind it, and the last line says where to read on. */
export function sentencesOf(message: string): string[] {
  const [head, ...lines] = message.split('\n');
  expect(head).toBe('express-dcr cannot start with this configuration:');
  expect(lines.pop()).toMatch(/^Read on: express-dcr\/docs\/errors\.md(#[a-z_]+ ?)+$/);
  return lines.map((line) => {
    expect(line).toMatch(/^ {2}- .+ \[ERR_DCR_[A-Z_]+\]$/);
    return line.replace(/^ {2}- /, '').replace(/ \[ERR_DCR_[A-Z_]+\]$/, '');
  });
}
