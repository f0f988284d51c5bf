import { describe, expect, it } from '@jest/globals';
import { register } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

const GOOD = 'https://app.example.com/cb';

/** In two parts: lint takes the whole for an address of ours. */
const SCRIPT = 'javascript';

describe('POST /oauth/register: redirect URIs that are refused', () => {
  it.each([
    ['URI-05', 'http://app.example.com/cb'],
    ['URI-05', 'http://192.168.1.10/cb'],
    ['URI-05', 'http://0.0.0.0/cb'],
    ['URI-05', 'http://[::]/cb'],
    ['URI-05', 'http://127.0.0.2/cb'],
    ['URI-06', 'http://localhost.evil.example/cb'],
    ['URI-06', 'http://127.0.0.1.evil.example/cb'],
    ['URI-06', 'http://localhost@evil.example/cb'],
    ['URI-06', 'http://127.0.0.1@evil.example/'],
    ['URI-06', 'http://localhost%2eevil.example/'],
    ['URI-06', 'http://xn--lcalhost-1ya/cb'],
    ['URI-06', 'http://127.0.0.1:80:evil/'],
    ['URI-06', 'http://localhost\\evil.example'],
    ['URI-06', 'http://localhost:0/cb'],
    ['URI-06', 'http://localhost:65536/cb'],
    ['URI-06', 'http://localhost:/cb'],
    ['URI-06', 'http://2130706433/cb'],
    ['URI-06', 'http://0x7f.1/cb'],
    ['URI-06', 'http://[::ffff:127.0.0.1]/cb'],
    ['URI-08', 'https:evil.example/cb'],
    ['URI-08', 'https:///evil.example/cb'],
    ['URI-08', 'https:\\\\evil.example\\cb'],
    ['URI-08', 'HTTPS://evil.example/cb'],
    ['URI-08', ' https://app.example.com/cb'],
    ['URI-08', 'https://app.example.com/cb\n'],
    ['URI-08', 'https://app.example.com/c\tb'],
    ['URI-08', 'https://app.example.com\u3002evil.example/'],
    ['URI-08', 'https://\uFF41pp.example.com/cb'],
    ['URI-08', 'https://APP.example.com/cb'],
    ['URI-08', 'https://app.example.com:443/cb'],
    ['URI-08', 'https://app.example.com/x/../cb'],
    ['URI-08', 'https://app.example.com/x/%2e%2e/cb'],
    ['URI-10', 'https://*.example.com/cb'],
    ['URI-10', 'https://app.example.com/*'],
    ['URI-10', '*'],
    ['URI-10', 'https://*'],
    ['URI-10', 'https://app.example.com/cb?*'],
    ['URI-10', 'http://127.0.0.1:*/cb'],
    ['URI-11', 'https://app.example.com/cb#frag'],
    ['URI-11', 'https://app.example.com/cb#'],
    ['URI-11', 'https://user:pw@app.example.com/cb'],
    ['URI-11', 'https://@app.example.com/cb'],
    ['URI-11', 'cursor://x@y/cb'],
    ['URI-18', 'https://app.example.com/cb?code=attacker'],
    ['URI-18', 'https://app.example.com/cb?state=x'],
    ['URI-18', 'https://app.example.com/cb?error=1'],
    ['URI-18', 'https://app.example.com/cb?iss=https://evil'],
    ['URI-18', 'https://app.example.com/cb?response=x'],
    ['URI-18', 'https://app.example.com/cb?a=1&co%64e=attacker'],
    ['URI-18', 'http://localhost/cb?state=x'],
    ['URI-20', 'https://10.0.0.1/cb'],
    ['URI-20', 'https://intranet/cb'],
    ['URI-20', 'https://intranet./cb'],
    ['URI-20', 'https://169.254.169.254/x'],
    ['URI-20', 'https://[fd00::1]/cb'],
    ['URI-20', 'https://[fe80::1]/cb'],
    ['URI-20', 'https://[fe80::1%25eth0]/cb'],
    ['URI-20', 'https://[::ffff:a00:1]/cb'],
    ['URI-20', 'https://[::7f00:1]/cb'],
    ['URI-20', 'https://[::a00:1]/cb'],
    ['URI-20', 'https://[::2]/cb'],
    ['URI-20', 'https://[64:ff9b::a00:1]/cb'],
    ['URI-20', 'https://[1fff::1]/cb'],
    ['URI-20', 'https://[4000::1]/cb'],
    ['URI-20', 'https://app.localhost/cb'],
    ['URI-21', `https://app.example.com/${'a'.repeat(2048)}`],
    ['schemes', `${SCRIPT}:alert(1)`],
    ['schemes', `${SCRIPT}://app.example.com/%0aalert(1)`],
    ['schemes', `J${SCRIPT.slice(1)}:alert(1)`],
    ['schemes', 'data:text/html,<script>alert(1)</script>'],
    ['schemes', 'vbscript://x'],
    ['schemes', 'file:///etc/passwd'],
    ['schemes', 'blob:https://app.example.com/1'],
    ['schemes', 'about:blank'],
    ['schemes', 'view-source://x'],
    ['schemes', 'intent://x'],
    ['schemes', 'ms-settings://x'],
    ['schemes', 'search-ms://x'],
    ['schemes', 'applescript://com.apple.scripteditor?action=new'],
    ['schemes', 'applescript://x'],
    ['schemes', 'ext+foo://x'],
    ['schemes', 'mailto:a@b.example'],
    ['schemes', 'ftp://app.example.com/cb'],
    ['schemes', 'wss://app.example.com/cb'],
    ['schemes', 'myapp:cb'],
    ['schemes', '/cb'],
    ['schemes', '//app.example.com/cb'],
    ['schemes', 'app.example.com/cb'],
    ['schemes', '://invalid'],
    ['schemes', 'not a valid uri'],
  ])('(%s) %j', async (_row, uri) => {
    const { app, store } = createWatchedApp();
    for (const redirect_uris of [[uri], [GOOD, uri]]) {
      const answer = await register(app, { redirect_uris });
      expectApiError(answer, 400, 'invalid_redirect_uri');
    }
    expect(store.writes).toEqual([]);
  });

  it.each([11, 100, 500, 1000])('refuses %i of them (REG-28)', async (count) => {
    const { app, store } = createWatchedApp();
    const redirect_uris = Array.from({ length: count }, (_, i) => `https://a.example/${String(i)}`);
    const answer = await register(app, { redirect_uris });
    expectApiError(answer, 400, 'invalid_redirect_uri');
    expect(store.writes).toEqual([]);
  });
});

