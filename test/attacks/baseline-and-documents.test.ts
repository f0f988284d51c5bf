import { describe, expect, it } from '@jest/globals';
import type { OnRegister } from '../../lib/index.ts';
import { createDocumentApp, documentHost, publish } from '../http/support/document-app.ts';
import { expectApiError, expectErrorPage } from '../http/support/expect.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  obtainCode,
  redemption,
  refreshRequest,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { askFrom, fateOf, HOSTED_URI } from '../support/hosted.ts';
import { MEMORY } from '../support/stores.ts';

const SCOPES = { scopesSupported: ['openid', 'offline_access', 'files'] };
const OF_THE_HOST = {
  ...SCOPES,
  baselineRules: [{ name: 'ours', match: { redirect_host: 'app.example.com' }, scopes: ['files'] }],
};
/** Where a document may lead as well, and no rule looks. */
const OTHER_URI = 'https://other.example/cb';
const WISH = { scope: 'openid offline_access' };
const MINUTE = 60_000;

const host = documentHost();

describe('a metadata document that a baseline rule is about', () => {
  it('takes the scope of the rule away from its own grants when it leads elsewhere, and never more (MEET-01)', async () => {
    const id = publish(host(), '/moves', WISH);
    const { app, clock } = createDocumentApp(host(), { options: OF_THE_HOST });
    const pkce = createPkce();
    const where = { redirect_uri: HOSTED_URI };
    const asked = { ...where, scope: 'openid offline_access files' };
    const code = await obtainCode(app, id, pkce, asked);
    let { body } = await tokenRequest(app, redemption(id, code, pkce, where));
    expect(body.scope).toBe(asked.scope);

    const refreshed = async (): Promise<string> => {
      clock.advance(MINUTE);
      ({ body } = await refreshRequest(app, id, (body as Tokens).refresh_token));
      return (body as Tokens).scope;
    };
    // The host that is trusted is still among them, and that is not enough.
    publish(host(), '/moves', { ...WISH, redirect_uris: [HOSTED_URI, OTHER_URI] });
    // What is read is read for the next one.
    await refreshed();
    expect(await refreshed()).toBe('openid offline_access');
    const browser = new Browser(app, 'alice');
    const again = await askFrom(browser, id, { scope: asked.scope, redirect_uri: OTHER_URI });
    expect(fateOf(again)).toBe('invalid_scope');
  });

  it('is judged by what onRegister left of it: where it may not answer it is not answered (MEET-02)', async () => {
    const onRegister: OnRegister = (metadata) => ({
      ...metadata,
      redirect_uris: metadata.redirect_uris.filter((uri) => uri !== OTHER_URI),
    });
    const id = publish(host(), '/kept', { ...WISH, redirect_uris: [HOSTED_URI, OTHER_URI] });
    const { app } = createDocumentApp(host(), { options: { ...OF_THE_HOST, onRegister } });
    const browser = new Browser(app, 'alice');
    const scope = 'openid files';
    expect(fateOf(await askFrom(browser, id, { scope }))).toBe('asked');
    const elsewhere = await askFrom(browser, id, { scope, redirect_uri: OTHER_URI });
    expectErrorPage(elsewhere, 400, 'invalid_request');
    expect(elsewhere.headers).not.toHaveProperty('location');
  });
});

describe('a metadata document whose client is blocked, or whose host is denied', () => {
  it('is not let in by another spelling of its address (MEET-03)', async () => {
    const id = publish(host(), '/blocked.json', WISH);
    const { pathname, port } = new URL(id);
    for (const path of ['//blocked.json', '/%62locked.json', '/blocked.json/']) {
      host().json(path, { client_id: id, redirect_uris: [HOSTED_URI] });
    }
    const { app, server } = createDocumentApp(host());
    await server.clients.block(id);
    const browser = new Browser(app, 'alice');
    const at = (rest: string, name = 'app.example'): string => `https://${name}:${port}${rest}`;
    const spellings = [
      ...[at('//blocked.json'), at('/%62locked.json'), at('/blocked.json/')],
      ...[at('/./blocked.json'), at('/x/../blocked.json'), at(`${pathname}?`), at(`${pathname}#`)],
      ...[at(pathname, 'APP.example'), at(pathname, 'app.example.'), at(pathname, 'app%2Eexample')],
      ...[`https:/app.example:${port}${pathname}`, ` ${id}`, `${id} `, at('\\blocked.json')],
    ];
    for (const spelling of [id, ...spellings]) {
      const answer = await askFrom(browser, spelling);
      expect([spelling, answer.status, fateOf(answer)]).toEqual([spelling, 400, '400']);
    }
    // Three of them are addresses of their own: what stands there says that it is somebody else's.
    const fetched = host().requests.map((line) => line.split(' ')[1]);
    expect(fetched).toEqual(['//blocked.json', '/%62locked.json', '/blocked.json/']);
  });

  it('has no grant refreshed from the moment on that its host is denied, by any of its ports (MEET-04)', async () => {
    const id = publish(host(), '/denied', WISH);
    const deployment = createDeployment(MEMORY);
    const start = (more: object): TestApp => {
      const clientIdMetadataDocuments = { enabled: true, ...more };
      return deployment.start({ clientIdMetadataDocuments }, { outside: host().outside });
    };
    const before = start({});
    const pkce = createPkce();
    const where = { redirect_uri: HOSTED_URI };
    const asked = { ...where, scope: WISH.scope };
    const spent = await obtainCode(before.app, id, pkce, asked);
    const { body } = await tokenRequest(before.app, redemption(id, spent, pkce, where));
    const { refresh_token } = body as Tokens;
    const code = await obtainCode(before.app, id, pkce, asked, 'bob');

    const { app } = start({ deniedHosts: ['app.example', '*.app.example'] });
    host().requests.length = 0;
    const browser = new Browser(app, 'alice');
    for (const client_id of [id, id.replace('app.', 'a.app.'), 'https://app.example/denied']) {
      expect(fateOf(await askFrom(browser, client_id))).toBe('400');
      const redeemed = await tokenRequest(app, redemption(client_id, code, pkce, where));
      expectApiError(redeemed, 401, 'invalid_client');
      const refreshed = await refreshRequest(app, client_id, refresh_token);
      expectApiError(refreshed, 401, 'invalid_client');
    }
    expect(host().requests).toEqual([]);
    // Where it is not denied they are as good as they were.
    const form = redemption(id, code, pkce, where);
    expect((await tokenRequest(before.app, form)).status).toBe(200);
    expect((await refreshRequest(before.app, id, refresh_token)).status).toBe(200);
    await deployment.close();
  });
});
