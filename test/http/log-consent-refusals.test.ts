import { describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { ISSUER, type TestApp } from '../support/app.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
} from '../support/flow.ts';
import { openConsent, openPage, type OpenConsent } from './support/consent.ts';
import { REFERENCE, referenceOn } from './support/expect.ts';
import { createTwoApps, createWatchedApp } from './support/watched-app.ts';

const PATH = '/oauth/consent';
const ANOTHER_SITE = 'the form came from another site';
const NO_DECISION = 'the form does not say allow or deny';
const CHANGED = 'the form is not the page that this person would see now';
const GONE = 'the request has expired, or belongs to another browser';
const NO_COOKIE = 'the browser sent no cookie';
const DECIDED = 'the request has been answered already';

/** The status of an answer, the reference on its page, and the lines that it left. */
async function refusedBy({ log }: Pick<TestApp, 'log'>, ask: () => Promise<Response>) {
  const before = log.entries.length;
  const { status, text } = await ask();
  return { status, reference: referenceOn(text), lines: log.entries.slice(before) };
}

/** An answer that left one line. */
function refusal(status: number, error: string, reason: string, more: object = {}): object {
  const fields = { path: PATH, status, error, reason, ...more };
  return { status, lines: [{ level: 'debug', message: 'request refused', fields }] };
}

interface Refused {
  readonly name: string;
  /** What happened while the page was open. */
  readonly meanwhile?: (page: OpenConsent) => unknown;
  readonly ask: (page: OpenConsent) => Promise<Response>;
  readonly status: number;
  readonly reason: string;
}

const decide =
  (decision: string, headers: Record<string, string> = {}): Refused['ask'] =>
  ({ browser, url, csrf }) =>
    browser.post(url, { decision, csrf }, headers);

const REFUSED: readonly Refused[] = [
  {
    name: 'a form of another site',
    ask: decide('allow', { 'Sec-Fetch-Site': 'cross-site' }),
    status: 403,
    reason: ANOTHER_SITE,
  },
  {
    name: 'a form from another origin',
    ask: decide('allow', { Origin: 'https://evil.example' }),
    status: 403,
    reason: ANOTHER_SITE,
  },
  { name: 'a form without a decision', ask: decide(''), status: 400, reason: NO_DECISION },
  {
    name: 'a wrong token',
    ask: ({ browser, url }) => browser.post(url, { decision: 'allow', csrf: 'A'.repeat(43) }),
    status: 403,
    reason: CHANGED,
  },
  {
    name: 'a form that another person saw',
    meanwhile: ({ browser }) => browser.login('bob'),
    ask: decide('allow'),
    status: 403,
    reason: CHANGED,
  },
  {
    name: 'the page in another browser',
    ask: ({ app, url }) => new Browser(app, 'alice').get(url),
    status: 400,
    reason: NO_COOKIE,
  },
  {
    name: 'the form in another browser',
    ask: ({ app, url, csrf }) => new Browser(app, 'alice').post(url, { decision: 'allow', csrf }),
    status: 400,
    reason: NO_COOKIE,
  },
  {
    name: 'the page of a request that expired',
    meanwhile: ({ clock }) => clock.advance(10 * 60_000),
    ask: ({ browser, url }) => browser.get(url),
    status: 400,
    reason: GONE,
  },
  {
    name: 'the form of a request that expired',
    meanwhile: ({ clock }) => clock.advance(10 * 60_000),
    ask: decide('deny'),
    status: 400,
    reason: GONE,
  },
  {
    name: 'a request that nobody made',
    ask: ({ browser, id }) => browser.get(`${PATH}?client_id=${id}&request=${'A'.repeat(22)}`),
    status: 400,
    reason: GONE,
  },
  {
    name: 'no request',
    ask: ({ browser, id }) => browser.get(`${PATH}?client_id=${id}`),
    status: 400,
    reason: GONE,
  },
  {
    name: 'a form for no request',
    ask: ({ browser, csrf }) => browser.post(PATH, { decision: 'allow', csrf }),
    status: 400,
    reason: GONE,
  },
  {
    name: 'the page of a request that was denied',
    meanwhile: decide('deny'),
    ask: ({ browser, url }) => browser.get(url),
    status: 400,
    reason: DECIDED,
  },
  {
    name: 'the form of a request that was decided otherwise',
    meanwhile: decide('allow'),
    ask: decide('deny'),
    status: 400,
    reason: DECIDED,
  },
];

describe('/oauth/consent: what is refused is in the log once (LOG-06)', () => {
  it.each(REFUSED)('$name', async ({ meanwhile, ask, status, reason }) => {
    const page = await openConsent();
    await meanwhile?.(page);
    const refused = await refusedBy(page, () => ask(page));
    expect(refused.reference).toMatch(REFERENCE);
    expect(refused).toEqual({
      reference: refused.reference,
      ...refusal(status, 'invalid_request', reason, { reference: refused.reference }),
    });
  });

  it.each(['GET', 'POST'])('a login that is too old, with the client: %s', async (method) => {
    const made = createWatchedApp();
    const client_id = await registeredClientId(made.app);
    const browser = new Browser(made.app, 'alice');
    const begun = await browser.authorize(client_id, createPkce(), { prompt: 'login' });
    const url = new URL(locationOf(begun), ISSUER).searchParams.get('return_to') ?? '';
    const form = { decision: 'allow', csrf: 'x' };
    const ask = () => (method === 'GET' ? browser.get(url) : browser.post(url, form));
    const reason = 'the person did not log in again';
    expect(await refusedBy(made, ask)).toEqual(
      refusal(303, 'login_required', reason, { client_id }),
    );
  });

  it.each(['GET', 'POST'])('scopes that are all gone, with the client: %s', async (method) => {
    const { first, second } = createTwoApps({ options: { scopesSupported: ['a', 'b'] } }, {});
    const client_id = await registeredClientId(first.app);
    const browser = new Browser(first.app, 'alice');
    const { url, csrf } = await openPage(browser, client_id, createPkce(), { scope: 'a' });
    const there = browser.at(second.app);
    const form = { decision: 'allow', csrf };
    const ask = () => (method === 'GET' ? there.get(url) : there.post(url, form));
    const reason = 'the scopes are not available any more';
    const explained = [expect.objectContaining({ scope: 'a', code: 'not_supported' })];
    expect(await refusedBy(second, ask)).toEqual(
      refusal(303, 'invalid_scope', reason, { client_id, explained }),
    );
  });

  it('and somebody who has to log in first is refused nothing', async () => {
    const page = await openConsent();
    page.browser.logout();
    const ask = () => decide('allow')(page);
    expect(await refusedBy(page, ask)).toEqual({ status: 303, lines: [] });
  });
});

describe('/oauth/consent: the line of a refusal', () => {
  it('has no token, cookie or code in it, though they come in the address (LOG-06)', async () => {
    const page = await openConsent();
    const { browser, url, csrf } = page;
    const { code = '' } = redirectParameters(await decide('allow')(page));
    const cookie = browser.cookie().split('=').at(-1) ?? '';
    const secrets = [csrf, code, cookie];
    expect(secrets.filter((secret) => secret.length < 43)).toEqual([]);
    const query = new URLSearchParams({ csrf, code, cookie }).toString();
    const ask = () => browser.post(`${url}&${query}`, { decision: 'deny', csrf, code, cookie });
    const { status, lines } = await refusedBy(page, ask);
    expect({ status, lines: lines.length }).toEqual({ status: 400, lines: 1 });
    const text = JSON.stringify(lines);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });
});