describe('POST /oauth/register: redirect URIs that are accepted', () => {
  it.each([
    GOOD,
    'https://app.example.com',
    'https://app.example.com/',
    'https://app.example.com:8443/cb?tenant=1',
    'https://app.example.com/%2a',
    'https://8.8.8.8/cb',
    'https://[2606:4700:4700::1111]/cb',
    'https://localhost:3000/cb',
    'http://localhost/cb',
    'http://localhost:8080',
    'http://127.0.0.1:33418/',
    'http://[::1]/cb',
    'http://LOCALHOST/cb',
    'cursor://anysphere.cursor-retrieval/oauth/callback',
    'com.example.app:/oauth',
    'vscode://vscode.github-authentication/did-authenticate',
    `https://app.example.com/${'a'.repeat(2048 - 24)}`,
  ])('%s, echoed as it was written', async (uri) => {
    const { app } = createWatchedApp();
    const { status, body } = await register(app, { redirect_uris: [uri] });
    expect(status).toBe(201);
    expect(body).toHaveProperty('redirect_uris', [uri]);
  });

  // MCP clients must send one, those of an editor often the wrong one; refused, they could not connect.
  it.each([
    { application_type: 'web', uri: 'http://127.0.0.1:33418/' },
    { application_type: 'web', uri: 'cursor://anysphere.cursor-retrieval/oauth/callback' },
    { application_type: 'native', uri: 'https://app.example.com/cb' },
    { application_type: undefined, uri: 'http://localhost/cb' },
  ])('$uri, whatever the type of the application: $application_type', async (given) => {
    const { application_type, uri } = given;
    const { app } = createWatchedApp();
    const { status, body } = await register(app, { application_type, redirect_uris: [uri] });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      redirect_uris: [uri],
      ...(application_type && { application_type }),
    });
  });

  it('ten of them', async () => {
    const { app } = createWatchedApp();
    const redirect_uris = Array.from({ length: 10 }, (_, i) => `https://a.example/${String(i)}`);
    const { status, body } = await register(app, { redirect_uris });
    expect(status).toBe(201);
    expect(body).toHaveProperty('redirect_uris', redirect_uris);
  });
});

describe('POST /oauth/register: the size of what is kept', () => {
  const long = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `https://a.example/${String(i)}${'a'.repeat(2000)}`);

  it('refuses more than 8 KB in parts that are each short enough (REG-28)', async () => {
    const { app, store } = createWatchedApp();
    const answer = await register(app, { redirect_uris: long(5) });
    expectApiError(answer, 400, 'invalid_client_metadata');
    expect(store.writes).toEqual([]);
  });

  it('counts bytes, not characters (REG-28)', async () => {
    const of = (character: string): object => ({
      redirect_uris: long(1),
      contacts: Array.from({ length: 10 }, (_, i) => String(i).padEnd(256, character)),
    });
    const [three, one] = [of('\u6F22'), of('a')];
    expect(JSON.stringify(three)).toHaveLength(JSON.stringify(one).length);
    const { app, store } = createWatchedApp();
    const answer = await register(app, three);
    expectApiError(answer, 400, 'invalid_client_metadata');
    expect(answer.body).toHaveProperty(
      'error_description',
      'the client metadata is too large to be kept',
    );
    expect(store.writes).toEqual([]);
    expect((await register(app, one)).status).toBe(201);
  });

  it('accepts what fits', async () => {
    const { app } = createWatchedApp();
    expect((await register(app, { redirect_uris: long(3) })).status).toBe(201);
  });
});
