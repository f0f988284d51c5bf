import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UnsecuredJWT } from 'jose';
import { ISSUER } from '../support/app.ts';
import {
  authorizationQuery,
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
  REDIRECT_URI,
  type Query,
} from '../support/flow.ts';
import { startCanary, type Canary } from './support/canary.ts';
import { errorOn, expectPage } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

const EVIL = 'https://evil.example/cb';
const OTHER = 'https://app.example.com/other';

/** A client with two redirect URIs, and both ways to ask. */
async function prepared(person?: string) {
  const { app, store } = createWatchedApp();
  const id = await registeredClientId(app, { redirect_uris: [REDIRECT_URI, OTHER] });
  store.forget();
  const ask = async (method: string, query: Query) => {
    const browser = new Browser(app, person);
    if (method === 'GET') return browser.authorize(id, createPkce(), query);
    const form = new URLSearchParams(authorizationQuery(id, createPkce(), query));
    return browser.post('/oauth/authorize', Object.fromEntries(form));
  };
  return { store, id, ask };
}

const WAYS = ['GET', 'POST'].flatMap((method) =>
  [undefined, 'alice'].map((person) => ({ method, person })),
);

describe('/oauth/authorize: a request that is somewhere else (AUTHZ-15)', () => {
  let canary: Canary;

  beforeEach(async () => {
    canary = await startCanary();
  });
  afterEach(() => {
    canary.close();
  });

  it.each(WAYS)('is refused and not fetched: $method, $person', async ({ method, person }) => {
    const { ask, store } = await prepared(person);
    const answer = await ask(method, { request_uri: `${canary.origin}/request.jwt` });
    expect(answer.status).toBe(303);
    expect(locationOf(answer).startsWith(`${REDIRECT_URI}?`)).toBe(true);
    expect(redirectParameters(answer)).toEqual({
      error: 'request_uri_not_supported',
      error_description: 'the parameter request_uri is not supported',
      state: 'xyz-state',
      iss: ISSUER,
    });
    expect(store.writes).toEqual([]);
    // Whoever set out before is there before.
    await fetch(`${canary.origin}/last`);
    expect(canary.visits).toEqual(['connection', '/last']);
  });

  it('is not fetched either for a client or an address that nobody knows', async () => {
    const { ask } = await prepared('alice');
    const request_uri = `${canary.origin}/request.jwt`;
    for (const query of [
      { client_id: 'x' },
      { client_id: canary.origin },
      { redirect_uri: EVIL },
    ]) {
      const answer = await ask('GET', { ...query, request_uri });
      expect(answer.status).toBe(400);
      expectPage(answer);
    }
    await fetch(`${canary.origin}/last`);
    expect(canary.visits).toEqual(['connection', '/last']);
  });
});

describe('/oauth/authorize: a request inside a request (AUTHZ-15)', () => {
  /** Signed by nobody: all that it says are the words of whoever sent it. */
  const requestObject = (client_id: string, redirect_uri: string): string =>
    new UnsecuredJWT({
      client_id,
      redirect_uri,
      response_type: 'code',
      scope: 'openid',
      state: 'other-state',
      code_challenge: createPkce().code_challenge,
      code_challenge_method: 'S256',
    })
      .setIssuer(client_id)
      .setAudience(ISSUER)
      .encode();

  it.each(WAYS.flatMap((way) => [EVIL, OTHER].map((inside) => ({ ...way, inside }))))(
    'is refused where the outer one says: $method, $person, $inside',
    async ({ method, person, inside }) => {
      const { ask, store, id } = await prepared(person);
      const answer = await ask(method, { request: requestObject(id, inside) });
      expect(answer.status).toBe(303);
      expect(locationOf(answer).startsWith(`${REDIRECT_URI}?`)).toBe(true);
      expect(redirectParameters(answer)).toEqual({
        error: 'request_not_supported',
        error_description: 'the parameter request is not supported',
        state: 'xyz-state',
        iss: ISSUER,
      });
      expect(store.writes).toEqual([]);
    },
  );

  it.each<{ outer: Query; error: string }>([
    { outer: { redirect_uri: undefined }, error: 'invalid_request' },
    { outer: { redirect_uri: EVIL }, error: 'invalid_request' },
    { outer: { client_id: undefined }, error: 'invalid_request' },
    { outer: { client_id: 'x' }, error: 'invalid_client' },
  ])('mends nothing of the outer one: $outer', async ({ outer, error }) => {
    const { ask, store, id } = await prepared('alice');
    const answer = await ask('GET', { ...outer, request: requestObject(id, OTHER) });
    expect({ status: answer.status, error: errorOn(answer.text) }).toEqual({ status: 400, error });
    expectPage(answer);
    expect(store.writes).toEqual([]);
  });
});
