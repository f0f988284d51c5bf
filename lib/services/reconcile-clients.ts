/**
 * Reconciling: the notes on clients, of what they were answered, written anew by the policy of this
 * moment. Nothing else about a client changes. It may be interrupted, and run again or beside another.
 *
 * @module
 */
import { noteChange, withNotedHook, type NoteChange } from '../policy/reconcile.ts';
import type { ScopePolicy } from '../policy/scope-policy.ts';
import type { RegisteredScope } from '../protocol/scope.ts';
import type { AnnotateOutcome, ClientRecord, ClientStore } from '../storage/store.ts';
import { clientOfRecord } from './resolve-client.ts';

export interface ReconcileDeps {
  readonly clients: Pick<ClientStore, 'list' | 'find' | 'annotate'>;
  readonly scopePolicy: ScopePolicy;
  /** The store's clock. */
  readonly storeNow: () => number;
}

export interface Reconciling {
  /** Whether it is only told what would change. */
  readonly dryRun: boolean;
  /** For who cannot run the baseline function: what that added stays as it is noted. */
  readonly keepsHook?: boolean;
}

/** A client whose note is not what it would be answered now. */
export interface ReconciledClient extends NoteChange {
  readonly client_id: string;
  /**
   * - `noted`: the note is written anew, or would be.
   * - `contested`: it changed whenever it was looked at, so it is left to the next time.
   */
  readonly outcome: 'noted' | 'contested';
}

/** Some clients, looked at together. */
export interface ReconciledPage {
  /** How many there were. One that was renewed meanwhile may come twice. */
  readonly examined: number;
  /** Those whose note changes. */
  readonly clients: readonly ReconciledClient[];
}

const PAGE = 100;

/** Requests of clients wait behind these on the same connection. */
const AT_ONCE = 20;

const MAX_ATTEMPTS = 3;

/**
 * Goes through all clients. Those that nobody uses come first: one that somebody begins to use meanwhile
 * comes again, and none is passed over.
 *
 * @throws {StoreUnavailableError} What was done until then stays done.
 */
export async function* reconcileClients(
  deps: ReconcileDeps,
  how: Reconciling,
): AsyncGenerator<ReconciledPage, void, undefined> {
  for (const used of [false, true]) {
    let cursor: string | undefined;
    do {
      const page = await deps.clients.list({ used, limit: PAGE, ...(cursor && { cursor }) });
      const examined = page.clients.length;
      if (examined > 0) yield { examined, clients: await reconcilePage(deps, how, page.clients) };
      ({ cursor } = page);
    } while (cursor !== undefined);
  }
}

async function reconcilePage(
  deps: ReconcileDeps,
  how: Reconciling,
  records: readonly ClientRecord[],
): Promise<ReconciledClient[]> {
  const reconciled: ReconciledClient[] = [];
  for (let at = 0; at < records.length; at += AT_ONCE) {
    const some = records.slice(at, at + AT_ONCE);
    const found = await Promise.all(some.map((record) => reconcileClient(deps, how, record)));
    reconciled.push(...found.filter((client) => client !== undefined));
  }
  return reconciled;
}

async function reconcileClient(
  deps: ReconcileDeps,
  how: Reconciling,
  listed: ClientRecord,
): Promise<ReconciledClient | undefined> {
  const { client_id } = listed;
  let record: ClientRecord | undefined = listed;
  let last: NoteChange | undefined;
  for (let attempt = 0; record && attempt < MAX_ATTEMPTS; attempt += 1) {
    const scopes = scopesNow(deps, how, record);
    const change = noteChange(record.registered.scopes, scopes);
    if (!change) return undefined;
    if (how.dryRun) return { client_id, ...change, outcome: 'noted' };
    const policy = deps.scopePolicy.digest;
    const outcome: AnnotateOutcome = await deps.clients.annotate(record, { scopes, policy });
    if (outcome === 'annotated') return { client_id, ...change, outcome: 'noted' };
    if (outcome === 'gone') return undefined;
    last = change;
    record = await deps.clients.find(client_id);
  }
  return record && last && { client_id, ...last, outcome: 'contested' };
}

/** What a client would be answered now, whatever it was answered. */
function scopesNow(
  { scopePolicy, storeNow }: ReconcileDeps,
  { keepsHook = false }: Reconciling,
  record: ClientRecord,
): readonly RegisteredScope[] {
  const deps = { scopePolicy: { ...scopePolicy, reconcile: 'on' } as const, storeNow };
  const { registered } = clientOfRecord(deps, record);
  return keepsHook ? withNotedHook(scopePolicy, registered, record.registered.scopes) : registered;
}
