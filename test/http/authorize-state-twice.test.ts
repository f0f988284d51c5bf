import { describe, expect, it } from '@jest/globals';
import { ISSUER } from '../support/app.ts';
import {
  authorizationQuery,
  createPkce,
  registeredClientId,
  REDIRECT_URI,
} from '../support/flow.ts';
import { errorOn, expectPage, returnLink } from './support/expect.ts';
import { FORM_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

/** What a client is told of a request whose state nobody can know. */
const TOLD = {
  error: 'invalid_request',
  error_description: 'the parameter state was given more than once',
  iss: ISSUER,
};

const SAID = ['GET', 'POST'].flatMap((method) =>
  [
    ['one', 'two'],
    ['one', 'one'],
    ['one', 'one', 'one'],
  ].map((state) => ({ method, state })),
);

async function ask(method: string, redirect_uri: string, state: readonly string[]) {
  const { app, store } = createWatchedApp();
  const id = await registeredClientId(app, { redirect_uris: [redirect_uri] });
  store.forget();
  const query = authorizationQuery(id, createPkce(), { redirect_uri, state });
  const answer =
    method === 'GET'
      ? await send(app, method, `/oauth/authorize?${query}`)
      : await send(app, method, '/oauth/authorize', { headers: FORM_TYPE, body: query });
  return { answer, writes: store.writes };
}

describe('/oauth/authorize: a state that is said more than once, the same or not (AUTHZ-03)', () => {
  it.each(SAID)('does not come back by redirect: $method, $state', async ({ method, state }) => {
    const { answer, writes } = await ask(method, REDIRECT_URI, state);
    const { location = '' } = answer.headers;
    expect(answer.status).toBe(303);
    expect(location.startsWith(`${REDIRECT_URI}?`)).toBe(true);
    expect([...new URL(location).searchParams]).toEqual(Object.entries(TOLD));
    expect(writes).toEqual([]);
  });

  it.each(SAID)('does not come back by the page: $method, $state', async ({ method, state }) => {
    const { answer, writes } = await ask(method, 'https://app.example.com/cb', state);
    expect({ status: answer.status, error: errorOn(answer.text) }).toEqual({
      status: 400,
      error: 'invalid_request',
    });
    expectPage(answer);
    const { searchParams } = new URL(returnLink(answer.text)?.href ?? '');
    expect([...searchParams]).toEqual(Object.entries(TOLD));
    expect(writes).toEqual([]);
  });

  it.each(['GET', 'POST'])('is said once when the other is empty: %s', async (method) => {
    const { answer } = await ask(method, REDIRECT_URI, ['', 'one']);
    expect(answer.headers.location).toMatch(/^\/login\?/);
  });
});
