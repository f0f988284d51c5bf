import { describe, expect, it } from '@jest/globals';
import type { TestApp } from '../support/app.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { Browser, locationOf, registeredClientId } from '../support/flow.ts';
import { askFrom, HOSTED_URI } from '../support/hosted.ts';
import { createDocumentApp, documentHost, publish } from './support/document-app.ts';
import { expectPage } from './support/expect.ts';
import { createTwoApps } from './support/watched-app.ts';

const host = documentHost();
const REQUEST = 'r'.repeat(22);

const pageOf = (client_id: string, request = REQUEST): string =>
  `/oauth/consent?${new URLSearchParams({ client_id, request }).toString()}`;

/** A browser that has its cookie, and the request that it got it for. */
async function known({ app }: Pick<TestApp, 'app'>, person = 'alice') {
  const browser = new Browser(app, person);
  const client_id = await registeredClientId(app, { redirect_uris: [HOSTED_URI] });
  const page = locationOf(await askFrom(browser, client_id));
  const request = new URLSearchParams(page.split('?')[1]).get('request') ?? '';
  return { browser, request };
}

describe('/oauth/consent with the address of a document that nobody has asked for', () => {
  it('without a cookie: a page, and the host of the document is not asked', async () => {
    const { app } = createDocumentApp(host());
    const client_id = publish(host(), '/c');
    const browser = new Browser(app, 'alice');
    for (const answer of [
      await browser.get(pageOf(client_id)),
      await browser.post(pageOf(client_id), { decision: 'allow', csrf: 'x' }),
    ]) {
      expect(answer.status).toBe(400);
      expectPage(answer);
      expect(answer.text).toContain('cookie');
    }
    expect([host().resolved, host().requests]).toEqual([[], []]);
  });

  it.each([
    { name: 'no request', requestOf: async () => REQUEST },
    {
      name: 'the request of another browser',
      requestOf: async (made: TestApp) => (await known(made, 'bob')).request,
    },
    {
      name: 'its own request, of another client',
      requestOf: async (_made: TestApp, own: string) => own,
    },
  ])('with a cookie and $name: a page, and nothing is fetched', async ({ requestOf }) => {
    const made = createDocumentApp(host());
    const { browser, request } = await known(made);
    const client_id = publish(host(), '/c');
    const answer = await browser.get(pageOf(client_id, await requestOf(made, request)));
    expect(answer.status).toBe(400);
    expectPage(answer);
    expect([host().resolved, host().requests]).toEqual([[], []]);
  });

  it('with its own request of that client: the page, at an instance that has to fetch it', async () => {
    const options = { signingKeys: SIGNING_KEY, clientIdMetadataDocuments: true };
    const { first, second } = createTwoApps(
      { options, outside: host().outside },
      { options, outside: host().outside },
    );
    const client_id = publish(host(), '/c', { redirect_uris: [HOSTED_URI] });
    const browser = new Browser(first.app, 'alice');
    const page = locationOf(await askFrom(browser, client_id));
    expect(host().requests).toHaveLength(1);
    expect((await browser.at(second.app).get(page)).status).toBe(200);
    expect(host().requests).toHaveLength(2);
  });
});
