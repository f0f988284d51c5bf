import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest, { type Response } from 'supertest';
import type { JWK } from 'jose';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { ISSUER, type TestApp } from '../support/app.ts';
import {
  inHeader,
  issueCodeTo,
  refreshForm,
  tokenRequestAs,
  WEB_REDIRECT_URI,
  type Presented,
} from '../support/confidential.ts';
import type { Form, Tokens } from '../support/flow.ts';
import {
  asserted,
  assertionOf,
  newClientKey,
  registeredWithKeys,
  type ClientKey,
} from '../support/key-client.ts';
import { registered, registrationIn, update, type Registration } from '../support/management.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { errorOf } from './support/ask.ts';

const HOUR = 3600_000;
const KEY = await newClientKey();
const NEXT = await newClientKey();
const WITH_SECRET = {
  redirect_uris: [WEB_REDIRECT_URI],
  token_endpoint_auth_method: 'client_secret_basic',
};
const WITH_KEY = {
  redirect_uris: [WEB_REDIRECT_URI],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: { keys: [KEY.publicJwk] },
};
const PUBLIC = { redirect_uris: [WEB_REDIRECT_URI], token_endpoint_auth_method: 'none' };

describe.each(STORE_KINDS)('keys and secrets of clients ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let here: TestApp;
  let there: TestApp;

  beforeEach(() => {
    deployment = createDeployment(storeKind);
    [here, there] = [deployment.start(), deployment.start()];
  });
  afterEach(async () => {
    await deployment.close();
  });

  const signed = async (id: string, key: ClientKey = KEY, aud = ISSUER): Promise<Form> =>
    asserted(await assertionOf(key, id, { aud, now: deployment.clock.now }));

  const send = (at: TestApp, path: string, form: Form): Promise<Response> =>
    supertest(at.app)
      .post(path)
      .type('form')
      .send(form as Record<string, string>)
      .then((answer) => answer);

  async function tokensOf(
    { client_id }: Pick<Registration, 'client_id'>,
    as: Presented,
  ): Promise<Tokens & { readonly id_token: string }> {
    const { form } = await issueCodeTo(here.app, { client_id, client_secret: '' });
    const answer = await tokenRequestAs(here.app, as, form);
    if (answer.status !== 200) throw new Error(`no tokens: ${errorOf(answer)}`);
    return answer.body as Tokens & { readonly id_token: string };
  }
  const refresh = async (as: Presented, token: string | undefined): Promise<string> =>
    errorOf(await tokenRequestAs(there.app, as, refreshForm(token)));
  const secretOf = ({ client_id, client_secret = '' }: Registration): Presented =>
    inHeader({ client_id, client_secret });

  it('an assertion is good once at all endpoints together, whichever comes first (MEET-60)', async () => {
    const id = await registeredWithKeys(here.app, [KEY.publicJwk]);
    const { refresh_token } = await tokensOf({ client_id: id }, { form: await signed(id) });
    for (const aud of [ISSUER, `${ISSUER}/oauth/token`]) {
      const proof = await signed(id, KEY, aud);
      const pushed = await send(here, '/oauth/par', {
        ...proof,
        ...{ response_type: 'code', redirect_uri: WEB_REDIRECT_URI },
        ...{ code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' },
      });
      expect(pushed.status).toBe(201);
      expect(await refresh({ form: proof }, refresh_token)).toBe('401 invalid_client');
      for (const path of ['/oauth/introspect', '/oauth/revoke', '/oauth/par']) {
        const again = await send(there, path, { ...proof, token: refresh_token });
        expect([path, errorOf(again)]).toEqual([path, '401 invalid_client']);
      }
    }
    expect(await refresh({ form: await signed(id) }, refresh_token)).toBe('200');
  });

  it('what this server signs is no assertion of a client that names its keys (MEET-61)', async () => {
    const { body } = await supertest(here.app).get('/oauth/jwks');
    const { keys } = body as { keys: JWK[] };
    const jwks = { keys: [KEY.publicJwk, ...keys] };
    const client = await registered(here.app, { ...WITH_KEY, jwks });
    const { client_id } = client;
    const { access_token, id_token, refresh_token } = await tokensOf(client, {
      form: await signed(client_id),
    });
    for (const token of [access_token, id_token]) {
      for (const named of [{}, { client_id }]) {
        const form = { ...asserted(token), ...named };
        expect(await refresh({ form }, refresh_token)).toBe('401 invalid_client');
      }
    }
    expect(await refresh({ form: await signed(client_id) }, refresh_token)).toBe('200');
  });

  it('a secret ends where its client takes a key for it, the one before it too (MEET-62)', async () => {
    const first = await registered(here.app, WITH_SECRET);
    const { client_id } = first;
    const { refresh_token } = await tokensOf(first, secretOf(first));
    const second = registrationIn(await update(here.app, first, WITH_SECRET));
    for (const as of [first, second]) {
      expect(await refresh(secretOf(as), 'guess')).toBe('400 invalid_grant');
    }
    registrationIn(await update(here.app, second, WITH_KEY));
    for (const as of [first, second]) {
      expect(await refresh(secretOf(as), refresh_token)).toBe('401 invalid_client');
    }
    expect(await refresh({ form: { client_id } }, refresh_token)).toBe('401 invalid_client');
    expect(await refresh({ form: await signed(client_id) }, refresh_token)).toBe('200');
  });

  it('a key that was put away gets nothing in the grace window of what it fetched (MEET-63)', async () => {
    const client = await registered(here.app, WITH_KEY);
    const { client_id } = client;
    const prepared = await signed(client_id);
    const { refresh_token } = await tokensOf(client, { form: await signed(client_id) });
    expect(await refresh({ form: await signed(client_id) }, refresh_token)).toBe('200');
    registrationIn(
      await update(here.app, client, { ...WITH_KEY, jwks: { keys: [NEXT.publicJwk] } }),
    );
    for (const form of [prepared, await signed(client_id)]) {
      expect(await refresh({ form }, refresh_token)).toBe('401 invalid_client');
    }
    // Refused as nobody's, it counts as no reuse: the client goes on by its new key.
    expect(await refresh({ form: await signed(client_id, NEXT) }, refresh_token)).toBe('200');
  });

  it('a secret that has had its day is no reuse of the token that comes with it (MEET-64)', async () => {
    const first = await registered(here.app, WITH_SECRET);
    const { refresh_token: old } = await tokensOf(first, secretOf(first));
    const second = registrationIn(await update(here.app, first, WITH_SECRET));
    const answer = await tokenRequestAs(here.app, secretOf(first), refreshForm(old));
    const { refresh_token } = answer.body as Tokens;
    deployment.clock.advance(25 * HOUR);
    // Long after the grace window: by the right secret this would end the grant.
    expect(await refresh(secretOf(first), old)).toBe('401 invalid_client');
    expect(await refresh(secretOf(second), refresh_token)).toBe('200');
    expect(await refresh(secretOf(second), old)).toBe('400 invalid_grant');
  });

  it('a secret from before a client was public for a while opens nothing again (MEET-65)', async () => {
    const first = await registered(here.app, WITH_SECRET);
    const { client_id } = first;
    const { refresh_token } = await tokensOf(first, secretOf(first));
    const open = registrationIn(await update(here.app, first, PUBLIC));
    expect(open).not.toHaveProperty('client_secret');
    expect(await refresh(secretOf(first), refresh_token)).toBe('401 invalid_client');
    const again = registrationIn(await update(here.app, open, WITH_SECRET));
    expect(await refresh(secretOf(first), refresh_token)).toBe('401 invalid_client');
    expect(await refresh({ form: { client_id } }, refresh_token)).toBe('401 invalid_client');
    expect(await refresh(secretOf(again), refresh_token)).toBe('200');
  });
});
