/**
 * The clients that registered: looked for, and listed page by page.
 *
 * @module
 */
import type { ClientView } from '../services/client-view.ts';
import { nameWords } from '../services/client-words.ts';
import type { ClientsPage } from '../services/list-clients.ts';
import { piece, type AdminPage } from './page.ts';
import { ruleName, scopeList, scopeNames } from './scope-lists.ts';

/** What the form of the page says, as it was sent. */
export interface ClientSearch {
  readonly name: string;
  readonly redirectHost: string;
  readonly scope: string;
  readonly rule: string;
  readonly used: 'yes' | 'no';
}

export interface ClientsData {
  readonly base: string;
  readonly search: ClientSearch;
  /** What was found; a sentence where the search could not be understood. */
  readonly page: ClientsPage | string;
  /** Names of the rules that there are, for the form. */
  readonly rules: readonly string[];
}

interface Row {
  readonly name: string;
  readonly isBlocked: boolean;
  readonly id: string;
  readonly url: string;
  readonly hosts: readonly string[];
  readonly requested: string;
  readonly baseline: string;
  readonly registered: string;
  readonly lastUse: string;
}

interface ClientsView {
  readonly base: string;
  readonly search: ClientSearch;
  readonly rules: readonly { readonly rule: string; readonly name: string }[];
  readonly problem: string | undefined;
  readonly rows: readonly Row[];
  readonly read: number;
  readonly onward: string | undefined;
}

const inside: (data: ClientsView) => string =
  piece(`<form action="<%= it.base %>/client" method="get" class="row">
<div><label for="id">Client ID</label><input type="text" id="id" name="id" required autocomplete="off" spellcheck="false"></div>
<button>Show</button>
</form>
<form action="<%= it.base %>/clients" method="get">
<div class="fields">
<div><label for="name">Name</label><input type="search" id="name" name="name" value="<%= it.search.name %>" placeholder="Claude*"></div>
<div><label for="host">Redirect host</label><input type="search" id="host" name="host" value="<%= it.search.redirectHost %>" placeholder="claude.ai"></div>
<div><label for="scope">May ask for</label><input type="search" id="scope" name="scope" value="<%= it.search.scope %>" placeholder="offline_access"></div>
<div><label for="rule">Rule</label><select id="rule" name="rule"><option value="">any</option><% for (const { rule, name } of it.rules) { %><option value="<%= rule %>"<% if (rule === it.search.rule) { %> selected<% } %>><%= name %></option><% } %></select></div>
<div><label for="used">In use</label><select id="used" name="used"><option value="yes"<% if (it.search.used === 'yes') { %> selected<% } %>>allowed by somebody</option><option value="no"<% if (it.search.used === 'no') { %> selected<% } %>>not yet</option></select></div>
<button>Search</button>
</div>
</form>
<% if (it.problem) { %><p class="bad" role="alert"><%= it.problem %></p>
<% } else if (it.rows.length === 0) { %><p>No client<% if (it.onward) { %> among those that were looked at<% } %>.</p>
<% } else { %><div class="scroll"><table>
<thead><tr><th>Client</th><th>Requested</th><th>Added</th><th>May ask for</th><th>Last use</th></tr></thead>
<tbody>
<% for (const row of it.rows) { %><tr><th scope="row"><a href="<%= row.url %>"><bdi><%= row.name %></bdi></a><% if (row.isBlocked) { %> <span class="bad">blocked</span><% } %><br><span class="quiet"><code><%= row.id %></code><% for (const host of row.hosts) { %><br><bdi><%= host %></bdi><% } %></span></th><td><%~ row.requested %></td><td><%~ row.baseline %></td><td><%~ row.registered %></td><td><%= row.lastUse %></td></tr>
<% } %></tbody></table></div>
<% } %><p class="quiet"><%= it.read %> <%= it.read === 1 ? 'client' : 'clients' %> looked at.<% if (it.onward) { %> <a href="<%= it.onward %>">Go on</a><% } %></p>`);

export function clientsPage({ base, search, page, rules }: ClientsData): AdminPage {
  const found = typeof page === 'string' ? { clients: [], read: 0 } : page;
  return {
    title: 'Clients',
    place: 'Clients',
    ...(typeof page === 'string' && { status: 400 }),
    inside: inside({
      ...{ base, search },
      rules: rules.map((rule) => ({ rule, name: ruleName(rule) })),
      problem: typeof page === 'string' ? page : undefined,
      rows: found.clients.map((client) => rowOf(base, client)),
      read: found.read,
      onward: found.cursor === undefined ? undefined : onwardUrl(base, search, found.cursor),
    }),
  };
}

function rowOf(base: string, client: ClientView): Row {
  const { clientId, metadata, requested, baseline, registered, lastUsedOn } = client;
  return {
    name: nameWords(client) ?? '(no name)',
    isBlocked: client.blocked !== undefined,
    id: clientId,
    url: clientUrl(base, clientId),
    hosts: [...new Set(metadata.redirect_uris.map(placeOf))],
    requested: scopeNames({ scopes: requested, otherwise: 'nothing' }),
    baseline: scopeNames({ scopes: baseline.map(({ scope }) => scope), otherwise: 'nothing' }),
    registered: scopeList(registered),
    lastUse: lastUsedOn ?? (client.used ? 'not known' : 'never'),
  };
}

/** Where a client is shown. */
export function clientUrl(base: string, clientId: string): string {
  return `${base}/client?${new URLSearchParams({ id: clientId }).toString()}`;
}

function onwardUrl(base: string, search: ClientSearch, cursor: string): string {
  const { name, redirectHost: host, scope, rule, used } = search;
  const query = new URLSearchParams({ name, host, scope, rule, used, cursor });
  return `${base}/clients?${query.toString()}`;
}

/** Scheme and host of a redirect URI: what follows may be long. */
export function placeOf(uri: string): string {
  const { protocol, host } = new URL(uri);
  return protocol === 'https:' ? host : `${protocol}//${host}`;
}
