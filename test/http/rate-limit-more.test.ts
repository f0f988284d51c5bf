import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RateLimitOptions } from '../../lib/options/rate-limits.ts';
import { authorizationQuery, createPkce } from '../support/flow.ts';
import { registered, tokensFor, type Registration } from '../support/management.ts';
import { expectApiError } from './support/expect.ts';
import {
  authorizeAs,
  few,
  from,
  guess,
  onlyLimits,
  registerAs,
  statuses,
  times,
  tokenAs,
} from './support/limits.ts';
import { FORM_TYPE, JSON_TYPE, send, type Answer, type Sent } from './support/send.ts';
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';

const HERE = from('203.0.113.7');
const ELSEWHERE = from('198.51.100.1');

interface Case {
  readonly made: WatchedApp;
  readonly client: Registration;
}

interface Row {
  readonly name: string;
  readonly rule: keyof RateLimitOptions;
  /** What the caller is told that it has used up. */
  readonly limit: string;
  readonly status: number;
  readonly ask: (given: Case, headers: Sent['headers']) => Promise<Answer>;
  /** The endpoint that has the same limit, and counts for itself. */
  readonly other: (given: Case) => Promise<Answer>;
}

function managed(method: string) {
  return ({ made, client }: Case, headers: Sent['headers']): Promise<Answer> => {
    const body = JSON.stringify({ ...client, client_name: 'Changed' });
    const length = String(Buffer.byteLength(body));
    const more = method === 'PUT' ? { ...JSON_TYPE, 'Content-Length': length } : {};
    const Authorization = `Bearer ${client.registration_access_token}`;
    return send(made.app, method, `/oauth/register/${client.client_id}`, {
      headers: { ...headers, ...more, Authorization },
      ...(method === 'PUT' && { body }),
    });
  };
}

const registering = ({ made }: Case): Promise<Answer> => registerAs(made.app, HERE);

const ROWS: readonly Row[] = [
  {
    name: 'POST /oauth/par',
    rule: 'authorize',
    limit: 'par',
    status: 201,
    ask: ({ made, client }, headers) =>
      send(made.app, 'POST', '/oauth/par', {
        headers: { ...FORM_TYPE, ...headers },
        body: authorizationQuery(client.client_id, createPkce()),
      }),
    other: ({ made, client }) => authorizeAs(made.app, client.client_id, HERE),
  },
  {
    name: 'GET /oauth/register/:client_id',
    rule: 'register',
    limit: 'management',
    status: 200,
    ask: managed('GET'),
    other: registering,
  },
  {
    name: 'PUT /oauth/register/:client_id',
    rule: 'register',
    limit: 'management',
    status: 200,
    ask: managed('PUT'),
    other: registering,
  },
  {
    name: 'POST /oauth/revoke',
    rule: 'token',
    limit: 'revoke',
    status: 200,
    ask: ({ made, client }, headers) => {
      const body = new URLSearchParams({ client_id: client.client_id, token: 'guessed' });
      const given = { headers: { ...FORM_TYPE, ...headers }, body: body.toString() };
      return send(made.app, 'POST', '/oauth/revoke', given);
    },
    other: ({ made, client }) => tokenAs(made.app, guess(client.client_id), HERE),
  },
];

describe.each(ROWS)('the limit of $name', ({ rule, limit, status, ask, other }) => {
  let given: Case;

  beforeEach(async () => {
    const made = createWatchedApp({ options: { rateLimits: onlyLimits({ [rule]: few(3) }) } });
    made.app.set('trust proxy', 1);
    // From a network that nobody else here has.
    const client = await registered(made.app);
    given = { made, client };
  });

  it('refuses one too many with 429 and Retry-After, and writes nothing', async () => {
    const answers = await times(3, () => ask(given, HERE));
    expect(statuses(answers)).toEqual([status, status, status]);
    for (const { headers } of answers) expect(headers).not.toHaveProperty('retry-after');
    given.made.store.forget();
    const refused = await ask(given, HERE);
    expectApiError(refused, 429, 'temporarily_unavailable');
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(3_500);
    expect(seconds).toBeLessThanOrEqual(3_600);
    expect(refused.headers['ratelimit']).toBe(`"${limit}";r=0;t=${String(seconds)}`);
    expect(refused.headers['ratelimit-policy']).toBe(`"${limit}";q=3;w=3600`);
    expect(refused.headers).not.toHaveProperty('www-authenticate');
    expect(given.made.store.writes).toEqual([]);
  });

  it('keeps nobody else out, nor from what has the same limit and counts for itself', async () => {
    expect(statuses(await times(4, () => ask(given, HERE)))).toContain(429);
    expect((await ask(given, ELSEWHERE)).status).toBe(status);
    const apart = await other(given);
    expect(apart.status).not.toBe(429);
    expect(apart.headers).toHaveProperty('ratelimit', expect.stringMatching(/;r=2;/));
    expect((await ask(given, HERE)).status).toBe(429);
  });
});

describe('the limits of who manages and of who revokes', () => {
  it('take nothing from what everybody together may register', async () => {
    const rateLimits = onlyLimits({ registerTotal: few(2) });
    const made = createWatchedApp({ options: { rateLimits } });
    const client = await registered(made.app);
    const managing = (): Promise<Answer> => managed('PUT')({ made, client }, {});
    expect(statuses(await times(3, managing))).toEqual([200, 200, 200]);
    expect(statuses(await times(2, () => registerAs(made.app)))).toEqual([201, 429]);
  });

  it('count those who try tokens of a registration, too (MGMT-01)', async () => {
    const made = createWatchedApp({ options: { rateLimits: onlyLimits({ register: few(3) }) } });
    const client = await registered(made.app);
    const wrong = { ...client, registration_access_token: 'x'.repeat(43) };
    const tried = await times(5, () => managed('GET')({ made, client: wrong }, {}));
    expect(statuses(tried)).toEqual([401, 401, 401, 429, 429]);
  });

  it('leave a token alive that could not be revoked, and the client hears of it', async () => {
    const made = createWatchedApp({ options: { rateLimits: onlyLimits({ token: few(1) }) } });
    const client = await registered(made.app);
    const { refresh_token = '' } = await tokensFor(made.app, client);
    const revoke = (token: string): Promise<Answer> => {
      const body = new URLSearchParams({ client_id: client.client_id, token }).toString();
      return send(made.app, 'POST', '/oauth/revoke', { headers: FORM_TYPE, body });
    };
    expect(statuses([await revoke('guessed'), await revoke(refresh_token)])).toEqual([200, 429]);
    expect(await made.store.grants.find(refresh_token.split('.')[0] ?? '')).toBeDefined();
  });
});
