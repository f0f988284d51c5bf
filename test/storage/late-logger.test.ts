import { describe, expect, it } from '@jest/globals';
import { LateLogger } from '../../lib/storage/redis/logger.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

describe('what a store says before it has a logger', () => {
  it('is told to the first that comes, at its level, in order and once', () => {
    const [first, second] = [createLogRecorder(), createLogRecorder()];
    const late = new LateLogger();
    for (const level of LEVELS) late[level](`at ${level}`, { level });
    late.use(first.logger);
    late.use(second.logger);
    late.warn('afterwards');
    expect(first.entries).toEqual([
      ...LEVELS.map((level) => ({ level, message: `at ${level}`, fields: { level } })),
      { level: 'warn', message: 'afterwards', fields: {} },
    ]);
    expect(second.entries).toEqual([]);
  });

  it('is kept up to ten lines, the earliest, for nobody may ever come', () => {
    const late = new LateLogger();
    for (let line = 1; line <= 1_000; line += 1) late.warn(`line ${String(line)}`);
    const { logger, entries } = createLogRecorder();
    late.use(logger);
    expect(entries.map(({ message }) => message)).toEqual(
      Array.from({ length: 10 }, (_, index) => `line ${String(index + 1)}`),
    );
  });
});
