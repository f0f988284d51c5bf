/**
 * Checking the options about rate limits.
 *
 * @module
 */
import type { ConfigurationProblem } from './configuration-error.ts';
import { isCidr } from '../protocol/network.ts';
import type { RateLimitOptions } from './rate-limits.ts';

/** The variable of each member of `rateLimits`. */
export const RATE_LIMIT_VARIABLES: Readonly<Record<keyof RateLimitOptions, string>> = {
  register: 'DCR_RATE_LIMIT_REGISTER',
  registerTotal: 'DCR_RATE_LIMIT_REGISTER_TOTAL',
  authorize: 'DCR_RATE_LIMIT_AUTHORIZE',
  token: 'DCR_RATE_LIMIT_TOKEN',
  exempt: 'DCR_RATE_LIMIT_EXEMPT',
};

/** A day: what a caller is known by in the store does not last longer. */
const MAX_WINDOW_SECONDS = 24 * 60 * 60;

type Member = keyof RateLimitOptions;

/** What is wrong with them; empty when they are fine. Types are no help to a host in plain JavaScript. */
export function rateLimitProblems(rateLimits: unknown): ConfigurationProblem[] {
  if (rateLimits === undefined) return [];
  if (typeof rateLimits !== 'object' || rateLimits === null || Array.isArray(rateLimits)) {
    return [problem('must be an object with a limit for each name')];
  }
  return Object.entries(rateLimits as Record<string, unknown>)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => {
      if (!isMember(name)) return [problem(`has no limit named ${JSON.stringify(name)}`)];
      const messages = name === 'exempt' ? exemptMessages(value) : ruleMessages(value);
      return messages.map((message) => problem(`${name} ${message}`, name));
    });
}

function isMember(name: string): name is Member {
  return Object.hasOwn(RATE_LIMIT_VARIABLES, name);
}

function problem(message: string, member?: Member): ConfigurationProblem {
  return {
    option: 'rateLimits',
    code: 'ERR_DCR_RATE_LIMIT_INVALID',
    message,
    ...(member !== undefined && { variable: RATE_LIMIT_VARIABLES[member] }),
  };
}

function ruleMessages(value: unknown): string[] {
  if (value === false || typeof value === 'function') return [];
  if (typeof value !== 'object' || value === null) {
    return ['must be { limit, windowSeconds }, false for no limit, or a middleware of your own'];
  }
  const { limit, windowSeconds } = value as { limit?: unknown; windowSeconds?: unknown };
  return [
    ...(isWhole(limit) ? [] : ['must have a limit that is a positive whole number']),
    ...(isWhole(windowSeconds) && windowSeconds <= MAX_WINDOW_SECONDS
      ? []
      : [
          `must have a window of whole seconds, from 1 to ${String(MAX_WINDOW_SECONDS)} (24 hours)`,
        ]),
  ];
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function exemptMessages(value: unknown): string[] {
  if (!Array.isArray(value)) return ['must be a list of networks'];
  return value
    .filter((item: unknown) => typeof item !== 'string' || !isCidr(item))
    .map(
      (item: unknown) =>
        `contains ${JSON.stringify(item)} which is not a network such as 203.0.113.0/24 or 2001:db8::/32`,
    );
}
