/**
 * A log that nobody has to read unless a test does.
 *
 * @module
 */
import type { LogFields, Logger, LogLevel } from '../operations/logger.ts';

/** One line of the log. */
export interface TestLogEntry {
  readonly level: LogLevel;
  /** A constant sentence: what was different this time is in the fields. */
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps what it is told and prints nothing. */
export interface TestLog extends Logger {
  readonly entries: readonly TestLogEntry[];
  /** The entries of one level. */
  at(level: LogLevel): readonly TestLogEntry[];
  /** Every entry as a line of JSON. */
  text(): string;
}

export function createTestLog(): TestLog {
  const entries: TestLogEntry[] = [];
  const keep =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      entries.push({ level, message, fields });
    };
  return {
    entries,
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
    at: (level) => entries.filter((entry) => entry.level === level),
    text: () => entries.map((entry) => JSON.stringify(entry)).join('\n'),
  };
}
