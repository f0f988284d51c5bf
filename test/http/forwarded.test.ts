import { afterEach, describe, expect, it } from '@jest/globals';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { authorizationQuery, createPkce, METADATA, redemption } from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { FORM_TYPE, JSON_TYPE, send, type Answer, type Sent } from './support/send.ts';

const TRUST = [undefined, 1, true] as const;

/** What a client, or a proxy on the way, may say about where a request came from. */
const FORWARDED: readonly Readonly<Record<string, string>>[] = [
  { 'X-Forwarded-For': '203.0.113.7' },
  { 'X-Forwarded-For': '203.0.113.7, 10.0.0.1, 192.168.0.1' },
  { 'X-Forwarded-For': '::ffff:203.0.113.7' },
  { 'X-Forwarded-For': '[2001:db8::1]:4711, 203.0.113.7:80' },
  { 'X-Forwarded-For': 'unknown' },
  { 'X-Forwarded-For': ', ,' },
  { 'X-Forwarded-For': '' },
  { 'X-Forwarded-For': '<script>alert(1)</script>' },
  { 'X-Forwarded-For': '999.999.999.999' },
  { 'X-Forwarded-For': Array.from({ length: 100 }, (_, i) => `10.0.0.${String(i)}`).join(', ') },
  { 'X-Forwarded-For': '__proto__, constructor' },
  { 'X-Forwarded-For': 'a'.repeat(8_000) },
  { 'X-Forwarded-Proto': 'http' },
  { 'X-Forwarded-Proto': 'http/https,https' },
  { 'X-Forwarded-Proto': 'javascript' },
  { 'X-Forwarded-Host': 'evil.example' },
  { 'X-Forwarded-Host': 'evil.example, auth.example.com' },
  { 'X-Forwarded-Host': '<script>evil.example</script>' },
  { 'X-Forwarded-Port': '8443', 'X-Forwarded-Prefix': '/evil', 'X-Forwarded-Server': 'evil' },
  { Forwarded: 'for=203.0.113.7;host=evil.example;proto=http' },
  { Forwarded: 'for="[2001:db8::1]:4711", for=unknown;by=_hidden;host="evil.example"' },
];

/** Every endpoint, with what it answers to a request that needs nothing. */
const REQUESTS: readonly { method: string; path: string; sent: Sent; status: number }[] = [
  { method: 'GET', path: '/.well-known/oauth-authorization-server', sent: {}, status: 200 },
  { method: 'GET', path: '/.well-known/oauth-protected-resource/mcp', sent: {}, status: 200 },
  { method: 'GET', path: '/oauth/jwks', sent: {}, status: 200 },
  {
    method: 'POST',
    path: '/oauth/register',
    sent: { headers: JSON_TYPE, body: JSON.stringify(METADATA) },
    status: 201,
  },
  {
    method: 'POST',
    path: '/oauth/token',
    sent: {
      headers: FORM_TYPE,
      body: new URLSearchParams(
        redemption('unknown', 'x', createPkce()) as Record<string, string>,
      ).toString(),
    },
    status: 401,
  },
  { method: 'GET', path: '/oauth/consent?request=unknown', sent: {}, status: 400 },
  { method: 'GET', path: '/mcp', sent: {}, status: 401 },
];

/** What may not change: all of an answer but ids, times and cookies. */
function essence({ status, headers, text }: Answer): object {
  const { location, vary } = headers;
  return {
    status,
    location: location?.replace(/request(=|%3D)[\w-]+/, 'request'),
    challenge: headers['www-authenticate'],
    cookie: headers['set-cookie']?.map((line) => line.replace(/=[^;]*/, '=')),
    vary,
    text: text
      .replace(
        /"(client_id|client_id_issued_at|registration_client_uri|registration_access_token)":("[^"]*"|\d+)/g,
        '"$1"',
      )
      .replace(/\b[A-Z]{4}-[A-Z]{4}\b/, 'reference'),
  };
}

describe.each(STORE_KINDS)('X-Forwarded-* ($kind)', (storeKind) => {
  let deployment: TestDeployment | undefined;

  afterEach(async () => {
    await deployment?.close();
    deployment = undefined;
  });

  it.each(TRUST)(
    'changes no answer and no address in one, with trust proxy %s (HTTP-18)',
    async (trust) => {
      deployment = createDeployment(storeKind);
      const { app, log } = deployment.start();
      if (trust !== undefined) app.set('trust proxy', trust);
      const { text } = await send(app, 'POST', '/oauth/register', {
        headers: JSON_TYPE,
        body: JSON.stringify(METADATA),
      });
      const { client_id } = JSON.parse(text) as { client_id: string };
      const authorize = `/oauth/authorize?${authorizationQuery(client_id, createPkce())}`;
      const requests = [
        ...REQUESTS,
        { method: 'GET', path: authorize, sent: {}, status: 302 },
        {
          method: 'GET',
          path: authorize,
          sent: { headers: { Cookie: 'person=alice' } },
          status: 302,
        },
      ];
      for (const { method, path, sent, status } of requests) {
        const plain = await send(app, method, path, sent);
        expect({ path, status: plain.status }).toEqual({ path, status });
        for (const forwarded of FORWARDED) {
          const headers = { ...sent.headers, ...forwarded };
          const answer = await send(app, method, path, { ...sent, headers });
          expect({ path, forwarded, ...essence(answer) }).toEqual({
            path,
            forwarded,
            ...essence(plain),
          });
        }
      }
      expect(log.at('error')).toEqual([]);
      // A host that believes its proxy has asked for the network that the proxy tells; nothing else of it.
      const said = log.text();
      const without = said.replace(/"network":"[0-9a-f.:]+"/g, '');
      expect(trust === undefined ? said : without).not.toMatch(/evil|203\.0\.113|script/);
    },
  );

  it.each(TRUST)('of 64 KB is refused by Node, with trust proxy %s (HTTP-18)', async (trust) => {
    deployment = createDeployment(storeKind);
    const { app } = deployment.start();
    if (trust !== undefined) app.set('trust proxy', trust);
    const headers = { 'X-Forwarded-For': '203.0.113.7, '.repeat(5_000) };
    expect((await send(app, 'GET', '/oauth/jwks', { headers })).status).toBe(431);
    expect((await send(app, 'GET', '/oauth/jwks')).status).toBe(200);
  });
});
