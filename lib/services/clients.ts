/**
 * The clients of this server, for the pages of its operator.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import { requireFlag, requireKnown } from '../diagnostics/given-options.ts';
import type { Scope } from '../protocol/scope.ts';
import type { ClientStateStore, ClientStore } from '../storage/store.ts';
import type { ClientView } from './client-view.ts';
import {
  blockClient,
  couldBeClientId,
  unblockClient,
  type DecideOnClientDeps,
} from './decide-on-client.ts';
import { deleteRegistration, type DeleteClientDeps } from './delete-client.ts';
import { explainClient, type ClientExplanation, type ExplainClientDeps } from './explain-client.ts';
import {
  explainMetadata,
  type ExplainMetadataDeps,
  type MetadataExplanation,
} from './explain-metadata.ts';
import { importClient, type ImportClientDeps, type ImportOutcome } from './import-client.ts';
import {
  listClients,
  type ClientsPage,
  type ListClientsDeps,
  type ListClientsQuery,
} from './list-clients.ts';
import { inTheNameOf, type OperatorOptions } from './operator-name.ts';
import type { ReasonOption } from './reason.ts';
import { reconcileClients, type ReconcileDeps } from './reconcile-clients.ts';
import { ReconcileTally, type ReconcileReport } from './reconcile-report.ts';
import type { RegistrationClosedDeps, RegistrationMode } from './registration-access.ts';
import {
  closeRegistration,
  openRegistration,
  type SwitchRegistrationDeps,
} from './switch-registration.ts';

export type ClientsDeps = ListClientsDeps &
  ExplainClientDeps &
  ExplainMetadataDeps &
  DecideOnClientDeps &
  DeleteClientDeps &
  SwitchRegistrationDeps &
  RegistrationClosedDeps &
  ReconcileDeps &
  Omit<ImportClientDeps, 'isTaken'> & {
    /** APIs that ask about tokens have ids, too. */
    readonly resourceServers: ReadonlyMap<string, unknown>;
    readonly clients: Pick<
      ClientStore,
      'find' | 'list' | 'annotate' | 'remove' | 'insert' | 'renew'
    >;
    readonly clientStates: Pick<ClientStateStore, 'find' | 'block' | 'unblock' | 'endGrants'>;
  };

/** Whether to do it, or only to tell what would be done. */
export interface TrialOptions {
  /** @default false */
  readonly dryRun?: boolean;
}

/** Scopes as on the wire, with spaces between them, or as a list. Any texts. */
export type ScopesInQuestion = string | readonly Scope[];

/**
 * The clients, for operators: whoever may call this sees all of them. Nothing that comes out of it can
 * be used to act as a client. What changes something throws a `TypeError` for an `operator` that is none.
 */
export interface Clients {
  /**
   * Clients that registered, page by page. Those of the configuration stand there, and of those that
   * are known by a document nothing is kept. A page reads 2000 of them at most: with a filter it may
   * hold less than was asked for, and `cursor` says where to go on.
   *
   * @throws {TypeError} For a limit, a cursor or a host that is none.
   * @throws {StoreUnavailableError} While the store does not answer.
   */
  list(query?: ListClientsQuery): Promise<ClientsPage>;
  /**
   * One client of any kind. A document at the id is fetched for it, within the limits.
   *
   * @returns `undefined` when there is none.
   * @throws {TypeError} When the id is not a text.
   * @throws {OAuthError} `invalid_client` with what is wrong with a document; `temporarily_unavailable`
   * when it cannot be fetched at the moment.
   * @throws {StoreUnavailableError} While the store does not answer.
   */
  get(clientId: string): Promise<ClientView | undefined>;
  /**
   * Whether a client may ask for scopes, and why, with what would help where it may not.
   *
   * @param scope - Absent: every scope there is, and those of the client.
   * @returns `undefined` when there is no such client.
   * @throws As {@link Clients.get}.
   */
  explain(clientId: string, scope?: ScopesInQuestion): Promise<ClientExplanation | undefined>;
  /**
   * The same for metadata that nobody has registered: what would become of them (RFC 7591 §2), or of a
   * client metadata document, where `client_id` is its address. Nothing is kept, nothing is fetched,
   * and `onRegister` is not asked.
   */
  explainMetadata(metadata: unknown, scope?: ScopesInQuestion): Promise<MetadataExplanation>;
  /**
   * Blocks a client of any kind: on all instances it is as if it never was, from the next request on, and
   * its grants are over. One can be blocked before it ever came.
   *
   * @returns Whether it was not blocked before.
   * @throws {TypeError} When the id or the reason is not one.
   * @throws {StoreUnavailableError} To call again is safe.
   */
  block(clientId: string, options?: ReasonOption & OperatorOptions): Promise<boolean>;
  /**
   * Lets a client in again. It has to ask people anew, for what they had given is over.
   *
   * @returns Whether it was blocked.
   * @throws {TypeError} When the id is not one.
   * @throws {StoreUnavailableError} To call again is safe.
   */
  unblock(clientId: string, options?: OperatorOptions): Promise<boolean>;
  /**
   * Ends the registration of a client, and its grants. Its app can register again.
   *
   * @returns Whether there was one.
   * @throws {StoreUnavailableError} To call again is safe.
   */
  delete(clientId: string, options?: OperatorOptions): Promise<boolean>;
  /**
   * Writes the notes of what clients were answered anew, by the policy of now, the baseline function included. It may be interrupted, and run again or beside another.
   *
   * @throws {StoreUnavailableError} What was done until then stays done.
   */
  reconcile(options?: TrialOptions): Promise<ReconcileReport>;
  /**
   * Takes over a client that another server has registered, with its id and its secret (RFC 7591 §3.2.1):
   * decided like a registration, and kept as a digest. To do it again changes nothing.
   *
   * @param client - What that server answered when the client registered, as JSON.
   * @throws {OAuthError} `temporarily_unavailable` when `onRegister` failed: to call again is safe.
   * @throws {StoreUnavailableError} To call again is safe.
   */
  import(client: unknown, options?: TrialOptions & OperatorOptions): Promise<ImportOutcome>;
  /** Who may register, as far as this instance knows: what was switched elsewhere it knows within 5 s. */
  registration(): RegistrationState;
  /**
   * Closes registration on all instances, whatever the configuration says, until it is opened: who comes
   * is told to come back. Clients that are there go on, but for updates of their registration.
   *
   * @returns Whether it was open before.
   * @throws {TypeError} When the reason is not one.
   * @throws {StoreUnavailableError} To call again is safe.
   */
  closeRegistration(options?: ReasonOption & OperatorOptions): Promise<boolean>;
  /**
   * Registration is what the configuration says again.
   *
   * @returns Whether it was closed.
   * @throws {StoreUnavailableError} To call again is safe.
   */
  openRegistration(options?: OperatorOptions): Promise<boolean>;
}

