/**
 * What is measured several times, and the time that it was least in all: its parts are of one process.
 *
 * @module
 */
import { present } from '../present.ts';

export class Least {
  readonly #measure: () => Promise<readonly number[]>;
  #least: readonly number[] = [Infinity];

  constructor(measure: () => Promise<readonly number[]>) {
    this.#measure = measure;
  }

  async again(): Promise<void> {
    const measured = await this.#measure();
    if (sum(measured) < sum(this.#least)) this.#least = measured;
  }

  /** One of its parts. */
  at(nth: number): number {
    return present(this.#least.at(nth));
  }
}

function sum(parts: readonly number[]): number {
  return parts.reduce((total, part) => total + part, 0);
}
