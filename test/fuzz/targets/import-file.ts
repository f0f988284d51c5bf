/** A file of clients that another server has registered. */
import assert from 'node:assert/strict';
import { readRecords } from '../../../lib/cli/import-file.ts';
import { createScopePolicy } from '../../../lib/policy/scope-policy.ts';
import { importClient, type ImportClientDeps } from '../../../lib/services/import-client.ts';
import { isKeptClientId } from '../../../lib/storage/store.ts';
import type { Target } from '../engine/target.ts';

const MAX_TRIED = 20;
const client = (more: object): string =>
  JSON.stringify({
    client_id: 'client-1',
    redirect_uris: ['https://app.example.com/cb'],
    ...more,
  });

const deps: ImportClientDeps = {
  registrationPolicy: {
    ownEndpoints: [],
    confidentialClients: true,
    forceConfidentialRedirectUris: [],
    invalidRedirectUris: 'reject',
  },
  scopePolicy: createScopePolicy({ scopesSupported: ['openid', 'a'] }),
  clients: {
    find: async () => undefined,
    insert: async () => assert.fail('a trial has kept a client'),
    renew: async () => assert.fail('a trial has renewed a client'),
  },
  clientIdleTtlMs: 1000,
  isTaken: (client_id) => client_id === 'taken',
  storeNow: () => 1_800_000_000_000,
  emit: () => assert.fail('a trial has told of a client'),
};

export const importFile: Target = {
  name: 'import-file',
  seeds: [
    client({ client_name: 'A', scope: 'a', client_id_issued_at: 1_700_000_000 }),
    `[${client({})},${client({ client_id: 'taken' })},1,null]`,
    `${client({ client_secret: 's'.repeat(40), client_secret_expires_at: 0 })}\r\n\n{"client_id"`,
    client({ token_endpoint_auth_method: 'client_secret_post', client_secret: 'short' }),
    client({ client_id: '\u001b[2J', client_secret_expires_at: 1, client_id_issued_at: -1e300 }),
    ' \n',
    '\ufeff[]',
  ],
  async run(input) {
    const records = readRecords(input);
    const lines = records.map(({ line }) => line);
    assert.deepEqual(
      [...new Set(lines)].sort((a, b) => a - b),
      lines,
    );
    for (const { body } of records
      .filter(({ body: one }) => one !== undefined)
      .slice(0, MAX_TRIED)) {
      // Written on a line of its own it is read the same.
      const [again] = readRecords(`\n${JSON.stringify([body])}`);
      assert.equal(JSON.stringify(again?.body), JSON.stringify(body));
      const outcome = await importClient(deps, body, { isTrial: true });
      if (outcome.client_id !== undefined) {
        assert.ok(isKeptClientId(outcome.client_id), 'an id that could not be kept');
        assert.doesNotMatch(outcome.client_id, /[^\x20-\x7e]/);
      }
      const told = outcome.outcome === 'refused' ? [outcome.reason] : outcome.notes;
      assert.ok(!told.join().includes('s'.repeat(40)), 'a secret is told');
    }
  },
};
