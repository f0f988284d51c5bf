/**
 * Telling the log what an operator has to see: each condition once when it appears and once when it
 * has gone, at the start too.
 *
 * @module
 */
import { conditionCode } from './condition-codes.ts';
import type { Condition } from '../storage/store-health.ts';
import type { Logger } from './logger.ts';

/** The store tells of its connections by itself. */
const TOLD_ELSEWHERE: readonly string[] = ['unavailable', 'partly-unavailable'];

export class HealthLog {
  readonly #logger: Logger;
  /** Reasons that have been told, by the name of the condition. */
  readonly #told = new Map<string, string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Compares with what has been told. A condition that nobody could judge stays as it was. */
  observe(conditions: readonly Condition[]): void {
    for (const condition of conditions) this.#compare(condition);
  }

  #compare(condition: Condition): void {
    const { name, status, reason, message } = condition;
    const told = this.#told.get(name);
    if (status === 'ok') {
      if (this.#told.delete(name)) this.#logger.info('health restored', { condition: name });
    } else if (told !== reason && !TOLD_ELSEWHERE.includes(reason)) {
      this.#told.set(name, reason);
      // Not `message`: winston would put it behind the message of the line.
      const code = conditionCode(condition);
      const fields = { code, condition: name, status, reason, advice: message };
      this.#logger.warn('health impaired', fields);
    }
  }
}
