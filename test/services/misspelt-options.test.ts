import { describe, expect, it } from '@jest/globals';
import type { AuthorizationServer } from '../../lib/index.ts';
import { METADATA } from '../support/flow.ts';
import { createWatchedApp } from '../http/support/watched-app.ts';

type Server = Pick<AuthorizationServer, 'clients' | 'grants'>;

const CLIENT = { ...METADATA, client_id: 'theirs-1' };
const subject = 'person-1';

/** As a host in plain JavaScript may write it: each would do more than was meant. */
const ROWS: readonly {
  readonly name: string;
  readonly act: (server: Server, misspelt: never) => Promise<unknown>;
  readonly given: object;
  readonly says: RegExp;
}[] = [
  {
    name: 'a filter of the list, which would find all',
    act: ({ clients }, given) => clients.list(given),
    given: { redirecthost: 'app.example.com' },
    says: /clients\.list: "redirecthost" is no option; there are name, /,
  },
  {
    name: 'a text in the place of yes or no, in the list',
    act: ({ clients }, given) => clients.list(given),
    given: { used: 'false' },
    says: /clients\.list: used must be true or false/,
  },
  {
    name: 'a trial of an import, which would keep it',
    act: ({ clients }, given) => clients.import(CLIENT, given),
    given: { dryrun: true },
    says: /clients\.import: "dryrun" is no option; there are dryRun, operator/,
  },
  {
    name: 'a text in the place of yes or no, which would keep nothing',
    act: ({ clients }, given) => clients.import(CLIENT, given),
    given: { dryRun: 'false' },
    says: /clients\.import: dryRun must be true or false/,
  },
  {
    name: 'a trial of a reconciliation, which would write',
    act: ({ clients }, given) => clients.reconcile(given),
    given: { 'dry-run': true },
    says: /clients\.reconcile: "dry-run" is no option; there is dryRun/,
  },
  {
    name: 'the app to be disconnected, which would be all of them',
    act: ({ grants }, given) => grants.revoke(given),
    given: { subject, clientID: 'theirs-1' },
    says: /grants\.revoke: "clientID" is no option; there are subject, grantId, clientId, /,
  },
  {
    name: 'an app to be disconnected that nobody named, which would be all of them',
    act: ({ grants }, given) => grants.revoke(given),
    given: { subject, clientId: undefined },
    says: /grants\.revoke: clientId must be a text where it is given/,
  },
  {
    name: 'a grant to be ended that is no text',
    act: ({ grants }, given) => grants.revoke(given),
    given: { subject, grantId: ['a'] },
    says: /grants\.revoke: grantId must be a text where it is given/,
  },
];

describe('what a host has misspelt', () => {
  it.each(ROWS)('is refused, and nothing is done: $name', async ({ act, given, says }) => {
    const { server, store } = createWatchedApp();
    const refused = await act(server, given as never).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TypeError);
    expect(refused).toHaveProperty('message', expect.stringMatching(says));
    expect(store.writes).toEqual([]);
  });
});
