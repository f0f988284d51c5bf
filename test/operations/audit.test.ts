import { describe, expect, it } from '@jest/globals';
import { createEmit, type OnEvent } from '../../lib/operations/audit.ts';
import { AUDIT_EVENTS, type AuditEvent } from '../../lib/operations/audit-events.ts';
import { createSafeLogger } from '../../lib/operations/logger.ts';
import { createAuditRecorder } from '../support/audit-recorder.ts';
import { createLogRecorder, type LogRecorder } from '../support/log-recorder.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const EVENT = { name: 'client.registered', by: 'client', client_id: 'c1' } as const;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function told(onEvent?: OnEvent): LogRecorder & { emit: ReturnType<typeof createEmit> } {
  const log = createLogRecorder();
  return {
    ...log,
    emit: createEmit({ logger: createSafeLogger(log.logger), now: () => NOW, onEvent }),
  };
}

describe('an audit event', () => {
  it.each(Object.entries(AUDIT_EVENTS))(
    'is one line of the log, at its own level: %s',
    (name, { level, message }) => {
      const { emit, entries } = told();
      emit({ ...EVENT, name: name as AuditEvent['name'] });
      const fields = { event: name, by: 'client', client_id: 'c1' };
      expect(entries).toEqual([{ level, message, fields }]);
    },
  );

  it('is for the host the same, with its name and its time', () => {
    const { onEvent, events } = createAuditRecorder();
    told(onEvent).emit(EVENT);
    expect(events).toEqual([{ ...EVENT, time: '2026-01-02T03:04:05.678Z' }]);
  });

  it('is for the host a copy, which nobody can change', () => {
    const { onEvent, events } = createAuditRecorder();
    const granted = ['openid'];
    told(onEvent).emit({ ...EVENT, name: 'grant.created', granted });
    expect(() => (events[0]?.granted as string[]).push('admin')).toThrow('not extensible');
    expect(granted).toEqual(['openid']);
  });

  it.each(['\n', '\r', '\u001b[2J', '\u2028', '\u0085', '\u009b', '\0', '\u202E', '\ud800'])(
    'forges no line and moves no cursor, in the log or for the host: %j (LOG-01)',
    (end) => {
      const { onEvent, events } = createAuditRecorder();
      const { emit, entries } = told(onEvent);
      const forged = `x${end}{"level":"info","msg":"admin login ok"}`;
      emit({
        ...EVENT,
        client_id: forged,
        subject: forged,
        reason: forged,
        granted: [forged],
        baseline: [{ scope: forged, rule: forged }],
      });
      for (const written of [entries[0]?.fields, events[0]]) {
        const texts = textsOf(written);
        expect(texts.filter((text) => text.includes('admin login ok'))).toHaveLength(6);
        expect(texts.filter((text) => UNPRINTABLE.test(text))).toEqual([]);
      }
    },
  );

  it('is whole for the host, however much of it the log cuts', () => {
    const { onEvent, events } = createAuditRecorder();
    const { emit, entries } = told(onEvent);
    const granted = Array.from({ length: 30 }, (_, i) => `scope-${String(i)}`);
    emit({ ...EVENT, subject: 's'.repeat(255), granted });
    expect(events[0]).toMatchObject({ subject: 's'.repeat(255), granted });
    expect(entries[0]?.fields).toMatchObject({ subject: `${'s'.repeat(200)}...` });
    expect(entries[0]?.fields['granted']).toHaveLength(20);
  });

  it.each<{ name: string; onEvent: OnEvent }>([
    {
      name: 'throws',
      onEvent: () => {
        throw new Error('full');
      },
    },
    { name: 'rejects', onEvent: () => Promise.reject(new Error('full')) },
  ])('is in the log, and so is that the hook $name (LOG-06)', async ({ onEvent }) => {
    const { emit, entries } = told(onEvent);
    emit(EVENT);
    await new Promise(setImmediate);
    expect(entries).toMatchObject([
      { level: 'debug', message: 'client registered' },
      {
        level: 'error',
        message: 'onEvent failed',
        fields: { event: 'client.registered', cause: { message: 'full' } },
      },
    ]);
  });
});

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
