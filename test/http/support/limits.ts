/**
 * An app with limits, and callers with addresses of their own: the host trusts one proxy, and each
 * request says what that proxy has seen.
 */
import type { Express } from 'express';
import type { RateLimitOptions } from '../../../lib/options/rate-limits.ts';
import { NO_RATE_LIMITS } from '../../support/app.ts';
import { authorizationQuery, createPkce, METADATA, type Query } from '../../support/flow.ts';
import { FORM_TYPE, JSON_TYPE, send, type Answer, type Sent } from './send.ts';

/** These limits and no others. */
export function onlyLimits(limits: RateLimitOptions): RateLimitOptions {
  return { ...NO_RATE_LIMITS, ...limits };
}

/** A limit whose window is longer than any test. */
export function few(limit: number): { limit: number; windowSeconds: number } {
  return { limit, windowSeconds: 3600 };
}

/** What the proxy writes for a caller. */
export function from(address: string): Readonly<Record<string, string>> {
  return { 'X-Forwarded-For': address };
}

export function registerAs(
  app: Express,
  headers: Sent['headers'] = {},
  metadata: object = {},
): Promise<Answer> {
  return send(app, 'POST', '/oauth/register', {
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify({ ...METADATA, ...metadata }),
  });
}

export function authorizeAs(
  app: Express,
  client_id: string,
  headers: Sent['headers'] = {},
  more: Query = {},
): Promise<Answer> {
  const query = authorizationQuery(client_id, createPkce(), more);
  return send(app, 'GET', `/oauth/authorize?${query}`, { headers });
}

export function tokenAs(
  app: Express,
  form: Readonly<Record<string, string | undefined>>,
  headers: Sent['headers'] = {},
): Promise<Answer> {
  const given = Object.entries(form).filter((entry): entry is [string, string] => !!entry[1]);
  return send(app, 'POST', '/oauth/token', {
    headers: { ...FORM_TYPE, ...headers },
    body: new URLSearchParams(given).toString(),
  });
}

/** A token request that nothing is right with but its form. */
export function guess(client_id: string): Record<string, string> {
  return { grant_type: 'refresh_token', client_id, refresh_token: 'guessed' };
}

export function statuses(answers: readonly Answer[]): number[] {
  return answers.map(({ status }) => status);
}

/** One after the other. */
export async function times(
  count: number,
  run: (index: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let i = 0; i < count; i += 1) answers.push(await run(i));
  return answers;
}
