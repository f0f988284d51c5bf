/**
 * Logging: the port, and what may pass through it.
 *
 * Messages are constants, data goes in fields. Strangers choose some of the fields (a client name, an
 * unknown client id), so every text is clamped and stripped of what could forge a line.
 *
 * @module
 */
import { types } from 'node:util';
import type { DiagnosticCode } from '../diagnostics/codes.ts';

/** Values that say enough in a log and can hold no secret by accident. */
export type LogFields = Readonly<Record<string, unknown>> & {
  /** What a warning or an error is known by; docs/errors.md has an entry for each. */
  readonly code?: DiagnosticCode | undefined;
};

/** What we ask of a logger: message first, then the fields. winston and `console` fit as they are. */
export interface Logger {
  /** What a stranger can cause, and what helps to find out why something was refused. */
  debug(message: string, fields?: LogFields): unknown;
  /** What happens when all is well. */
  info(message: string, fields?: LogFields): unknown;
  /** What an operator should look at some day. */
  warn(message: string, fields?: LogFields): unknown;
  /** What is broken now. */
  error(message: string, fields?: LogFields): unknown;
  /**
   * Where there is one, as winston and pino have, it is asked with `debug`, `info`, `warn` or `error`
   * before anything is prepared. What it says no to is not written.
   */
  isLevelEnabled?(level: string): boolean;
}

/** For what is only tried: nobody is to hear of it. */
export const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
/** The levels, the most talkative first. */
export type LogLevel = (typeof LOG_LEVELS)[number];

const MAX_TEXT_LENGTH = 200;
const MAX_LIST_LENGTH = 20;
const MAX_CAUSES = 5;

/** Controls, separators and everything that moves or hides text on a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** One line of harmless text, clamped: what cannot be printed is written as its code point. */
export function printable(text: string): string {
  return visible(text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}...` : text);
}

/** The same, as long as it is. */
export function visible(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) =>
      `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}

/**
 * Wraps a logger so that nothing unprintable reaches it, and no failure of it reaches a request: what
 * was decided stays decided, whether or not it could be written down.
 */
export function createSafeLogger(logger: Logger): Logger {
  const pass =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (!isRead(logger, level)) return;
      // One that answers later may fail later.
      void (async () => logger[level](message, safeFields(fields)))().catch(warnOnce);
    };
  let isWarned = false;
  // The log cannot say it, and Node says it once and goes on.
  function warnOnce(error: unknown): void {
    if (!isWarned) process.emitWarning(`express-dcr: the logger failed (${nameOf(error)})`);
    isWarned = true;
  }
  return { debug: pass('debug'), info: pass('info'), warn: pass('warn'), error: pass('error') };
}

/** One that fails to say fails to write as well, and that is told. */
function isRead(logger: Logger, level: LogLevel): boolean {
  try {
    return logger.isLevelEnabled?.(level) !== false;
  } catch {
    return true;
  }
}

function safeFields(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, safe(value)]));
}

function safe(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.slice(0, MAX_LIST_LENGTH).map(safe);
  if (isError(value)) return describeError(value);
  if (typeof value === 'object' && value !== null) return safeFields(value as LogFields);
  return value;
}

/** An error as it stands in the log; its code may be anybody's. */
export type ErrorFields = Readonly<Record<string, unknown>>;

/**
 * What of an error may be logged. Not its other members: ioredis keeps the arguments of the command
 * on an error, body-parser the whole body.
 */
export function describeError(error: unknown, causes = MAX_CAUSES): ErrorFields {
  if (!isError(error)) return { name: typeof error };
  const { name, message, stack, cause } = error;
  return {
    name: printable(name),
    ...unquoted(name, message),
    ...('code' in error && typeof error.code === 'string' && { code: printable(error.code) }),
    ...(stack !== undefined && { at: frames(stack, message) }),
    // A chain that is long, or a ring, is cut.
    ...(isError(cause) && causes > 0 && { cause: describeError(cause, causes - 1) }),
  };
}

/** V8 quotes the text it could not parse, Redis the arguments of a command: of those the code is left. */
function unquoted(name: string, message: string): ErrorFields {
  if (name === 'SyntaxError') return {};
  const said = name === 'ReplyError' ? (/^[A-Z]{2,20}\b/.exec(message)?.[0] ?? '') : message;
  return { message: printable(said) };
}

/** An error of any realm: in a host's Jest, Node's own errors are not instances of `Error`. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** Not the message: a logger may quote what it was given. */
function nameOf(error: unknown): string {
  return isError(error) ? printable(error.name) : typeof error;
}

/** The places only: a stack begins with the message, and a message may look like a place. */
function frames(stack: string, message: string): string[] {
  return stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 5)
    .map((line) => printable(line.trim()));
}
