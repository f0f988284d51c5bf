import { describe, expect, it } from '@jest/globals';
import type { LogFields } from '../../lib/operations/logger.ts';
import { boundRepeatedLines } from '../../lib/operations/repeated-lines.ts';
import { createClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

const FAILED = 'request failed';
const AWAY = { status: 503, reason: 'away' };

function bounded() {
  const clock = createClock();
  const { logger, at } = createLogRecorder();
  const fieldsAt = (level: 'debug' | 'warn' | 'error'): LogFields[] =>
    at(level).map(({ fields }) => fields);
  return { clock, fieldsAt, logger: boundRepeatedLines(logger, clock.now) };
}

describe('lines that every request can write', () => {
  it.each([
    { name: 'a line of another message', message: 'onEvent failed', fields: AWAY },
    { name: 'a line with another reason', message: FAILED, fields: { ...AWAY, reason: 'bug' } },
    { name: 'a line with another status', message: FAILED, fields: { ...AWAY, status: 500 } },
  ])('are each written when they are of different kinds: $name', ({ message, fields }) => {
    const { logger, fieldsAt } = bounded();
    logger.error(FAILED, AWAY);
    logger.error(message, fields);
    expect(fieldsAt('error')).toEqual([AWAY, fields]);
  });

  it('are of one kind wherever they come from: what a stranger chooses tells none apart', () => {
    const { logger, fieldsAt } = bounded();
    for (const path of ['/a', '/b', '/c']) logger.error(FAILED, { ...AWAY, path });
    expect(fieldsAt('error')).toEqual([{ ...AWAY, path: '/a' }]);
    expect(fieldsAt('debug')).toEqual(['/b', '/c'].map((path) => ({ ...AWAY, path })));
  });

  it('are written once a second, and the next one says how many were left out', () => {
    const { logger, clock, fieldsAt } = bounded();
    for (let sent = 0; sent < 10; sent += 1) logger.error(FAILED, AWAY);
    clock.advance(999);
    logger.error(FAILED, AWAY);
    expect(fieldsAt('error')).toEqual([AWAY]);
    clock.advance(1);
    logger.error(FAILED, AWAY);
    clock.advance(1000);
    logger.error(FAILED, AWAY);
    expect(fieldsAt('error')).toEqual([AWAY, { ...AWAY, left_out: 10 }, AWAY]);
  });

  it('are written when the clock was set back', () => {
    const { logger, clock, fieldsAt } = bounded();
    logger.error(FAILED, AWAY);
    clock.advance(-3_600_000);
    logger.error(FAILED, AWAY);
    expect(fieldsAt('error')).toEqual([AWAY, AWAY]);
  });

  it('end with the last one of them, late, where no other comes to tell of it', async () => {
    const { logger, fieldsAt } = bounded();
    for (const path of ['/a', '/b', '/c', '/d']) logger.error(FAILED, { ...AWAY, path });
    await eventually(() => expect(fieldsAt('error')).toHaveLength(2));
    expect(fieldsAt('error')[1]).toEqual({ ...AWAY, path: '/d', left_out: 2 });
  });
});

describe('every other line', () => {
  it('is written each time: audit events above all', () => {
    const { logger, fieldsAt } = bounded();
    const event = { event: 'refresh.reused', code: 'ERR_DCR_REQUEST_FAILED' } as const;
    for (let sent = 0; sent < 3; sent += 1) {
      logger.warn('refresh token reused: grant revoked', event);
      logger.error('signing keys not looked at', AWAY);
      logger.debug(FAILED, AWAY);
    }
    expect(fieldsAt('warn')).toEqual([event, event, event]);
    expect(fieldsAt('error')).toEqual([AWAY, AWAY, AWAY]);
    expect(fieldsAt('debug')).toHaveLength(3);
  });
});
