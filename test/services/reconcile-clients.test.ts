import { beforeEach, describe, expect, it } from '@jest/globals';
import { createScopePolicy, type ScopePolicy } from '../../lib/policy/scope-policy.ts';
import type { ScopeSettings } from '../../lib/policy/scope-settings.ts';
import {
  reconcileClients,
  type ReconcileDeps,
  type ReconciledClient,
  type Reconciling,
} from '../../lib/services/reconcile-clients.ts';
import { ReconcileTally, type ReconcileReport } from '../../lib/services/reconcile-report.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import type { ClientRecord, ClientStore, RegisteredNote } from '../../lib/storage/store.ts';
import { DAY, HOUR, newClient, without, type NewClient } from '../contract/records.ts';

const NOW = Date.UTC(2026, 10, 26);
const SETTINGS: ScopeSettings = {
  scopesSupported: ['openid', 'offline_access', 'mcp:read', 'mcp:write', 'admin'],
  baselineClientScopes: ['offline_access', 'mcp:read'],
  restrictedScopes: ['admin'],
};
const OLD: RegisteredNote = {
  scopes: [
    { scope: 'openid', origin: 'requested' },
    { scope: 'offline_access', origin: { baseline: 'global' } },
    { scope: 'mcp:write', origin: { baseline: 'hook' } },
  ],
  policy: 'old',
};
const scopesOf = ({ registered }: Pick<ClientRecord, 'registered'>): string =>
  registered.scopes.map(({ scope }) => scope).join(' ');

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore({ now: () => NOW });
});

async function inserted(more: Partial<NewClient> = {}): Promise<string> {
  const client = newClient({ requested: 'openid', registered: OLD, ...more });
  await store.clients.insert(client, DAY);
  return client.client_id;
}

const found = async (client_id: string): Promise<ClientRecord> =>
  (await store.clients.find(client_id))!;

interface Ran {
  readonly clients: readonly ReconciledClient[];
  readonly report: ReconcileReport;
}

async function reconciled(
  how: Partial<Reconciling> = {},
  scopePolicy: ScopePolicy = createScopePolicy(SETTINGS),
  more: Partial<ReconcileDeps['clients']> = {},
): Promise<Ran> {
  const given: ReconcileDeps['clients'] = {
    list: (query) => store.clients.list(query),
    find: (id) => store.clients.find(id),
    annotate: (read, note) => store.clients.annotate(read, note),
    ...more,
  };
  const deps = { clients: given, scopePolicy, storeNow: () => NOW };
  const tally = new ReconcileTally();
  const all: ReconciledClient[] = [];
  for await (const page of reconcileClients(deps, { dryRun: false, ...how })) {
    tally.add(page);
    all.push(...page.clients);
  }
  return { clients: all, report: tally.report() };
}

describe('reconciling clients', () => {
  it('writes the note anew, and nothing else', async () => {
    const client_id = await inserted();
    const before = await found(client_id);
    const scopePolicy = createScopePolicy(SETTINGS);
    expect(await reconciled({}, scopePolicy)).toEqual({
      clients: [
        {
          client_id,
          outcome: 'noted',
          added: [{ scope: 'mcp:read', origin: { baseline: 'global' } }],
          removed: [{ scope: 'mcp:write', origin: { baseline: 'hook' } }],
        },
      ],
      report: {
        ...{ examined: 1, changed: 1, refreshed: 0, contested: 0 },
        scopes: [
          { scope: 'mcp:read', added: 1, removed: 0 },
          { scope: 'mcp:write', added: 0, removed: 1 },
        ],
      },
    });
    const after = await found(client_id);
    const { digest: policy } = scopePolicy;
    expect(after).toEqual({ ...before, registered: { ...after.registered, policy } });
    expect(scopesOf(after)).toBe('openid offline_access mcp:read');
  });

  it('finds nothing to do the second time, nor where the reasons are the same', async () => {
    await inserted();
    await reconciled();
    const again = await reconciled({}, undefined, { annotate: () => Promise.reject(new Error()) });
    expect(again).toMatchObject({ clients: [], report: { examined: 1, changed: 0, refreshed: 0 } });
  });

  it('only tells what it would do, when that is asked for', async () => {
    const client_id = await inserted();
    const before = await found(client_id);
    const told = await reconciled({ dryRun: true });
    expect(await found(client_id)).toEqual(before);
    expect(await reconciled()).toEqual(told);
  });

  it('counts apart what has the same scopes for other reasons', async () => {
    const client_id = await inserted({ requested: 'openid offline_access mcp:write' });
    const { report } = await reconciled(
      {},
      createScopePolicy({ ...SETTINGS, baselineClientScopes: [] }),
    );
    expect(report).toEqual({ examined: 1, changed: 0, refreshed: 1, contested: 0, scopes: [] });
    const { scopes } = (await found(client_id)).registered;
    expect(scopes.every(({ origin }) => origin === 'requested')).toBe(true);
  });

  it.each<{ name: string; more: Partial<NewClient>; want: string }>([
    {
      name: 'what a licence allows',
      more: { requested: 'admin', licence: { scopes: ['admin'] } },
      want: 'admin offline_access mcp:read',
    },
    {
      name: 'what stands for nothing, where it is malformed',
      more: { requested: '"' },
      want: 'offline_access mcp:read',
    },
  ])('goes by $name', async ({ more, want }) => {
    const client_id = await inserted(more);
    await reconciled();
    expect(scopesOf(await found(client_id))).toBe(want);
  });

  it('gives those the defaults that ask for nothing', async () => {
    const client = without(newClient({ registered: OLD }), 'requested');
    await store.clients.insert(client, DAY);
    await reconciled();
    expect(scopesOf(await found(client.client_id))).toBe(
      'openid offline_access mcp:read mcp:write',
    );
  });

  it("leaves what the host's function added, for who cannot ask it", async () => {
    const client_id = await inserted();
    await reconciled({ keepsHook: true });
    expect(scopesOf(await found(client_id))).toBe('openid offline_access mcp:read mcp:write');
    expect((await reconciled({ keepsHook: true })).clients).toEqual([]);
    const asking = createScopePolicy(SETTINGS, () => ['mcp:write']);
    expect((await reconciled({}, asking)).clients).toEqual([]);
    await reconciled();
    expect(scopesOf(await found(client_id))).toBe('openid offline_access mcp:read');
  });

  it('comes to the same where the note is the rule', async () => {
    const client_id = await inserted();
    await reconciled({}, createScopePolicy({ ...SETTINGS, reconcile: 'off' }));
    expect(scopesOf(await found(client_id))).toBe('openid offline_access mcp:read');
  });
});