/** Who may register. */
export interface RegistrationState {
  /** What the configuration says. */
  readonly mode: RegistrationMode;
  /** Absent while that counts: an operator has closed it. */
  readonly closed?: { readonly since: Date; readonly reason?: string };
}

export function createClients(deps: ClientsDeps): Clients {
  const explain = async (clientId: string, scopes?: readonly string[]) =>
    isPossible(clientId) ? explainClient(deps, clientId, scopes) : undefined;
  return {
    list: (query) => listClients(deps, query),
    get: async (clientId) => (await explain(clientId, []))?.client,
    explain: (clientId, scope) => explain(clientId, scopesOf(scope)),
    explainMetadata: (metadata, scope) => explainMetadata(deps, metadata, scopesOf(scope)),
    block: async (clientId, options) => blockClient(inTheNameOf(deps, options), clientId, options),
    unblock: async (clientId, options) => unblockClient(inTheNameOf(deps, options), clientId),
    delete: async (clientId, options) => {
      const named = inTheNameOf(deps, options);
      return isPossible(clientId) && deleteRegistration(named, clientId);
    },
    reconcile: async (options) => reconcileAll(deps, isTrial('reconcile', options)),
    import: async (client, options) =>
      importOne(inTheNameOf(deps, options), client, isTrial('import', options, ['operator'])),
    registration: () => registrationState(deps),
    closeRegistration: async (options) => closeRegistration(inTheNameOf(deps, options), options),
    openRegistration: async (options) => openRegistration(inTheNameOf(deps, options)),
  };
}

/** Whether nothing is to be kept. */
function isTrial(
  method: 'import' | 'reconcile',
  options: TrialOptions = {},
  more: readonly string[] = [],
): boolean {
  const what = `clients.${method}`;
  requireKnown(what, options, ['dryRun', ...more]);
  const { dryRun = false } = options;
  requireFlag(what, 'dryRun', dryRun);
  return dryRun;
}

/** Of an id that no client can have there is none, and nothing is asked. A text it has to be. */
function isPossible(clientId: unknown): boolean {
  if (typeof clientId === 'string') return couldBeClientId(clientId);
  throw new ArgumentError('clients: the id of a client must be a text');
}

function registrationState({
  registration: mode,
  registrationClosed,
}: ClientsDeps): RegistrationState {
  const { since, ...why } = registrationClosed() ?? {};
  return { mode, ...(since !== undefined && { closed: { since: new Date(since), ...why } }) };
}

async function reconcileAll(deps: ReconcileDeps, dryRun: boolean): Promise<ReconcileReport> {
  const tally = new ReconcileTally();
  for await (const page of reconcileClients(deps, { dryRun })) tally.add(page);
  return tally.report();
}

async function importOne(
  deps: ClientsDeps,
  client: unknown,
  isTrial: boolean,
): Promise<ImportOutcome> {
  const { clientSources, resourceServers } = deps;
  const isTaken = (id: string): boolean =>
    clientSources.provisioned?.(id) !== undefined || resourceServers.has(id);
  return importClient({ ...deps, isTaken }, client, { isTrial });
}

/** Not by the rules of the wire: what is no scope is explained, too. */
function scopesOf(scope: ScopesInQuestion | undefined): readonly string[] | undefined {
  return typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : scope;
}
