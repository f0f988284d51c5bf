/**
 * Lines that every request can write again: the first of a kind each second, then how many were left out.
 *
 * While Redis is away each request fails, and strangers send as many as they like: the log may not grow
 * by a line for each of them. What is left out is a line at debug, whole. Audit events are none of these.
 *
 * @module
 */
import { setTimeout } from '../timing/real-time.ts';
import type { Logger, LogFields } from './logger.ts';

const WINDOW_MS = 1_000;

/** The messages, each with the fields that tell its kinds apart: words of ours, so there are only so many. */
const REPEATED: ReadonlyMap<string, readonly string[]> = new Map([
  ['request failed', ['status', 'reason']],
  ['stored record not usable', ['refusal']],
  ['page renderer failed', ['page']],
  ['onEvent failed', ['event']],
  ['adminRouter: authorize failed', []],
  ['admin page failed', []],
]);

interface Window {
  readonly since: number;
  leftOut: number;
  /** Of those that were left out. */
  last: LogFields;
}

/**
 * @param log - What is passed on has its code already.
 * @param now - The clock of this instance.
 */
export function boundRepeatedLines(log: Logger, now: () => number): Logger {
  const windows = new Map<string, Window>();

  function write(kind: string, message: string, fields: LogFields, leftOut = 0): void {
    windows.set(kind, { since: now(), leftOut: 0, last: {} });
    log.error(message, { ...fields, ...(leftOut > 0 && { left_out: leftOut }) });
  }

  /** Where no other line has come by then, the last of those that were left out is written after all. */
  function writeLast(kind: string, message: string, { leftOut, last }: Window): void {
    write(kind, message, last, leftOut - 1);
  }

  return {
    ...log,
    error(message, fields = {}) {
      const names = REPEATED.get(message);
      if (!names) {
        log.error(message, fields);
        return;
      }
      const kind = JSON.stringify([message, ...names.map((name) => fields[name])]);
      const window = windows.get(kind);
      // A clock that was set back ends it too.
      const isWithin = window && now() >= window.since && now() < window.since + WINDOW_MS;
      if (!isWithin) {
        write(kind, message, fields, window?.leftOut);
        return;
      }
      window.leftOut += 1;
      window.last = fields;
      log.debug(message, fields);
      // Keeps no process alive.
      if (window.leftOut === 1) {
        setTimeout(() => {
          if (windows.get(kind) === window) writeLast(kind, message, window);
        }, WINDOW_MS).unref();
      }
    },
  };
}
