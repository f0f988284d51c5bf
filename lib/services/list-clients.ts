/**
 * Looking through the clients that registered, page by page, for those that somebody is looking for.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import { requireFlag, requireKnown } from '../diagnostics/given-options.ts';
import { isFoundAtHost, isRedirectHostEntry } from '../policy/redirect-hosts.ts';
import { matchesWildcard } from '../policy/wildcard.ts';
import type { Scope } from '../protocol/scope.ts';
import type { ClientPage, ClientRecord, ClientStore } from '../storage/store.ts';
import { clientView, decidedView, type ClientView, type ClientViewDeps } from './client-view.ts';
import { namesOf } from './client-words.ts';
import { withKeptHook, type KeptHookDeps } from './kept-hook.ts';
import { clientOfRecord, type ResolveClientDeps } from './resolve-client.ts';

/** What one call reads at most, however few are found: there is a next one. */
export const MAX_CLIENTS_READ = 2000;

const DEFAULT_LIMIT = 50;

/** As much as the store gives at once. */
const STORE_PAGE = 100;

/** In no id that a client can have. */
const SEPARATOR = '!';

/** Which clients. Everything that is said must hold. */
export interface ClientFilter {
  /** The name in any language, in either case, with `*` for anything. */
  readonly name?: string;
  /** Where one of its redirect URIs leads to: a host, `*.example.com`, or a scheme as `cursor:`. */
  readonly redirectHost?: string;
  /** One of the scopes that it has registered, whatever that comes from. */
  readonly scope?: Scope;
  /** The name of a baseline rule that added something: `global` for the list that is for all. */
  readonly rule?: string;
}

export interface ListClientsQuery extends ClientFilter {
  /**
   * Those that a person has allowed something, or those that nobody has.
   * @default true
   */
  readonly used?: boolean;
  /**
   * At most so many, 1 to 100.
   * @default 50
   */
  readonly limit?: number;
  /** Where the page before said that this one begins. */
  readonly cursor?: string;
}

/** Some clients, those that end first before the others. One that is renewed meanwhile may come twice. */
export interface ClientsPage {
  /** Fewer than asked for, also none, where that is all that was found among those that were read. */
  readonly clients: readonly ClientView[];
  /** Where to go on; absent when there are no more. */
  readonly cursor?: string;
  /** How many were read to find them. */
  readonly read: number;
}

export interface ListClientsDeps
  extends
    Pick<ResolveClientDeps, 'clientStates' | 'scopePolicy' | 'storeNow'>,
    ClientViewDeps,
    KeptHookDeps {
  readonly clients: Pick<ClientStore, 'list'>;
}

/** For hosts that write without types: a filter that is misspelt would find all. */
const OPTIONS = [
  'name',
  'redirectHost',
  'scope',
  'rule',
  'used',
  'limit',
  'cursor',
] as const satisfies readonly (keyof ListClientsQuery)[];

/** @throws {TypeError} For a limit, a cursor or a filter that is none, and an option that nobody knows. */
export async function listClients(
  deps: ListClientsDeps,
  query: ListClientsQuery = {},
): Promise<ClientsPage> {
  requireKnown('clients.list', query, OPTIONS);
  const { used = true, limit = DEFAULT_LIMIT, cursor, ...filter } = query;
  requireFlag('clients.list', 'used', used);
  requireLimit(limit);
  const isWanted = matcherOf(filter);
  const isFiltered = Object.values<unknown>(filter).some((wanted) => wanted !== undefined);
  const clients: ClientView[] = [];
  let place: Place | undefined = placeOf(cursor);
  let read = 0;
  while (place !== undefined && read < MAX_CLIENTS_READ) {
    const query = { used, limit: isFiltered ? STORE_PAGE : limit };
    const page = await deps.clients.list({
      ...query,
      ...(place.page !== '' && { cursor: place.page }),
    });
    const records = recordsAfter(page.clients, place.after);
    for (const record of records) {
      read += 1;
      const view = clientView(deps, withKeptHook(deps, clientOfRecord(deps, record)));
      if (!isWanted(view)) continue;
      clients.push(view);
      if (clients.length < limit) continue;
      const isLast = record === records.at(-1);
      const next = isLast ? placeAfter(page) : { page: place.page, after: record.client_id };
      return { clients: await decided(deps, clients), ...cursorOf(next), read };
    }
    place = placeAfter(page);
  }
  return { clients: await decided(deps, clients), ...cursorOf(place), read };
}

/** Asked together: one wait. */
function decided(deps: ListClientsDeps, clients: readonly ClientView[]): Promise<ClientView[]> {
  return Promise.all(clients.map((client) => decidedView(deps, client)));
}

/** Within a page of the store, for a page of ours can end in the middle of one. */
interface Place {
  /** Where the page of the store begins; empty for the first one. */
  readonly page: string;
  /** The last client that was looked at of it; empty for none. */
  readonly after: string;
}

function placeAfter({ cursor }: ClientPage): Place | undefined {
  return cursor === undefined ? undefined : { page: cursor, after: '' };
}

function placeOf(cursor: string = SEPARATOR): Place {
  const at = typeof cursor === 'string' ? cursor.indexOf(SEPARATOR) : -1;
  if (at < 0) throw new ArgumentError('cursor is not one that a page came with');
  return { after: cursor.slice(0, at), page: cursor.slice(at + SEPARATOR.length) };
}

function cursorOf(place: Place | undefined): { readonly cursor?: string } {
  return place === undefined ? {} : { cursor: `${place.after}${SEPARATOR}${place.page}` };
}

/** All of them when that one has gone or moved: one may come twice then, and none is left out. */
function recordsAfter(records: readonly ClientRecord[], after: string): readonly ClientRecord[] {
  return records.slice(records.findIndex(({ client_id }) => client_id === after) + 1);
}

function requireLimit(limit: number): void {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= STORE_PAGE) return;
  throw new ArgumentError(`limit must be a whole number from 1 to ${String(STORE_PAGE)}`);
}

function matcherOf({
  name,
  redirectHost,
  scope,
  rule,
}: ClientFilter): (client: ClientView) => boolean {
  if (name !== undefined && typeof name !== 'string') {
    throw new ArgumentError('name must be a text');
  }
  if (redirectHost !== undefined && !isEntry(redirectHost)) {
    throw new ArgumentError(
      'redirectHost must be a host such as app.example.com, *.example.com or localhost, or a scheme such as cursor:',
    );
  }
  const pattern = name?.toLowerCase();
  return ({ metadata, registered, baseline }) =>
    (pattern === undefined || isNamed({ metadata }, pattern)) &&
    (redirectHost === undefined ||
      metadata.redirect_uris.some((uri) => isFoundAtHost(uri, redirectHost))) &&
    (scope === undefined || registered.some((entry) => entry.scope === scope)) &&
    (rule === undefined || baseline.some((entry) => entry.rule === rule));
}

/** One without a name is found by what finds everything. */
function isNamed(client: Pick<ClientView, 'metadata'>, pattern: string): boolean {
  const names = namesOf(client);
  return (names.length > 0 ? names : ['']).some((name) =>
    matchesWildcard(name.toLowerCase(), pattern),
  );
}

function isEntry(redirectHost: unknown): boolean {
  return typeof redirectHost === 'string' && isRedirectHostEntry(redirectHost);
}
