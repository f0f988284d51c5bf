import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import type { TestApp } from '../support/app.ts';
import { Browser, createPkce, locationOf, redirectParameters } from '../support/flow.ts';
import { allowHosted, askFrom, fateOf, HOSTED_URI } from '../support/hosted.ts';
import { registered, update, type Registration } from '../support/management.ts';
import { beginPushed, pushedUri } from '../support/pushed.ts';
import { STORE_KINDS } from '../support/stores.ts';

const OTHER_URI = 'https://app.example.com/other';
const SCOPE = 'openid mcp:read';
const QUERY = { redirect_uri: HOSTED_URI, scope: SCOPE };

describe.each(STORE_KINDS)('a pushed request, and what came since ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let here: TestApp;
  let there: TestApp;
  let client: Registration;
  let browser: Browser;

  beforeEach(async () => {
    deployment = createDeployment(storeKind, {
      scopesSupported: ['openid', 'offline_access', 'mcp:read'],
    });
    [here, there] = [deployment.start(), deployment.start()];
    client = await registered(here.app, { redirect_uris: [HOSTED_URI, OTHER_URI] });
    browser = new Browser(there.app, 'alice');
  });
  afterEach(async () => {
    await deployment.close();
  });

  const push = (query: object = {}): Promise<string> =>
    pushedUri(here.app, client.client_id, createPkce(), { ...QUERY, ...query });

  it('is refused to where it was pushed from, whatever stands around it (MEET-54)', async () => {
    const uri = await push({ state: 'pushed-state' });
    const stricter = deployment.start({ scopesSupported: ['openid', 'offline_access'] });
    const answer = await beginPushed(browser.at(stricter.app), client.client_id, uri, {
      redirect_uri: OTHER_URI,
      state: 'planted',
      iss: 'https://evil.example',
      scope: 'openid',
    });
    expect(locationOf(answer)).toMatch(`${HOSTED_URI}?`);
    const query = new URL(locationOf(answer)).searchParams;
    expect([query.getAll('error'), query.getAll('state'), query.getAll('iss')]).toEqual([
      ['invalid_scope'],
      ['pushed-state'],
      [here.issuer],
    ]);
  });

  it('leads to no address that the client has given up since, not even with an error (MEET-55)', async () => {
    await allowHosted(browser, client.client_id, QUERY);
    const [good, silent] = [await push(), await push({ prompt: 'none' })];
    await update(here.app, client, { redirect_uris: [OTHER_URI] });
    for (const uri of [good, silent]) {
      const answer = await beginPushed(browser, client.client_id, uri);
      expect({ status: answer.status, location: locationOf(answer) }).toEqual({
        status: 400,
        location: '',
      });
      expect(answer.text).not.toContain(HOSTED_URI);
    }
  });

  it('is not answered by a consent that ended with a block meanwhile (MEET-56)', async () => {
    await allowHosted(browser, client.client_id, QUERY);
    const [silent, asked] = [await push({ prompt: 'none' }), await push()];
    await here.server.clients.block(client.client_id);
    expect((await beginPushed(browser, client.client_id, asked)).status).toBe(400);
    await here.server.clients.unblock(client.client_id);
    expect(fateOf(await beginPushed(browser, client.client_id, silent))).toBe('consent_required');
    expect(fateOf(await beginPushed(browser, client.client_id, asked))).toBe('asked');
  });

  it('lives no longer for the browser that has begun it, or one that was refused it (MEET-57)', async () => {
    const uri = await push();
    deployment.clock.advance(80_000);
    expect(fateOf(await beginPushed(browser, client.client_id, uri))).toBe('asked');
    const other = new Browser(here.app, 'mallory');
    expect((await beginPushed(other, client.client_id, uri)).status).toBe(400);
    deployment.clock.advance(11_000);
    expect((await beginPushed(browser, client.client_id, uri)).status).toBe(400);
  });

  it('gives nothing of what was allowed to the one who lost it to another browser (MEET-58)', async () => {
    await allowHosted(browser, client.client_id, QUERY);
    const uri = await push();
    const thief = new Browser(here.app, 'mallory');
    expect(fateOf(await beginPushed(thief, client.client_id, uri))).toBe('asked');
    const before = (await here.server.grants.list({ subject: 'alice' })).length;
    const late = await beginPushed(browser, client.client_id, uri);
    expect({ status: late.status, location: locationOf(late) }).toEqual({
      status: 400,
      location: '',
    });
    // Everything had been allowed: it is the reference alone that is not hers any more.
    expect(await here.server.grants.list({ subject: 'alice' })).toHaveLength(before);
  });

  it('cannot be taken up by the same name in another spelling of the client (MEET-59)', async () => {
    const uri = await push();
    const twin = await registered(here.app, { redirect_uris: [HOSTED_URI] });
    const spellings = [` ${client.client_id}`, `${client.client_id} `, twin.client_id];
    for (const id of [...spellings, client.client_id.toUpperCase()]) {
      if (id === client.client_id) continue;
      const answer = await beginPushed(browser, id, uri);
      expect({ status: answer.status, location: locationOf(answer) }).toEqual({
        status: 400,
        location: '',
      });
    }
    const begun = await beginPushed(browser, client.client_id, uri);
    const decided = await browser.submit(locationOf(begun), 'allow');
    expect(redirectParameters(decided)).toMatchObject({ iss: here.issuer });
    expect(fateOf(await askFrom(browser, client.client_id, { scope: SCOPE }))).toBe('code');
  });
});
