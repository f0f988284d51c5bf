import { describe, expect, it } from '@jest/globals';
import { redirectParameters, REDIRECT_URI } from '../support/flow.ts';
import { pageThenChange, type MetadataChange } from './support/consent.ts';
import { expectPage, readable, returnLink } from './support/expect.ts';

const SAID = {
  client_name: 'Notes',
  client_uri: 'https://app.example.com/',
  logo_uri: 'https://app.example.com/logo.png',
  tos_uri: 'https://app.example.com/tos',
  policy_uri: 'https://app.example.com/policy',
};

const EXPIRED = 'This page has expired';

interface Changed {
  readonly name: string;
  /** What the app had said of itself. */
  readonly said?: object;
  readonly change: MetadataChange;
}

const changedTo =
  (more: object): MetadataChange =>
  (metadata) => ({ ...metadata, ...more });

const MEMBERS = Object.keys(SAID);

describe('POST /oauth/consent: an app that said something else while the page was open', () => {
  it.each<Changed>([
    ...MEMBERS.flatMap((member) => [
      {
        name: `${member} is another`,
        change: changedTo({ [member]: 'https://evil.example/x.png' }),
      },
      { name: `${member} is gone`, change: changedTo({ [member]: undefined }) },
      {
        name: `${member} is there now`,
        said: { ...SAID, [member]: null },
        change: changedTo({ [member]: 'https://evil.example/x.png' }),
      },
    ]),
    {
      name: 'two addresses have changed places',
      change: changedTo({ tos_uri: SAID.policy_uri, policy_uri: SAID.tos_uri }),
    },
  ])('makes the person look again: $name (CONSENT-05)', async ({ said = SAID, change }) => {
    const { browser, url, csrf, writes } = await pageThenChange(said, change);
    for (const decision of ['allow', 'deny']) {
      const answer = await browser.post(url, { decision, csrf });
      expect(answer.status).toBe(403);
      expectPage(answer);
      expect(readable(answer.text)).toContain('Please look again');
      expect(returnLink(answer.text)).toEqual({
        href: `${url}&show=page`,
        text: 'Review the request',
      });
    }
    expect(writes).toEqual([]);
    expect(redirectParameters(await browser.submit(url, 'allow'))).toHaveProperty('code');
  });
});

describe('/oauth/consent: a redirect URI that was taken away while the page was open', () => {
  it.each([
    { redirect_uris: ['http://localhost:8080/other'] },
    { redirect_uris: ['https://app.example.com/callback'] },
    { redirect_uris: [`${REDIRECT_URI}/`, `${REDIRECT_URI}?x`] },
    { redirect_uris: [] },
  ])('is gone to no more: $redirect_uris (CONSENT-03)', async (changed) => {
    const { browser, url, csrf, writes } = await pageThenChange(SAID, changedTo(changed));
    for (const answer of [
      await browser.get(url),
      await browser.post(url, { decision: 'allow', csrf }),
      await browser.post(url, { decision: 'deny', csrf }),
    ]) {
      expect(answer.status).toBe(400);
      expectPage(answer);
      expect(readable(answer.text)).toContain(EXPIRED);
    }
    expect(writes).toEqual([]);
  });

  it.each([
    { name: 'one of several', redirect_uris: ['https://app.example.com/callback', REDIRECT_URI] },
    { name: 'the only one', redirect_uris: [REDIRECT_URI] },
  ])('is gone to while it is $name', async ({ redirect_uris }) => {
    const { browser, url, csrf } = await pageThenChange(SAID, changedTo({ redirect_uris }));
    const answer = await browser.post(url, { decision: 'allow', csrf });
    expect(redirectParameters(answer)).toHaveProperty('code');
  });
});
