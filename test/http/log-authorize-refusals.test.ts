import { describe, expect, it } from '@jest/globals';
import { Browser, createPkce, registeredClientId, type Query } from '../support/flow.ts';
import { referenceOn } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

const WEB = 'https://app.example.com/cb';
const LOOPBACK = 'http://127.0.0.1/cb';

/** The one line of a refusal, without its message. */
async function lineOf(query: Query, redirect_uri = WEB, person?: string): Promise<unknown> {
  const { app, log } = createWatchedApp();
  const id = await registeredClientId(app, { redirect_uris: [redirect_uri] });
  const before = log.entries.length;
  const asked = { redirect_uri, ...query };
  const { text } = await new Browser(app, person).authorize(id, createPkce(), asked);
  const [line, ...more] = log.entries.slice(before);
  expect(more).toEqual([]);
  expect(line).toMatchObject({ level: 'debug', message: 'request refused' });
  const { client_id, reference, ...fields } = line?.fields ?? {};
  // What a page gives to the person is what leads to this line.
  expect(reference).toBe(referenceOn(text));
  return { ...fields, isNamed: client_id === id };
}

const PKCE = {
  path: '/oauth/authorize',
  error: 'invalid_request',
  reason: 'PKCE is required: code_challenge is missing',
};

describe('/oauth/authorize: what is refused is in the log once (LOG-06)', () => {
  it.each([
    { name: 'on a page with the way back', redirect_uri: WEB, person: undefined, status: 400 },
    { name: 'by redirect, for a person', redirect_uri: WEB, person: 'alice', status: 303 },
    { name: 'by redirect to loopback', redirect_uri: LOOPBACK, person: undefined, status: 303 },
  ])('with the client, once it is found: $name', async ({ redirect_uri, person, status }) => {
    const line = await lineOf({ code_challenge: undefined }, redirect_uri, person);
    expect(line).toEqual({ ...PKCE, status, isNamed: true });
  });

  it('with the client, also when the redirect URI is none of its own', async () => {
    const reason = 'redirect_uri is not registered for this client';
    const line = await lineOf({ redirect_uri: 'https://evil.example/cb' });
    const miss = {
      registered: WEB,
      asked: 'https://evil.example/cb',
      differs: ['the host is another'],
    };
    expect(line).toEqual({ ...PKCE, ...miss, reason, status: 400, isNamed: true });
  });

  it('without a client that nobody knows: its id may be anything', async () => {
    expect(await lineOf({ client_id: 'a-secret-in-its-place' })).toEqual({
      path: '/oauth/authorize',
      status: 400,
      error: 'invalid_client',
      reason: 'the client is not known',
      isNamed: false,
    });
  });
});
