import { describe, expect, it } from '@jest/globals';
import { basic, obtainTokensAs, registeredConfidential } from '../support/confidential.ts';
import { METADATA } from '../support/flow.ts';
import { manage, registered } from '../support/management.ts';
import { expectApiError } from './support/expect.ts';
import { FORM_TYPE, JSON_TYPE, send, type Answer, type Sent } from './support/send.ts';
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';

/** A request that one header is enough for, and which that is. */
interface Case {
  readonly good: string;
  readonly ask: (Authorization: string | string[]) => Promise<Answer>;
}

function asking(
  { app }: WatchedApp,
  method: string,
  path: string,
  { headers, ...more }: Sent = {},
): Case['ask'] {
  return (Authorization) =>
    send(app, method, path, { headers: { ...headers, Authorization }, ...more });
}

async function asClient(made: WatchedApp, path: string): Promise<Case> {
  const client = await registeredConfidential(made.app);
  const { refresh_token } = await obtainTokensAs(made.app, client);
  const form = { grant_type: 'refresh_token', refresh_token, token: refresh_token };
  const body = new URLSearchParams(form).toString();
  return {
    good: basic(`${client.client_id}:${client.client_secret}`),
    ask: asking(made, 'POST', path, { headers: FORM_TYPE, body }),
  };
}

async function withToken(made: WatchedApp, path: string): Promise<Case> {
  const client = await registeredConfidential(made.app);
  const { access_token } = await obtainTokensAs(made.app, client);
  return { good: `Bearer ${access_token}`, ask: asking(made, 'GET', path) };
}

const INITIAL = 'an-initial-access-token-of-these-tests.one~+/==';

const ROWS: readonly {
  readonly name: string;
  readonly status: number;
  readonly options?: object;
  readonly prepare: (made: WatchedApp) => Promise<Case>;
}[] = [
  { name: 'the token endpoint', status: 200, prepare: (made) => asClient(made, '/oauth/token') },
  { name: 'revocation', status: 200, prepare: (made) => asClient(made, '/oauth/revoke') },
  { name: 'introspection', status: 200, prepare: (made) => asClient(made, '/oauth/introspect') },
  { name: 'userinfo', status: 200, prepare: (made) => withToken(made, '/oauth/userinfo') },
  {
    name: 'a protected route',
    status: 200,
    async prepare(made) {
      made.app.get('/api', made.server.requireBearer({ resource: '/mcp' }), (_req, res) => {
        res.json({});
      });
      return withToken(made, '/api');
    },
  },
  {
    name: 'registration',
    status: 201,
    options: { registration: 'token', initialAccessTokens: [INITIAL] },
    prepare: async (made) => ({
      good: `Bearer ${INITIAL}`,
      ask: asking(made, 'POST', '/oauth/register', {
        headers: JSON_TYPE,
        body: JSON.stringify(METADATA),
      }),
    }),
  },
  {
    name: 'the configuration of a client',
    status: 200,
    async prepare(made) {
      const client = await registered(made.app);
      expect((await manage(made.app, 'get', client)).status).toBe(200);
      return {
        good: `Bearer ${client.registration_access_token}`,
        ask: asking(made, 'GET', `/oauth/register/${client.client_id}`),
      };
    },
  },
];

describe.each(ROWS)('two headers Authorization at $name', ({ status, options, prepare }) => {
  it('are refused in whichever order, and one of them is not', async () => {
    const made = createWatchedApp({ ...(options && { options }) });
    const { good, ask } = await prepare(made);
    const other = good.replace(/.{4}$/, 'AAAA');
    made.store.forget();
    for (const two of [
      [good, other],
      [other, good],
      [good, good],
    ]) {
      expectApiError(await ask(two), 400, 'invalid_request');
    }
    expect(made.store.writes).toEqual([]);
    expect((await ask(good)).status).toBe(status);
  });
});
