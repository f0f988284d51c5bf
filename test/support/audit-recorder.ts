/**
 * A host that takes note of every audit event, and what the log said at the same time.
 */
import type { AuditEvent } from '../../lib/operations/audit-events.ts';
import type { OnEvent } from '../../lib/operations/audit.ts';
import type { LogEntry, LogRecorder } from './log-recorder.ts';

export interface AuditRecorder {
  readonly onEvent: OnEvent;
  readonly events: readonly AuditEvent[];
  forget(): void;
}

export function createAuditRecorder(): AuditRecorder {
  const events: AuditEvent[] = [];
  return {
    onEvent: (event) => events.push(event),
    events,
    forget() {
      events.length = 0;
    },
  };
}

/** The lines of the log that are events. */
export function eventLines(log: LogRecorder): readonly LogEntry[] {
  return log.entries.filter(({ fields }) => 'event' in fields);
}