describe('reconciling clients beside others', () => {
  it('looks again at a client that was updated in between (MGMT-20)', async () => {
    const client_id = await inserted();
    const annotate: ClientStore['annotate'] = async (read, note) => {
      if ((await found(client_id)).revision === undefined) {
        const client = newClient({ client_id, requested: 'mcp:write', registered: OLD });
        await store.clients.update(read, client);
      }
      return store.clients.annotate(read, note);
    };
    const { report } = await reconciled({}, undefined, { annotate });
    expect(report).toMatchObject({ changed: 1, contested: 0 });
    const after = await found(client_id);
    expect(scopesOf(after)).toBe('mcp:write offline_access mcp:read');
    expect(after).toMatchObject({ requested: 'mcp:write', revision: 1 });
  });

  it('leaves one to the next time that changes whenever it is looked at, and says so', async () => {
    const client_id = await inserted();
    let attempts = 0;
    const annotate: ClientStore['annotate'] = async () => {
      attempts += 1;
      return 'changed';
    };
    const { clients, report } = await reconciled({}, undefined, { annotate });
    expect(clients).toMatchObject([{ client_id, outcome: 'contested' }]);
    expect(report).toEqual({ examined: 1, changed: 0, refreshed: 0, contested: 1, scopes: [] });
    expect(attempts).toBe(3);
  });

  it.each(['gone', 'changed'] as const)(
    'says nothing of a client that ended meanwhile (%s)',
    async (outcome) => {
      const client_id = await inserted();
      const annotate: ClientStore['annotate'] = async () => {
        await store.clients.remove(client_id);
        return outcome;
      };
      const { clients, report } = await reconciled({}, undefined, { annotate });
      expect(clients).toEqual([]);
      expect(report).toMatchObject({ examined: 1, changed: 0, contested: 0 });
    },
  );

  it('passes over nobody whom a person begins to use meanwhile, or who is renewed', async () => {
    const ids = await Promise.all(Array.from({ length: 250 }, () => inserted()));
    const list: ClientStore['list'] = async (query) => {
      const page = await store.clients.list(query);
      // One behind the page, one of it and one before it.
      for (const at of [0, 120, 249]) await store.clients.renew(await found(ids[at]!), DAY + HOUR);
      return page;
    };
    await reconciled({}, undefined, { list });
    for (const id of ids) expect(scopesOf(await found(id))).toBe('openid offline_access mcp:read');
  });

  it('keeps what was done when it is interrupted, and goes on when it is run again', async () => {
    const ids = await Promise.all(Array.from({ length: 150 }, () => inserted()));
    const scopePolicy = createScopePolicy(SETTINGS);
    const deps = { clients: store.clients, scopePolicy, storeNow: () => NOW };
    const pages = reconcileClients(deps, { dryRun: false });
    expect((await pages.next()).value).toMatchObject({ examined: 100 });
    await pages.return();
    const { report } = await reconciled({}, scopePolicy);
    expect(report).toMatchObject({ examined: 150, changed: 50 });
    for (const id of ids) expect((await found(id)).registered.policy).toBe(scopePolicy.digest);
  });
});
