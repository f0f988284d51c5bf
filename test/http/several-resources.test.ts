import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Express } from 'express';
import { createTestApp, ISSUER, type TestApp } from '../support/app.ts';
import {
  Browser,
  createPkce,
  obtainCode,
  redemption,
  redirectParameters,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Pkce,
  type Query,
  type Tokens,
} from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { send, type Answer } from './support/send.ts';

const ELSEWHERE = 'https://api.example.com/v1';
const PRM = '/.well-known/oauth-protected-resource';
const SCOPE = 'openid offline_access';

/** Each route, the resource that it protects, and where that is described. */
const APIS = [
  { route: '/mcp', resource: `${ISSUER}/mcp`, metadata: `${ISSUER}${PRM}/mcp` },
  { route: '/reports', resource: `${ISSUER}/reports`, metadata: `${ISSUER}${PRM}/reports` },
  {
    route: '/elsewhere',
    resource: ELSEWHERE,
    metadata: `https://api.example.com${PRM}/v1`,
  },
] as const;

/** `/mcp` and `/reports` are named where they are mounted, the others in the options. */
function createApis(): TestApp {
  const made = createTestApp({ options: { resources: [ELSEWHERE, '/only-in-options'] } });
  for (const { route, resource } of APIS.slice(1)) {
    const named = resource.startsWith(ISSUER) ? route : resource;
    made.app.get(route, made.server.requireBearer({ resource: named }), (_req, res) => {
      res.json(route);
    });
  }
  return made;
}

let made: TestApp;
let app: Express;
let client_id: string;
let pkce: Pkce;

beforeEach(async () => {
  made = createApis();
  ({ app } = made);
  client_id = await registeredClientId(app);
  pkce = createPkce();
});

async function tokensFor(resource: string): Promise<Tokens> {
  const code = await obtainCode(app, client_id, pkce, { scope: SCOPE, resource });
  return (await tokenRequest(app, redemption(client_id, code, pkce))).body as Tokens;
}

function call(route: string, token: string): Promise<Answer> {
  return send(app, 'GET', route, { headers: { Authorization: `Bearer ${token}` } });
}

describe('several resources, from the options and where they are mounted (RFC 8707)', () => {
  describe.each(APIS)('a token for $resource', ({ route, resource }) => {
    it('is for that one alone, and good there', async () => {
      const { access_token } = await tokensFor(resource);
      expect(decodeJwt(access_token).aud).toBe(resource);
      expect((await call(route, access_token)).status).toBe(200);
    });

    it('is refused at each of the others, which say where they are described (RFC 9728 §5.1)', async () => {
      const { access_token } = await tokensFor(resource);
      const others = APIS.filter((api) => api.route !== route);
      expect(others).toHaveLength(2);
      for (const { route: other, metadata } of others) {
        const answer = await call(other, access_token);
        expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
        const challenge = answer.headers['www-authenticate'];
        expect(challenge).toMatch(/^Bearer error="invalid_token", /);
        expect(challenge).toContain(`resource_metadata="${metadata}"`);
      }
    });

    it('stays for that one when it is refreshed, named or not', async () => {
      let { refresh_token } = await tokensFor(resource);
      for (const named of [undefined, resource]) {
        const refreshed = await refreshRequest(app, client_id, refresh_token, { resource: named });
        expect(refreshed.status).toBe(200);
        const tokens = refreshed.body as Tokens;
        expect(decodeJwt(tokens.access_token).aud).toBe(resource);
        expect((await call(route, tokens.access_token)).status).toBe(200);
        ({ refresh_token } = tokens);
      }
    });

    it('is verified for transports that no middleware reaches', async () => {
      const { access_token } = await tokensFor(resource);
      const { resource: verified } = await made.server.verifyAccessToken(access_token);
      expect(String(verified)).toBe(resource);
    });
  });

  it('gives tokens for one that only the options name, and none of the routes takes them', async () => {
    const { access_token } = await tokensFor(`${ISSUER}/only-in-options`);
    expect(decodeJwt(access_token).aud).toBe(`${ISSUER}/only-in-options`);
    for (const { route } of APIS) {
      const answer = await call(route, access_token);
      expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    }
  });
});

