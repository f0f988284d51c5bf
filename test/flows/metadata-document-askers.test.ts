import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FETCH_LIMITS } from '../../lib/fetch-admission.ts';
import { from, statuses, times } from '../http/support/limits.ts';
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

const bearer = (token: string, address: string) => ({
  headers: { Authorization: `Bearer ${token}`, ...from(address) },
});

/** Who asks whether the client of a token is still there. */
const ASKING: { name: string; ask: Ask }[] = [
  {
    name: 'userinfo',
    ask: (app, token, address) => send(app, 'GET', '/oauth/userinfo', bearer(token, address)),
  },
  {
    name: 'a route with checkRevocation',
    ask: (app, token, address) => send(app, 'GET', '/checked', bearer(token, address)),
  },
  {
    name: 'an API at introspection',
    ask: (app, token, address) => {
      const Authorization = basic(`${API.id}:${API.secret}`);
      const headers = { ...FORM_TYPE, Authorization, ...from(address) };
      const body = new URLSearchParams({ token }).toString();
      return send(app, 'POST', '/oauth/introspect', { headers, body });
    },
  },
];

describe.each(STORE_KINDS)('whose fetch a metadata document is ($kind)', (kind) => {
  let deployment: TestDeployment;
  let first: TestApp;
  /** Of one client each, all documents of one host; one more than are fetched for one network. */
  let tokens: readonly string[];

  /** An instance that remembers nothing. */
  function start(): TestApp {
    const made = deployment.start({}, { outside: host.outside });
    const guard = made.server.requireBearer({ resource: '/mcp', checkRevocation: true });
    made.app.set('trust proxy', 1).get('/checked', guard, (_req, res) => {
      res.json('served');
    });
    return made;
  }

  async function tokenOf(id: string): Promise<string> {
    const pkce = createPkce();
    const where = { redirect_uri: APP_URI };
    const code = await obtainCode(first.app, id, pkce, {
      ...where,
      scope: 'openid offline_access',
    });
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
    const issued: string[] = [];
    for (let i = 0; i <= LIMIT; i += 1) {
      const more = { 'cache-control': 'max-age=1' };
      issued.push(await tokenOf(publish(host, `/asked/${String(i)}`, {}, more)));
    }
    tokens = issued;
    host.requests.length = 0;
  });
  afterEach(() => deployment.close());

  describe.each(ASKING)('$name', ({ ask }) => {
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

  it('is that of all whose address nobody knows, where the app asks by itself', async () => {
    const { app, server } = start();
    const verify = (token: string) => server.verifyAccessToken(token, { checkRevocation: true });
    for (const token of tokens.slice(0, LIMIT)) await verify(token);
    await expect(verify(tokens.at(-1)!)).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      status: 429,
    });
    expect(host.requests).toHaveLength(LIMIT);
    expect((await ASKING[0]!.ask(app, tokens.at(-1)!, SOME)).status).toBe(200);
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
