import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { blockClient } from '../../lib/services/decide-on-client.ts';
import type { Store } from '../../lib/storage/store.ts';
import { UpstreamRefusedError, type UpstreamLogin } from '../../lib/upstream/port.ts';
import { documentHost, publish } from '../http/support/document-app.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { Browser, locationOf } from '../support/flow.ts';
import { askFrom, HOSTED_URI } from '../support/hosted.ts';
import { startIdentityProvider, type IdentityProvider } from '../support/identity-provider.ts';
import { registered, update } from '../support/management.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { answerOf, loginAt } from '../support/upstream-flow.ts';

const OTHER_URI = 'https://app.example.com/other';
const DAY = 24 * 3600_000;
const PROVISIONED = 'crm-of-the-house';
const host = documentHost();

/** Requests of one client that are all on their way. */
interface UnderWay {
  readonly id: string;
  /** What ends the way back to its redirect URI, at the instance where it began. */
  readonly end: () => Promise<unknown>;
}

/** A login that cannot do what was asked of it, as those without OpenID Connect. */
function unable(login: UpstreamLogin): UpstreamLogin {
  const begin = (): Promise<never> =>
    Promise.reject(new UpstreamRefusedError('login_required', 'never asks again'));
  return { ...login, begin };
}

describe.each(STORE_KINDS)('logins elsewhere and the switches of an incident ($kind)', (kind) => {
  let provider: IdentityProvider;
  let deployment: TestDeployment;
  let here: TestApp;
  let there: TestApp;
  let store: Store;

  beforeEach(async () => {
    provider = await startIdentityProvider();
    const allow = async (): Promise<boolean> => false;
    deployment = createDeployment(kind, {
      clientIdMetadataDocuments: true,
      clients: [{ client_id: PROVISIONED, redirect_uris: [HOSTED_URI], scope: 'openid' }],
      login: [
        loginAt(provider, { name: 'strict', allow }),
        unable(loginAt(provider, { name: 'unable' })),
      ],
    });
    const start = (): TestApp => deployment.start({}, { outside: host().outside });
    [here, there] = [start(), start()];
    store = deployment.store();
  });
  afterEach(async () => {
    await Promise.all([here.server.close(), there.server.close()]);
    await deployment.close();
    await provider.stop();
  });

  const block = (id: string): Promise<unknown> =>
    blockClient({ ...store, grantMaxTtlMs: DAY, emit: () => undefined }, id);

  async function published(changes: object = {}): Promise<string> {
    return publish(host(), '/client.json', { redirect_uris: [HOSTED_URI], ...changes });
  }

  const WAYS: readonly {
    readonly app: string;
    readonly what: string;
    readonly begin: () => Promise<UnderWay>;
  }[] = [
    {
      app: 'that registered',
      what: 'is blocked',
      async begin() {
        const { client_id: id } = await registered(here.app, { redirect_uris: [HOSTED_URI] });
        return { id, end: () => block(id) };
      },
    },
    {
      app: 'of the configuration',
      what: 'is blocked',
      begin: async () => ({ id: PROVISIONED, end: () => block(PROVISIONED) }),
    },
    {
      app: 'known by a document',
      what: 'is blocked',
      async begin() {
        const id = await published();
        return { id, end: () => block(id) };
      },
    },
    {
      app: 'that registered',
      what: 'is deleted',
      async begin() {
        const { client_id: id } = await registered(here.app, { redirect_uris: [HOSTED_URI] });
        return { id, end: () => here.server.clients.delete(id) };
      },
    },
    {
      app: 'that registered',
      what: 'has given its redirect URI up',
      async begin() {
        const redirect_uris = [HOSTED_URI, OTHER_URI];
        const registration = await registered(here.app, { redirect_uris });
        const left = { redirect_uris: [OTHER_URI] };
        return {
          id: registration.client_id,
          end: () => update(here.app, registration, left),
        };
      },
    },
    {
      app: 'known by a document',
      what: 'has lost its redirect URI there',
      async begin() {
        const id = await published();
        return {
          id,
          async end() {
            await published({ redirect_uris: [OTHER_URI] });
            deployment.clock.advance(120_000);
          },
        };
      },
    },
  ];

  /** Every way that ends with an error which the client is to hear of, up to the last step. */
  async function waiting(id: string): Promise<Record<string, () => Promise<string>>> {
    const asked = async (idp_hint?: string): Promise<[Browser, Response]> => {
      const browser = new Browser(here.app);
      return [browser, await askFrom(browser, id, idp_hint === undefined ? {} : { idp_hint })];
    };
    const cameBack = async (error?: string): Promise<() => Promise<string>> => {
      const [browser, sent] = await asked('strict');
      const [path = '', query] = (await answerOf(sent)).split('?');
      const parameters = new URLSearchParams(query);
      if (error !== undefined) {
        parameters.delete('code');
        parameters.set('error', error);
      }
      const back = browser.at(there.app);
      return async () => fateOf(await back.get(`${path}?${parameters.toString()}`));
    };
    const [browser, choice] = await asked();
    const chosen = browser.at(there.app);
    return {
      refused: await cameBack('access_denied'),
      unseen: await cameBack('invalid_request'),
      notAllowed: await cameBack(),
      chosen: async () => fateOf(await chosen.get(`${locationOf(choice)}&provider=unable`)),
    };
  }

  async function fatesOf(ways: Record<string, () => Promise<string>>): Promise<object> {
    const fates: Record<string, string> = {};
    for (const [name, end] of Object.entries(ways)) fates[name] = await end();
    return fates;
  }

  it.each(WAYS)('send nobody back to an app $app once it $what', async ({ begin }) => {
    const { id, end } = await begin();
    const ways = await waiting(id);
    await end();
    expect(await fatesOf(ways)).toEqual({
      refused: '400',
      unseen: '400',
      notAllowed: '400',
      chosen: '400',
    });
  });

  it.each(WAYS.slice(0, 3))(
    'send back to an app $app while nothing has happened',
    async ({ begin }) => {
      const { id } = await begin();
      expect(await fatesOf(await waiting(id))).toEqual({
        refused: '303, to the client',
        unseen: '400, with a way to the client',
        notAllowed: '403, with a way to the client',
        chosen: '400, with a way to the client',
      });
    },
  );
});

/** Whether an answer leads to the client, and how. */
function fateOf(answer: Response): string {
  const status = String(answer.status);
  if (locationOf(answer).startsWith(HOSTED_URI)) return `${status}, to the client`;
  const isThere = `${JSON.stringify(answer.headers)}${answer.text}`.includes(HOSTED_URI);
  return isThere ? `${status}, with a way to the client` : status;
}
