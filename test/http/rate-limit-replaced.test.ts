import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import { createTestApp } from '../support/app.ts';
import { registeredClientId } from '../support/flow.ts';
import { expectApiError, expectPage, readable } from './support/expect.ts';
import {
  authorizeAs,
  few,
  guess,
  onlyLimits,
  registerAs,
  statuses,
  times,
  tokenAs,
} from './support/limits.ts';
import { FORM_TYPE, send, type Answer } from './support/send.ts';

/** Counts by itself, and says no by itself. */
function ownLimit(limit: number): RequestHandler {
  let seen = 0;
  return function ownLimiter(_req, res, next) {
    seen += 1;
    if (seen <= limit) next();
    else res.status(429).set('Retry-After', '7').json({ error: 'temporarily_unavailable' });
  };
}

/** Leaves the answer to whoever comes after it. */
const thrown: RequestHandler = function throwingLimiter(_req, _res, next) {
  next(Object.assign(new Error('rate limited: key 203.0.113.7'), { status: 429 }));
};

describe('a limit that the host keeps by itself', () => {
  it.each<{
    endpoint: string;
    request: (limiter: RequestHandler) => Promise<Answer[]>;
    want: number;
  }>([
    {
      endpoint: 'registrations',
      want: 201,
      request: (register) => {
        const { app } = createTestApp({ options: { rateLimits: onlyLimits({ register }) } });
        return times(3, () => registerAs(app));
      },
    },
    {
      endpoint: 'all registrations',
      want: 201,
      request: (registerTotal) => {
        const { app } = createTestApp({ options: { rateLimits: onlyLimits({ registerTotal }) } });
        return times(3, () => registerAs(app));
      },
    },
    {
      endpoint: 'authorization requests',
      want: 302,
      request: async (authorize) => {
        const { app } = createTestApp({ options: { rateLimits: onlyLimits({ authorize }) } });
        const id = await registeredClientId(app);
        return times(3, () => authorizeAs(app, id));
      },
    },
    {
      endpoint: 'authorization requests in a form',
      want: 400,
      request: (authorize) => {
        const { app } = createTestApp({ options: { rateLimits: onlyLimits({ authorize }) } });
        return times(3, () =>
          send(app, 'POST', '/oauth/authorize', { headers: FORM_TYPE, body: 'client_id=x' }),
        );
      },
    },
    {
      endpoint: 'token requests',
      want: 401,
      request: (token) => {
        const { app } = createTestApp({ options: { rateLimits: onlyLimits({ token }) } });
        return times(3, () => tokenAs(app, guess('stranger')));
      },
    },
  ])('stands in the place of ours: $endpoint', async ({ request, want }) => {
    const answers = await request(ownLimit(2));
    expect(statuses(answers)).toEqual([want, want, 429]);
    expect(answers[2]?.headers['retry-after']).toBe('7');
    for (const { headers } of answers) expect(headers).not.toHaveProperty('ratelimit');
  });

  it('leaves the others as they are', async () => {
    const rateLimits = { register: ownLimit(9), registerTotal: few(2), token: few(1) };
    const { app } = createTestApp({ options: { rateLimits } });
    const answers = await times(3, () => registerAs(app));
    expect(statuses(answers)).toEqual([201, 201, 429]);
    expect(answers[0]?.headers['ratelimit-policy']).toBe('"register-total";q=2;w=3600');
    expect(statuses(await times(2, () => tokenAs(app, guess('x'))))).toEqual([401, 429]);
  });

  it('may leave the answer to us, which does not say why', async () => {
    const rateLimits = { register: thrown, authorize: thrown, token: thrown };
    const { app, log } = createTestApp({ options: { rateLimits: onlyLimits(rateLimits) } });
    expectApiError(await registerAs(app), 429, 'temporarily_unavailable');
    expectApiError(await tokenAs(app, guess('x')), 429, 'temporarily_unavailable');
    const page = await authorizeAs(app, 'x');
    expect(page.status).toBe(429);
    expectPage(page);
    expect(readable(page.text)).toContain('Too many requests');
    expect(log.at('error')).toEqual([]);
    expect(log.text()).not.toContain('203.0.113');
  });

  it('is not asked about who may not register', async () => {
    let asked = 0;
    const register: RequestHandler = (_req, _res, next) => {
      asked += 1;
      next();
    };
    const { app } = createTestApp({
      options: { registration: 'off', rateLimits: onlyLimits({ register }) },
    });
    expect((await registerAs(app)).status).toBe(403);
    expect(asked).toBe(0);
  });
});
