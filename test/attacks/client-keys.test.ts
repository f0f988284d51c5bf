import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import supertest from 'supertest';
import { expectApiError } from '../http/support/expect.ts';
import { createTestApp, ISSUER, type TestApp } from '../support/app.ts';
import {
  inBody,
  inHeader,
  INVALID_CLIENT,
  tokenRequestAs,
  WEB_REDIRECT_URI,
} from '../support/confidential.ts';
import { authorizationQuery, createPkce, tokenRequest } from '../support/flow.ts';
import { asserted, assertionOf, newClientKey, type ClientKey } from '../support/key-client.ts';
import { manage, registered, registrationIn, update } from '../support/management.ts';

const FIRST = await newClientKey();
const SECOND = await newClientKey();
/** A refusal that only a client gets which has proven who it is. */
const PROVEN = 'invalid_grant';

const GUESS = { grant_type: 'refresh_token', refresh_token: 'guessed' };
const withKey = (...keys: readonly ClientKey[]): object => ({
  redirect_uris: [WEB_REDIRECT_URI],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: { keys: keys.map(({ publicJwk }) => publicJwk) },
});
const withSecret = {
  redirect_uris: [WEB_REDIRECT_URI],
  token_endpoint_auth_method: 'client_secret_basic',
};

let made: TestApp;
let app: Express;

beforeEach(() => {
  made = createTestApp();
  ({ app } = made);
});

const signed = (key: ClientKey, client_id: string): Promise<string> =>
  assertionOf(key, client_id, { aud: ISSUER, now: made.clock.now });

async function answerTo(client_assertion: string): Promise<string> {
  const { status, body } = await tokenRequest(app, { ...GUESS, ...asserted(client_assertion) });
  if (status === 401) expect(body).toEqual(INVALID_CLIENT);
  return (body as { error: string }).error;
}

describe('an assertion that somebody has overheard', () => {
  it('is not new again when the client changes its keys and changes them back (MEET-11)', async () => {
    let client = await registered(app, withKey(FIRST));
    const overheard = await signed(FIRST, client.client_id);
    expect(await answerTo(overheard)).toBe(PROVEN);
    client = registrationIn(await update(app, client, withKey(SECOND)));
    expect(await answerTo(overheard)).toBe('invalid_client');
    expect(await answerTo(await signed(SECOND, client.client_id))).toBe(PROVEN);
    client = registrationIn(await update(app, client, withKey(SECOND, FIRST)));
    expect(await answerTo(overheard)).toBe('invalid_client');
    expect(await answerTo(await signed(FIRST, client.client_id))).toBe(PROVEN);
  });

  it('is not new again for a client that was deleted and is imported with its id and its keys (MEET-12)', async () => {
    const client = await registered(app, withKey(FIRST));
    const overheard = await signed(FIRST, client.client_id);
    expect(await answerTo(overheard)).toBe(PROVEN);
    expect((await manage(app, 'delete', client)).status).toBe(204);
    const record = { client_id: client.client_id, ...withKey(FIRST) };
    expect(await made.server.clients.import(record)).toMatchObject({ outcome: 'imported' });
    expect(await answerTo(overheard)).toBe('invalid_client');
    expect(await answerTo(await signed(FIRST, client.client_id))).toBe(PROVEN);
  });

  it('is used up at one endpoint for all of them (MEET-13)', async () => {
    const { client_id } = await registered(app, withKey(FIRST));
    const overheard = await signed(FIRST, client_id);
    const query = authorizationQuery(client_id, createPkce(), { redirect_uri: WEB_REDIRECT_URI });
    const pushed = await supertest(app)
      .post('/oauth/par')
      .type('form')
      .send(`${query}&${new URLSearchParams(asserted(overheard) as never).toString()}`);
    expect(pushed.status).toBe(201);
    for (const endpoint of ['token', 'introspect', 'revoke', 'par']) {
      const answer = await supertest(app)
        .post(`/oauth/${endpoint}`)
        .type('form')
        .send({ ...GUESS, token: 'guessed', ...asserted(overheard) });
      expectApiError(answer, 401, 'invalid_client');
    }
  });
});

describe('a client that changes how it proves who it is', () => {
  it('is known by nothing that it had before, from the answer on (MEET-14)', async () => {
    let client = await registered(app, withKey(FIRST));
    const { client_id } = client;
    const unused = await signed(FIRST, client_id);
    client = registrationIn(await update(app, client, withSecret));
    const { client_secret = '' } = client;
    expect(await answerTo(unused)).toBe('invalid_client');
    const own = await tokenRequestAs(app, inHeader({ client_id, client_secret }), GUESS);
    expectApiError(own, 400, PROVEN);

    client = registrationIn(await update(app, client, withKey(SECOND)));
    expect(client).not.toHaveProperty('client_secret');
    for (const present of [inHeader, inBody]) {
      const answer = await tokenRequestAs(app, present({ client_id, client_secret }), GUESS);
      expectApiError(answer, 401, 'invalid_client');
    }
    // Nor does it say anything beside a good assertion: two ways at once are none.
    const both = await tokenRequest(app, {
      ...{ ...GUESS, client_id, client_secret },
      ...asserted(await signed(SECOND, client_id)),
    });
    expect(both.status).toBe(400);
    expect(both.body).toHaveProperty('error', 'invalid_request');
  });

  it('does not get its secret of before back when it goes back to having one (MEET-15)', async () => {
    let client = await registered(app, withSecret);
    const { client_id } = client;
    const secrets = [client.client_secret ?? ''];
    for (const metadata of [withKey(FIRST), withSecret, { redirect_uris: [WEB_REDIRECT_URI] }]) {
      client = registrationIn(await update(app, client, metadata));
      if (client.client_secret !== undefined) secrets.push(client.client_secret);
    }
    client = registrationIn(await update(app, client, withSecret));
    const { client_secret: last = '' } = client;
    expect(new Set([...secrets, last]).size).toBe(3);
    const fates = [...secrets, last].map(async (client_secret) => {
      const answer = await tokenRequestAs(app, inHeader({ client_id, client_secret }), GUESS);
      return (answer.body as { error: string }).error;
    });
    // The overlap of a day is for a secret that is followed by another, not for one that ended.
    expect(await Promise.all(fates)).toEqual(['invalid_client', 'invalid_client', PROVEN]);
  });
});
