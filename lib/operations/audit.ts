/**
 * Telling of audit events: to the log, and to the host when it wants to know.
 *
 * @module
 */
import { AUDIT_EVENTS, type AuditEvent } from './audit-events.ts';
import { frozenCopy } from '../protocol/frozen-copy.ts';
import { describeError, visible, type Logger } from './logger.ts';

/** An event without what the teller adds. */
export type NewAuditEvent = Omit<AuditEvent, 'time'>;

/** Tells of one. Never throws, and nobody waits for it. */
export type Emit = (event: NewAuditEvent) => void;

/** Asked to take note of each event. What it throws is logged, and changes nothing. */
export type OnEvent = (event: AuditEvent) => unknown;

export interface AuditDeps {
  readonly logger: Logger;
  readonly now: () => number;
  readonly onEvent?: OnEvent | undefined;
}

export function createEmit({ logger, now, onEvent }: AuditDeps): Emit {
  const told = onEvent && safely(onEvent, logger);
  return ({ name, ...event }) => {
    const { level, message } = AUDIT_EVENTS[name];
    logger[level](message, { event: name, ...event });
    if (!told) return;
    const time = new Date(now()).toISOString();
    told(frozenCopy(harmless({ name, time, ...event })));
  };
}

/** Whatever a host writes it to: no text in it makes a line, or moves a cursor. */
function harmless<Value>(value: Value): Value {
  const made = (part: unknown): unknown => {
    if (typeof part === 'string') return visible(part);
    if (Array.isArray(part)) return part.map(made);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, made(member)]));
  };
  return made(value) as Value;
}

function safely(onEvent: OnEvent, logger: Logger): (event: AuditEvent) => void {
  return (event) => {
    void (async () => onEvent(event))().catch((cause: unknown) => {
      logger.error('onEvent failed', {
        code: 'ERR_DCR_ON_EVENT_FAILED',
        event: event.name,
        cause: describeError(cause),
      });
    });
  };
}
