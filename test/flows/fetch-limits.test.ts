import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import type { ServerResponse } from 'node:http';
import { KEYS_OF_A_SITE } from '../../lib/fetch-admission.ts';
import { ISSUER } from '../support/app.ts';
import { from, guess, statuses, times, tokenAs } from '../http/support/limits.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { startDocumentHost, type DocumentHost } from '../support/document-host.ts';
import { asserted, assertionOf, newClientKey, registeredWithKeys } from '../support/key-client.ts';
import { STORE_KINDS } from '../support/stores.ts';

/** In a minute, from one host for one site. */
const MOST = 10;

const SITES = [
  {
    name: 'a /48',
    address: (i: number) => `2001:db8:1:${i.toString(16)}::1`,
    other: '2001:db8:2::1',
  },
  { name: 'a /24', address: (i: number) => `203.0.113.${String(i)}`, other: '203.0.114.1' },
];

let host: DocumentHost;
beforeAll(async () => {
  host = await startDocumentHost();
});
afterAll(() => host.close());

describe.each(STORE_KINDS)('what a site makes this server ask of one host ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let apps: readonly Express[];

  beforeEach(() => {
    host.requests.length = 0;
    deployment = createDeployment(storeKind, { clientIdMetadataDocuments: true });
    apps = [1, 2].map(() => deployment.start({}, { outside: host.outside }).app);
    for (const app of apps) app.set('trust proxy', 1);
  });
  afterEach(() => deployment.close());

  it.each(SITES)(
    'is ten documents, however many networks of $name come, to whichever instance',
    async ({ address, other }) => {
      const ask = (i: number, caller: string) =>
        tokenAs(apps[i % 2]!, guess(host.url(`/nothing/${String(i)}`)), from(caller));
      const answers = await times(MOST + 2, (i) => ask(i, address(i)));
      expect(statuses(answers)).toEqual([...Array<number>(MOST).fill(401), 429, 429]);
      expect(answers[MOST]?.headers).toHaveProperty('retry-after');
      expect((await ask(MOST + 2, other)).status).toBe(401);
      expect(host.requests).toHaveLength(MOST + 1);
    },
  );

  it.each(SITES)(
    'is the keys at ten addresses, however many networks of $name come, to whichever instance',
    async ({ address, other }) => {
      const key = await newClientKey();
      const ask = async (i: number, caller: string) => {
        const client_id = await registeredWithKeys(apps[0]!, host.url(`/nothing/${String(i)}`));
        const { now } = deployment.clock;
        const assertion = await assertionOf(key, client_id, { aud: ISSUER, now });
        return tokenAs(apps[i % 2]!, asserted(assertion, guess(client_id)), from(caller));
      };
      const answers = await times(MOST + 2, (i) => ask(i, address(i)));
      expect(statuses(answers)).toEqual([...Array<number>(MOST).fill(401), 429, 429]);
      expect(answers[MOST]?.headers).toHaveProperty('retry-after');
      expect((await ask(MOST + 2, other)).status).toBe(401);
      expect(host.requests).toHaveLength(MOST + 1);
    },
  );

  it('leaves room for the keys of others, as slow as all are that it can have under way', async () => {
    const [app] = apps as [Express];
    const waiting: ServerResponse[] = [];
    const key = await newClientKey();
    const ask = async (url: string, caller: string) => {
      const client_id = await registeredWithKeys(app, url);
      const { now } = deployment.clock;
      const assertion = await assertionOf(key, client_id, { aud: ISSUER, now });
      return tokenAs(app, asserted(assertion, guess(client_id)), from(caller));
    };
    // What one site has at the edge between two windows; here it is two, for no test can wait for that.
    const slow = ['2001:db8:1', '2001:db8:2'].flatMap((site, s) =>
      Array.from({ length: KEYS_OF_A_SITE }, (_, i) => {
        const url = host.url(
          `/slow/${String(s)}/${String(i)}`,
          i % 2 ? 'a.app.example' : 'other.example',
        );
        host.answer(new URL(url).pathname, (_req, res) => waiting.push(res));
        return ask(url, `${site}:${i.toString(16)}::1`);
      }),
    );
    await eventually(() => {
      expect(waiting.length).toBe(2 * KEYS_OF_A_SITE);
    });
    host.json('/jwks', { keys: [key.publicJwk] });
    expect((await ask(host.url('/jwks'), '203.0.113.7')).status).toBe(400);
    for (const res of waiting) res.end();
    await Promise.all(slow);
  });
});
