import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FETCH_LIMITS } from '../../lib/fetch-admission.ts';
import { OAuthError } from '../../lib/protocol/errors.ts';
import { authorizeAs, from, guess, statuses, times, tokenAs } from '../http/support/limits.ts';
import { FORM_TYPE, send, type Answer } from '../http/support/send.ts';
import { APP_URI, DOCUMENT, publish } from '../http/support/document-app.ts';
import { NO_RATE_LIMITS, type TestApp } from '../support/app.ts';
import { basic } from '../support/confidential.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { startDocumentHost, type DocumentHost } from '../support/document-host.ts';
import { createPkce, obtainCode, redemption, tokenRequest } from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** As many documents of one host as are fetched for one network in a minute. */
const LIMIT = FETCH_LIMITS.documents.find(({ by }) => by === 'network and host')?.limit ?? 0;
const SOME = '203.0.113.7';
const OTHER = '198.51.100.7';
const API = { id: 'api', secret: 's'.repeat(32) };

let host: DocumentHost;
beforeAll(async () => {
  host = await startDocumentHost();
});
afterAll(() => host.close());

type Ask = (app: TestApp['app'], token: string, address: string) => Promise<Answer>;

interface Asking {
  readonly name: string;
  readonly ask: Ask;
}

const bearer = (token: string, address: string) => ({
  headers: { Authorization: `Bearer ${token}`, ...from(address) },
});

/** Asks whether the client of its own token is still there. */
const WITH_ITS_OWN: readonly Asking[] = [
  {
    name: 'userinfo',
    ask: (app, token, address) => send(app, 'GET', '/oauth/userinfo', bearer(token, address)),
  },
  {
    name: 'a route with checkRevocation',
    ask: (app, token, address) => send(app, 'GET', '/checked', bearer(token, address)),
  },
];

/** Asks the same of a token that somebody has shown to it. */
const WITH_THAT_OF_OTHERS: readonly Asking[] = [
  {
    name: 'an API at introspection',
    ask: (app, token, address) => {
      const Authorization = basic(`${API.id}:${API.secret}`);
      const headers = { ...FORM_TYPE, Authorization, ...from(address) };
      const body = new URLSearchParams({ token }).toString();
      return send(app, 'POST', '/oauth/introspect', { headers, body });
    },
  },
  {
    name: 'the app itself, by verifyAccessToken',
    ask: (app, token, address) => send(app, 'GET', '/verified', bearer(token, address)),
  },
];

const EVERYBODY = [...WITH_ITS_OWN, ...WITH_THAT_OF_OTHERS];

