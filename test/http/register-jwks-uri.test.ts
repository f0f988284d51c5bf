import { createHook } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { obtainTokens, refreshRequest, register } from '../support/flow.ts';
import { startCanary, type Canary } from './support/canary.ts';
import { expectApiError } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

let canary: Canary;
let port: string;

beforeAll(async () => {
  canary = await startCanary();
  ({ port } = new URL(canary.origin));
});
afterAll(() => {
  canary.close();
});

/** How many host names are looked up while something is done, by any means there is. */
async function lookupsDuring(run: () => Promise<unknown>): Promise<number> {
  let lookups = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === 'GETADDRINFOREQWRAP') lookups += 1;
    },
  }).enable();
  try {
    await run();
  } finally {
    hook.disable();
  }
  return lookups;
}

const WEB = 'jwks_uri must be an http or https URL';
const PUBLIC = 'jwks_uri must be an https URL with a public host';

describe('POST /oauth/register: jwks_uri', () => {
  it.each([
    { uri: 'http://127.0.0.1:PORT/jwks.json', reason: PUBLIC },
    { uri: 'https://127.0.0.1:PORT/jwks.json', reason: PUBLIC },
    { uri: 'http://localhost:PORT/jwks.json', reason: PUBLIC },
    { uri: 'https://localhost:PORT/jwks.json', reason: PUBLIC },
    { uri: 'https://2130706433:PORT/jwks.json', reason: PUBLIC },
    { uri: 'http://[::1]:PORT/jwks.json', reason: PUBLIC },
    { uri: 'https://[::ffff:127.0.0.1]:PORT/jwks.json', reason: PUBLIC },
    { uri: 'https://[::7f00:1]:PORT/jwks.json', reason: PUBLIC },
    { uri: 'https://[::127.0.0.1]:PORT/jwks.json', reason: PUBLIC },
    { uri: 'https://[::a00:1]/jwks.json', reason: PUBLIC },
    { uri: 'https://[::2]/jwks.json', reason: PUBLIC },
    { uri: 'https://[64:ff9b::7f00:1]:PORT/jwks.json', reason: PUBLIC },
    { uri: 'https://[1fff::1]/jwks.json', reason: PUBLIC },
    { uri: 'https://[4000::1]/jwks.json', reason: PUBLIC },
    { uri: 'http://127.0.0.1:1/', reason: PUBLIC },
    { uri: 'https://169.254.169.254/latest/meta-data/', reason: PUBLIC },
    { uri: 'http://metadata.google.internal/', reason: PUBLIC },
    { uri: 'https://alice:pw@app.example.com/jwks.json', reason: PUBLIC },
    { uri: 'https://app.example.com/jwks.json#x', reason: PUBLIC },
    { uri: 'https://app.example.com./jwks.json', reason: PUBLIC },
    { uri: 'file:///etc/passwd', reason: WEB },
    { uri: 'gopher://127.0.0.1:PORT/_FLUSHALL', reason: WEB },
  ])('is refused unseen, with the same words whoever listens: $uri (REG-21)', async (given) => {
    const { app, store } = createWatchedApp();
    const answer = await register(app, { jwks_uri: given.uri.replace('PORT', port) });
    expectApiError(answer, 400, 'invalid_client_metadata');
    expect(answer.body).toHaveProperty('error_description', given.reason);
    expect(store.writes).toEqual([]);
    expect(canary.visits).toEqual([]);
  });

  it('may have a public IPv6 address', async () => {
    const metadata = { jwks_uri: 'https://[2606:4700:4700::1111]/jwks.json' };
    const { status, body } = await register(createWatchedApp().app, metadata);
    expect({ status, body }).toMatchObject({ status: 201, body: metadata });
  });

  it('is kept and never fetched, from the registration to the last refresh (REG-21)', async () => {
    const { app, store } = createWatchedApp();
    const metadata = {
      jwks_uri: 'https://keys.example.com/jwks.json',
      logo_uri: 'https://keys.example.com/logo.png',
      client_uri: 'https://keys.example.com/',
      'logo_uri#ja': 'https://keys.example.com/ja.png',
    };
    const { body } = await register(app, metadata);
    expect(body).toMatchObject(metadata);
    const { client_id: id } = body as { client_id: string };
    expect((await store.clients.find(id))?.metadata.jwks_uri).toBe(metadata.jwks_uri);

    const lookups = await lookupsDuring(async () => {
      const { client_id, refresh_token } = await obtainTokens(app, 'offline_access', metadata);
      const assertion = {
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: 'eyJhbGciOiJFUzI1NiJ9.e30.AQAB',
      };
      // Without `private_key_jwt` the keys are nothing to authenticate with, whatever is signed.
      const asserted = await refreshRequest(app, client_id, refresh_token, assertion);
      expect(asserted.status).toBe(401);
      const refreshed = await refreshRequest(app, client_id, refresh_token);
      expect(refreshed.status).toBe(200);
    });
    expect(lookups).toBe(0);
  });

  it('would be seen if it were fetched', async () => {
    const lookups = await lookupsDuring(async () => {
      await fetch(`http://localhost:${port}/seen`).then((answer) => answer.text());
    });
    expect(lookups).toBe(1);
    expect(canary.visits).toContain('/seen');
    canary.forget();
  });
});
