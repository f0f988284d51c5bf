import type { Logger, LogFields, LogLevel } from '../../lib/operations/logger.ts';
import { createTestLog, type TestLog, type TestLogEntry } from '../../lib/testing/log.ts';

export type LogEntry = TestLogEntry;

/** Keeps every line, as it would be written. */
export interface LogRecorder extends Pick<TestLog, 'entries' | 'text'> {
  readonly logger: Logger;
  at(level: LogLevel): LogEntry[];
}

/** Every line of the whole test run, for the search for secrets at its end. */
export const everyLogLine: string[] = [];

export function createLogRecorder(): LogRecorder {
  const log = createTestLog();
  const keep =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      log[level](message, fields);
      everyLogLine.push(JSON.stringify({ level, message, ...fields }));
    };
  return {
    entries: log.entries,
    logger: { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') },
    at: (level) => [...log.at(level)],
    text: () => log.text(),
  };
}
