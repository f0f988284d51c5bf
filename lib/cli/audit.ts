/**
 * Audit events of what an operator does on the command line.
 *
 * They go to standard error, beside what is said to people: a job keeps what comes there, and an
 * operator at a terminal has the sentences, and these lines where they ask for them.
 *
 * @module
 */
import { createEmit, type Emit } from '../operations/audit.ts';
import { AUDIT_EVENTS } from '../operations/audit-events.ts';
import { SILENT } from '../operations/logger.ts';
import type { CommandOption } from './command.ts';
import { asciiJson } from './visible.ts';

/** For every command that changes something of which there is an event. */
export const AUDIT_OPTION: CommandOption = {
  type: 'boolean',
  help: 'write audit events on a terminal too; elsewhere they always are, on standard error',
};

/** Where they are written. */
export interface AuditPlace {
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
  readonly now: () => number;
}

/**
 * One line for each event, as it would stand in the log of a server, and with its texts whole.
 *
 * @param isAsked - Whether the operator wants to see them.
 */
export function auditTrail(place: AuditPlace, isAsked: boolean): Emit {
  const { isTerminal, write, now } = place;
  if (isTerminal && !isAsked) return () => undefined;
  // The line of a progress bar may stand there.
  const start = isTerminal ? '\r\u001B[2K' : '';
  return createEmit({
    logger: SILENT,
    now,
    onEvent({ name, time, ...members }) {
      const { level, message } = AUDIT_EVENTS[name];
      write(`${start}${asciiJson({ level, message, event: name, ...members, timestamp: time })}\n`);
    },
  });
}
