import type { Logger, LogFields, LogLevel } from '../../lib/operations/logger.ts';

export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps every line, as it would be written. */
export interface LogRecorder {
  readonly logger: Logger;
  readonly entries: readonly LogEntry[];
  at(level: LogLevel): LogEntry[];
  text(): string;
}

/** Every line of the whole test run, for the search for secrets at its end. */
export const everyLogLine: string[] = [];

export function createLogRecorder(): LogRecorder {
  const entries: LogEntry[] = [];
  const keep =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      entries.push({ level, message, fields });
      everyLogLine.push(JSON.stringify({ level, message, ...fields }));
    };
  return {
    entries,
    logger: { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') },
    at: (level) => entries.filter((entry) => entry.level === level),
    text: () => entries.map((entry) => JSON.stringify(entry)).join('\n'),
  };
}