describe.each(STORE_KINDS)('whose fetch a metadata document is ($kind)', (kind) => {
  let deployment: TestDeployment;
  let first: TestApp;
  /** All documents of one host; one more than are fetched for one network. */
  let ids: readonly string[];
  /** Of alice, one of each client. */
  let tokens: readonly string[];

  /** An instance that remembers nothing. */
  function start(): TestApp {
    const made = deployment.start({}, { outside: host.outside });
    const { app, server } = made;
    const guard = server.requireBearer({ resource: '/mcp', checkRevocation: true });
    app.set('trust proxy', 1).get('/checked', guard, (_req, res) => {
      res.json('served');
    });
    app.get('/verified', async (req, res) => {
      const token = req.headers.authorization?.replace('Bearer ', '') ?? '';
      try {
        await server.verifyAccessToken(token, { checkRevocation: true });
        res.json('served');
      } catch (error) {
        if (!(error instanceof OAuthError)) throw error;
        res.status(error.status).json(error.toJSON());
      }
    });
    return made;
  }

  async function tokenOf(id: string, person: string): Promise<string> {
    const pkce = createPkce();
    const where = { redirect_uri: APP_URI };
    const asked = { ...where, scope: 'openid offline_access' };
    const code = await obtainCode(first.app, id, pkce, asked, person);
    const { body } = await tokenRequest(first.app, redemption(id, code, pkce, where));
    return (body as { access_token: string }).access_token;
  }

  beforeEach(async () => {
    deployment = createDeployment(kind, {
      clientIdMetadataDocuments: true,
      resourceServers: [API],
      // Who logs in here is not counted: they come from no proxy.
      rateLimits: { ...NO_RATE_LIMITS, exempt: ['127.0.0.0/8', '::1/128'] },
    });
    first = start();
    const more = { 'cache-control': 'max-age=1' };
    ids = Array.from({ length: LIMIT + 1 }, (_, i) =>
      publish(host, `/asked/${String(i)}`, {}, more),
    );
    const issued: string[] = [];
    for (const id of ids) issued.push(await tokenOf(id, 'alice'));
    tokens = issued;
    host.requests.length = 0;
  });
  afterEach(() => deployment.close());

  describe.each(WITH_ITS_OWN)('$name', ({ ask }) => {
    it('has what it makes the server fetch counted for its network', async () => {
      const { app } = start();
      const answers = await times(tokens.length, (i) => ask(app, tokens[i]!, SOME));
      expect(statuses(answers)).toEqual([...Array(LIMIT).fill(200), 429]);
      const refused = answers.at(-1);
      expect(refused?.body).toMatchObject({ error: 'temporarily_unavailable' });
      expect(refused?.headers).toHaveProperty('retry-after');
      // A client that is challenged would drop its token.
      expect(refused?.headers).not.toHaveProperty('www-authenticate');
      expect(host.requests).toHaveLength(LIMIT);
      expect((await ask(app, tokens.at(-1)!, OTHER)).status).toBe(200);
    });
  });

  describe.each(WITH_THAT_OF_OTHERS)('$name', ({ ask }) => {
    it.each([
      { whence: 'wherever it asks from', address: (i: number) => `203.0.113.${String(i)}` },
      { whence: 'also from a network that is exempt', address: () => '127.0.0.9' },
    ])('has what is fetched counted for the person of the token, $whence', async ({ address }) => {
      const bobs = await tokenOf(ids.at(-1)!, 'bob');
      const { app } = start();
      host.requests.length = 0;
      const answers = await times(tokens.length, (i) => ask(app, tokens[i]!, address(i)));
      expect(statuses(answers)).toEqual([...Array(LIMIT).fill(200), 429]);
      expect(answers.at(-1)?.body).toMatchObject({ error: 'temporarily_unavailable' });
      expect(host.requests).toHaveLength(LIMIT);
      expect((await ask(app, bobs, address(0))).status).toBe(200);
      expect(host.requests).toHaveLength(LIMIT + 1);
    });
  });

  describe.each(EVERYBODY)('$name', ({ ask }) => {
    it('is answered with an old copy where that is one too many', async () => {
      deployment.clock.advance(2 * MINUTE);
      const answers = await times(tokens.length, (i) => ask(first.app, tokens[i]!, SOME));
      expect(statuses(answers)).toEqual(tokens.map(() => 200));
      expect(host.requests).toHaveLength(LIMIT);
    });

    it('is counted once for what it asks many times at once', async () => {
      const { app } = start();
      const together = Array.from({ length: 20 }, () => ask(app, tokens[0]!, SOME));
      expect(new Set(statuses(await Promise.all(together)))).toEqual(new Set([200]));
      const answers = await times(LIMIT, (i) => ask(app, tokens[i + 1]!, SOME));
      expect(statuses(answers)).toEqual([...Array(LIMIT - 1).fill(200), 429]);
    });
  });

  describe('of a client that it remembers, when the network has used up its own', () => {
    /** Nothing that is remembered is fresh, and there is nothing left for SOME. */
    async function exhausted(): Promise<TestApp['app']> {
      const { app } = first;
      deployment.clock.advance(2 * MINUTE);
      const { ask } = WITH_ITS_OWN[0]!;
      await times(LIMIT, (i) => ask(app, tokens[i]!, SOME));
      expect(host.requests).toHaveLength(LIMIT);
      return app;
    }

    it('refuses a login that begins, which is to show what the client says now', async () => {
      const app = await exhausted();
      const begin = (address: string) =>
        authorizeAs(app, ids.at(-1)!, from(address), { redirect_uri: APP_URI });
      const refused = await begin(SOME);
      expect([refused.status, refused.headers['retry-after']]).toEqual([429, expect.any(String)]);
      expect(host.requests).toHaveLength(LIMIT);
      expect((await begin(OTHER)).status).toBe(302);
    });

    it('goes on with the old copy at the token endpoint', async () => {
      const app = await exhausted();
      const { status, body } = await tokenAs(app, guess(ids.at(-1)!), from(SOME));
      expect([status, body]).toMatchObject([400, { error: 'invalid_grant' }]);
      expect(host.requests).toHaveLength(LIMIT);
    });
  });

  describe("is nobody's where nothing would come of it", () => {
    const OVER: { name: string; end: (id: string) => Promise<unknown> }[] = [
      { name: 'the grant is revoked', end: () => first.server.grants.revoke({ subject: 'alice' }) },
      { name: 'the client is blocked', end: (id) => first.server.clients.block(id) },
      {
        name: 'the client was blocked meanwhile',
        end: async (id) => {
          await first.server.clients.block(id);
          await first.server.clients.unblock(id);
        },
      },
    ];

    it.each(OVER)('for a token, when $name', async ({ end }) => {
      await end(ids[0]!);
      const { app } = start();
      for (const { ask } of WITH_ITS_OWN)
        expect((await ask(app, tokens[0]!, SOME)).status).toBe(401);
      const [introspected, verified] = await times(2, (i) =>
        WITH_THAT_OF_OTHERS[i]!.ask(app, tokens[0]!, SOME),
      );
      expect(introspected).toMatchObject({ status: 200, body: { active: false } });
      expect(verified?.status).toBe(401);
      expect(host.requests).toEqual([]);
    });

    it('for a client that is blocked, whatever it wants to begin or to go on with', async () => {
      const [id = ''] = ids;
      await first.server.clients.block(id);
      const { app } = start();
      expect((await authorizeAs(app, id, from(SOME))).status).toBe(400);
      expect((await tokenAs(app, guess(id), from(SOME))).status).toBe(401);
      expect(host.requests).toEqual([]);
    });
  });

  it("is nobody's for the list of a person's grants: what is not remembered has no name there", async () => {
    const named = async ({ server }: TestApp) =>
      (await server.grants.list({ subject: 'alice' })).map(({ clientName }) => clientName);
    expect(await named(first)).toEqual(tokens.map(() => DOCUMENT.client_name));
    expect(await named(start())).toEqual(tokens.map(() => undefined));
    deployment.clock.advance(2 * HOUR);
    expect(await named(first)).toEqual(tokens.map(() => DOCUMENT.client_name));
    expect(host.requests).toEqual([]);
  });
});
