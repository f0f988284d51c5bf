/**
 * Reading single values from the environment.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import type { DiagnosticCode } from '../diagnostics/codes.ts';

/** Thrown for a value that cannot be read; the message says what is wrong, without a secret in it. */
export class ValueError extends Error {
  readonly code: DiagnosticCode;

  constructor(message: string, code: DiagnosticCode = 'ERR_DCR_VARIABLE_INVALID') {
    super(message);
    this.code = code;
  }
}

/** Variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable, and whether `<name>_FILE` may name a file that holds its value. */
export interface VariableName {
  readonly name: string;
  readonly hasFileTwin?: true;
}

/** An empty value counts as unset. */
export function valueOf(env: Environment, { name, hasFileTwin }: VariableName): string | undefined {
  const value = nonEmpty(env[name]);
  const path = hasFileTwin ? nonEmpty(env[`${name}_FILE`]) : undefined;
  if (path === undefined) return value;
  if (value !== undefined) {
    throw new ValueError(
      `and ${name}_FILE are both set; keep one of them`,
      'ERR_DCR_OPTION_CONFLICT',
    );
  }
  // A file that was named is meant to hold something: to go on without it would go on without a secret.
  const contents = nonEmpty(readSecretFile(path));
  if (contents === undefined) throw unreadable('is empty');
  return contents;
}

/** A variable and its twin. */
export function namesOf({ name, hasFileTwin }: VariableName): string[] {
  return hasFileTwin ? [name, `${name}_FILE`] : [name];
}

/** Whether a variable or its twin says anything, readable or not. */
export function isSet(env: Environment, variable: VariableName): boolean {
  return namesOf(variable).some((name) => nonEmpty(env[name]));
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

/** As it stands there. */
export function text(value: string): string {
  return value;
}

/** A list separated by spaces or commas. */
export function parseList(value: string): string[] {
  return value.split(/[\s,]+/).filter((item) => item !== '');
}

/** A JSON list, which may hold secrets: what is wrong with it is told without it. */
export function parseJsonList(value: string): unknown[] {
  let list: unknown;
  try {
    list = JSON.parse(value);
  } catch {
    throw new ValueError('is not JSON');
  }
  if (Array.isArray(list)) return list;
  throw new ValueError('is not a JSON list');
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds from `900`, `15m`, `1h` or `30d`. */
export function parseDuration(value: string): number {
  const [, amount, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(value) ?? [];
  if (amount === undefined) {
    throw new ValueError(`${JSON.stringify(value)} is not a duration such as 900, 15m, 1h or 30d`);
  }
  return Number(amount) * (UNIT_SECONDS[unit] ?? 1);
}

export function parseWhole(value: string): number {
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw new ValueError(`${JSON.stringify(value)} is not a whole number`);
}

/** A limit such as `60/1m`; `off` for none. */
export function parseRateLimit(value: string): { limit: number; windowSeconds: number } | false {
  if (value === 'off') return false;
  const [, limit, window] = /^(\d{1,9})\/(\d{1,9}[smhd]?)$/.exec(value) ?? [];
  if (limit === undefined || window === undefined) {
    throw new ValueError(`${JSON.stringify(value)} is neither off nor a limit such as 60/1m`);
  }
  return { limit: Number(limit), windowSeconds: parseDuration(window) };
}

export function parseBoolean(value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw new ValueError(`${JSON.stringify(value)} is neither true nor false`);
}

/** The contents of a file, without the line end that editors add. */
export function readSecretFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    // Not the path: somebody may have pasted the secret itself.
    throw unreadable(`cannot be read (${errorCode(error)})`);
  }
}

/** A JSON object from a file. */
export function readJsonFile(path: string): Record<string, unknown> {
  const text = readSecretFile(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable('is not JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw unreadable('is not a JSON object');
}

/** For a file that a variable names. */
export function unreadable(why: string): ValueError {
  return new ValueError(`names a file that ${why}`, 'ERR_DCR_FILE_NOT_READABLE');
}

function errorCode(error: unknown): string {
  // Not `instanceof`: in a host's Jest, Node's own errors are of another realm.
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown';
}
