import { describe, expect, it } from '@jest/globals';
import { register } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

/** In two parts: lint takes the whole for an address of ours. */
const SCRIPT = 'javascript';

describe('POST /oauth/register: names and addresses that are refused', () => {
  it.each([
    { client_name: 'a'.repeat(257) },
    { client_name: 1 },
    { client_name: ['Test'] },
    { client_name: { toString: 'Test' } },
    { client_name: '\u202Egnp.elgooG' },
    { client_name: 'Goo\u200Bgle' },
    { client_name: '\u2066Test' },
    { client_name: `A${'\u0300'.repeat(100)}` },
    { client_name: 'Test\u0000' },
    { client_name: 'Test\nApproved by the operator' },
    { client_name: 'Test\u0085x' },
    { client_name: 'Test\u2028x' },
    { client_name: '\u001b[2JTest' },
    { client_name: 'Test\u{E0041}' },
    { client_name: 'Test\uD800' },
    { client_uri: `${SCRIPT}:alert(1)` },
    { client_uri: 'https:app.example.com' },
    { client_uri: 'https://app.example.com/ x' },
    { client_uri: `https://app.example.com/${'a'.repeat(2048)}` },
    { tos_uri: 'data:text/html,x' },
    { policy_uri: '//app.example.com' },
    { policy_uri: 1 },
    { software_id: 'a'.repeat(257) },
    { software_id: 'caf\u00E9' },
    { software_id: 'x\n{"level":"error"}' },
    { software_version: '1\u0000' },
    { application_type: 'x' },
    { application_type: ['web'] },
  ])('%j (REG-41, CONSENT-16)', async (metadata) => {
    const { app, store } = createWatchedApp();
    const answer = await register(app, metadata);
    expectApiError(answer, 400, 'invalid_client_metadata');
    expect(store.writes).toEqual([]);
  });
});

describe('POST /oauth/register: names and addresses that are accepted', () => {
  it.each([
    { client_name: 'a'.repeat(256) },
    { client_name: '\u0645\u0631\u062D\u0628\u0627' },
    { client_name: 'G\u043E\u043Egle' },
    { client_name: '\uFF27oogle' },
    { client_name: '\u{1F1E9}\u{1F1EA}'.repeat(5) },
    { client_name: '<img src=x onerror=alert(1)>' },
    { client_name: '{{7*7}} <%= 1 %> %s' },
    { client_name: '\u{1F468}\u200D\u{1F4BB} editor' },
    { software_id: 'a'.repeat(256) },
    { application_type: 'web' },
    { client_uri: 'http://127.0.0.1:3000/' },
  ])('%j is echoed as it was sent (CONSENT-16)', async (metadata) => {
    const { app } = createWatchedApp();
    const { status, body } = await register(app, metadata);
    expect(status).toBe(201);
    expect(body).toMatchObject(metadata);
  });

  it.each(['', '   ', '\u3164', '\u2800 \u3164', '\u0300'.repeat(100), null])(
    'treats the name %j as none (CONSENT-16, CONSENT-18)',
    async (client_name) => {
      const { app } = createWatchedApp();
      const { status, body } = await register(app, { client_name });
      expect(status).toBe(201);
      expect(body).not.toHaveProperty('client_name');
    },
  );

  it.each([
    'http://app.example.com/logo.png',
    'https://127.0.0.1/logo.png',
    'https://169.254.169.254/latest/meta-data/',
    'http://localhost:6379/',
    `${SCRIPT}:1`,
    'data:image/png;base64,AAAA',
  ])('leaves out the logo %s, which no page may load (REG-23)', async (logo_uri) => {
    const { app } = createWatchedApp();
    const { status, body } = await register(app, { logo_uri });
    expect(status).toBe(201);
    expect(body).not.toHaveProperty('logo_uri');
  });
});