describe('several resources: the authorization request', () => {
  it.each<{ name: string; query: Query }>([
    { name: 'names none', query: {} },
    { name: 'names none with an empty value', query: { resource: '' } },
    { name: 'names one that is not here', query: { resource: `${ISSUER}/other` } },
    { name: 'names the issuer, which is none of them', query: { resource: ISSUER } },
    { name: 'names a path', query: { resource: '/mcp' } },
    { name: 'names one with a fragment', query: { resource: `${ISSUER}/mcp#x` } },
    { name: 'names one in other letters', query: { resource: `${ISSUER}/MCP` } },
    { name: 'names what is below one', query: { resource: `${ISSUER}/mcp/x` } },
    { name: 'names the document about one', query: { resource: `${ISSUER}${PRM}/mcp` } },
    {
      name: 'names one of two that is not here',
      query: { resource: [APIS[0].resource, `${ISSUER}/x`] },
    },
  ])('that $name is invalid_target', async ({ query }) => {
    const answer = await new Browser(app, 'alice').authorize(client_id, pkce, query);
    expect(answer.status).toBe(303);
    expect(redirectParameters(answer)).toEqual({
      error: 'invalid_target',
      error_description: expect.any(String),
      state: 'xyz-state',
      iss: ISSUER,
    });
  });

  it.each([
    { spelled: `${ISSUER}/reports/`, aud: `${ISSUER}/reports` },
    { spelled: 'https://AUTH.EXAMPLE.com:443/reports', aud: `${ISSUER}/reports` },
    { spelled: 'HTTPS://api.example.com/v1/', aud: ELSEWHERE },
    { spelled: 'https://api.example.com:443/v1', aud: ELSEWHERE },
  ])('that spells one $spelled gets a token for $aud', async ({ spelled, aud }) => {
    const { access_token } = await tokensFor(spelled);
    expect(decodeJwt(access_token).aud).toBe(aud);
  });
});

describe('several resources: the token request', () => {
  const GRANTED = `${ISSUER}/reports`;

  it.each([`${ISSUER}/mcp`, ELSEWHERE, ISSUER, '/reports', `${GRANTED}#x`])(
    'for a code that names %s instead of the one that was granted is invalid_target, and the code stays good',
    async (resource) => {
      const code = await obtainCode(app, client_id, pkce, { resource: GRANTED });
      const form = redemption(client_id, code, pkce);
      expectApiError(await tokenRequest(app, { ...form, resource }), 400, 'invalid_target');
      const { status, body } = await tokenRequest(app, form);
      expect(status).toBe(200);
      expect(decodeJwt((body as Tokens).access_token).aud).toBe(GRANTED);
    },
  );

  it.each([`${ISSUER}/mcp`, ELSEWHERE, ISSUER, '/reports', `${GRANTED}#x`])(
    'for a refresh that names %s is invalid_target, and the refresh token stays good',
    async (resource) => {
      const { refresh_token } = await tokensFor(GRANTED);
      const refused = await refreshRequest(app, client_id, refresh_token, { resource });
      expectApiError(refused, 400, 'invalid_target');
      const { status, body } = await refreshRequest(app, client_id, refresh_token);
      expect(status).toBe(200);
      expect(decodeJwt((body as Tokens).access_token).aud).toBe(GRANTED);
    },
  );

  it.each([
    `${GRANTED}/`,
    'https://AUTH.example.com:443/reports',
    'HTTPS://auth.example.com/reports',
  ])('may spell it %s', async (resource) => {
    const code = await obtainCode(app, client_id, pkce, { scope: SCOPE, resource: GRANTED });
    const form = redemption(client_id, code, pkce, { resource });
    const redeemed = (await tokenRequest(app, form)).body as Tokens;
    expect(decodeJwt(redeemed.access_token).aud).toBe(GRANTED);
    const { refresh_token } = redeemed;
    const refreshed = await refreshRequest(app, client_id, refresh_token, { resource });
    expect(decodeJwt((refreshed.body as Tokens).access_token).aud).toBe(GRANTED);
  });
});

describe('several resources: the documents about them (RFC 9728 §3)', () => {
  it.each([...APIS.map(({ resource }) => resource), `${ISSUER}/only-in-options`])(
    '%s is described at its own place',
    async (resource) => {
      const answer = await send(app, 'GET', `${PRM}${new URL(resource).pathname}`);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        resource,
        authorization_servers: [ISSUER],
        scopes_supported: ['openid', 'profile', 'email'],
        bearer_methods_supported: ['header'],
      });
    },
  );

  it.each(APIS)('the challenge of $route leads there', async ({ route, metadata }) => {
    const answer = await send(app, 'GET', route);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(`Bearer resource_metadata="${metadata}"`);
  });

  it('the bare place stands for none of them', async () => {
    expect((await send(app, 'GET', PRM)).status).toBe(404);
  });
});
