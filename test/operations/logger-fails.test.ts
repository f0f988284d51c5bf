import { describe, expect, it } from '@jest/globals';
import { createSafeLogger, LOG_LEVELS, type Logger } from '../../lib/operations/logger.ts';
import { FAILING_LOGGERS, heardDuring, LOGGER_FAILED } from '../support/failing-loggers.ts';

function loggerOf(say: () => unknown): Logger {
  return createSafeLogger({ debug: say, info: say, warn: say, error: say });
}

describe.each(FAILING_LOGGERS)('a logger that $name (LOG-06)', ({ create }) => {
  it.each(LOG_LEVELS)('fails nobody who logs at %s, and Node is told once', async (level) => {
    const { logger, calls } = create();
    const safe = createSafeLogger(logger);
    const heard = await heardDuring(() => {
      for (let i = 0; i < 3; i += 1) expect(safe[level]('message', { i })).toBeUndefined();
    });
    expect(calls()).toBe(3);
    expect(heard).toEqual({ warnings: [LOGGER_FAILED], rejections: [] });
  });

  it('is told of once, whatever the level and however much later', async () => {
    const safe = createSafeLogger(create().logger);
    const first = await heardDuring(() => {
      for (const level of LOG_LEVELS) safe[level]('message');
    });
    expect(first.warnings).toEqual([LOGGER_FAILED]);
    const later = await heardDuring(() => {
      for (const level of LOG_LEVELS) safe[level]('message');
    });
    expect(later).toEqual({ warnings: [], rejections: [] });
  });

  it('is told of once for each server', async () => {
    const { warnings } = await heardDuring(() => {
      for (const { logger } of [create(), create()]) createSafeLogger(logger).warn('message');
    });
    expect(warnings).toEqual([LOGGER_FAILED, LOGGER_FAILED]);
  });
});

describe('a logger that fails with something else than an error (LOG-06)', () => {
  const named = (name: string): Error => Object.assign(new Error('canary'), { name });

  it.each<{ thrown: unknown; said: string }>([
    { thrown: undefined, said: 'undefined' },
    { thrown: null, said: 'object' },
    { thrown: 'canary', said: 'string' },
    { thrown: { name: 'canary', message: 'canary' }, said: 'object' },
    { thrown: named('Bad\nname'), said: 'Bad<U+000A>name' },
  ])('is told of by its kind, not by what it said: $said', async ({ thrown, said }) => {
    const heard = await heardDuring(() => {
      loggerOf(() => {
        throw thrown;
      }).warn('message');
    });
    const warnings = [`express-dcr: the logger failed (${said})`];
    expect(heard).toEqual({ warnings, rejections: [] });
  });
});

describe('a logger that works', () => {
  it.each([{ answer: undefined }, { answer: false }, { answer: Promise.resolve() }])(
    'is not told of when it answers $answer',
    async ({ answer }) => {
      const heard = await heardDuring(() => {
        loggerOf(() => answer).warn('message');
      });
      expect(heard).toEqual({ warnings: [], rejections: [] });
    },
  );
});
