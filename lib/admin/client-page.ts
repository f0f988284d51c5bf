/**
 * One client: what it says of itself, what it may ask for and why, and what can be done about it.
 *
 * @module
 */
import type { ScopeExplanation } from '../policy/scope-reasons.ts';
import type { ClientView } from '../services/client-view.ts';
import { blockedWords, ORIGIN_WORDS } from '../services/client-words.ts';
import { explainedScopes, type Variables } from './explained-scopes.ts';
import { piece, type AdminPage } from './page.ts';
import { scopeList, scopeNames } from './scope-lists.ts';

export interface ClientData {
  readonly base: string;
  readonly client: ClientView;
  /** Every scope of interest, and why or why not. */
  readonly explained: readonly ScopeExplanation[];
  readonly variables: Variables;
  /** What has just been done; absent when nothing was. */
  readonly done?: string | undefined;
}

interface ClientPageView extends ClientData {
  readonly facts: readonly (readonly [string, string])[];
  readonly requested: string;
  readonly registered: string;
  readonly answered: string | undefined;
  readonly metadata: string;
  /** HTML: each scope, and why. */
  readonly why: string;
}

const act = (action: string, label: string, more = '', kind = ''): string =>
  `<form method="post" action="<%= it.base %>/client/${action}"><input type="hidden" name="id" value="<%= it.client.clientId %>">${more}<button${kind}>${label}</button></form>`;

const inside: (data: ClientPageView) => string =
  piece(`<% if (it.done) { %><p class="good" role="status"><%= it.done %></p>
<% } %><div class="scroll"><table class="facts"><tbody>
<% for (const [name, value] of it.facts) { %><tr><th scope="row"><%= name %></th><td><bdi><%= value %></bdi></td></tr>
<% } %><tr><th scope="row">Requested</th><td><%~ it.requested %></td></tr>
<tr><th scope="row">May ask for</th><td><%~ it.registered %></td></tr>
<% if (it.answered) { %><tr><th scope="row">Was told</th><td><%~ it.answered %></td></tr>
<% } %></tbody></table></div>
<h2>Each scope, and why</h2>
<%~ it.why %>
<h2>What it says of itself</h2>
<p class="quiet">Nobody has checked it.</p>
<pre class="scroll"><code><%= it.metadata %></code></pre>
<h2>What can be done</h2>
<p class="quiet">Where grants end, an access token that is out works on, until it expires, at routes without <code>checkRevocation: true</code>.</p>
<% if (it.client.blocked) { %><p>To unblock it lets it come back; its grants stay ended.</p>
${act('unblock', 'Unblock')}
<% } else { %><p>To block it ends all its grants at once, on every instance, and it gets no new ones.</p>
${act('block', 'Block', '<div><label for="reason">Why, for your own notes</label><input type="text" id="reason" name="reason" maxlength="200" autocomplete="off"></div>', ' class="danger"')}
<% } %><% if (it.client.origin === 'registered') { %><p>To delete it ends its registration and all its grants. Its app can register again.</p>
${act('delete', 'Delete', '<div><label><input type="checkbox" name="sure" value="yes" required> Delete it for good</label></div>', ' class="danger"')}
<% } %>`);

export function clientPage(data: ClientData): AdminPage {
  const { client } = data;
  const { metadata, requested, registered, answered } = client;
  return {
    title: metadata.client_name ?? client.clientId,
    place: 'Clients',
    inside: inside({
      ...data,
      facts: factsOf(client),
      requested: scopeNames({
        scopes: requested,
        otherwise: 'nothing, so that it has the defaults',
      }),
      registered: scopeList(registered),
      answered: answered && scopeList(answered),
      metadata: JSON.stringify(metadata, null, 2),
      why: explainedScopes(data.explained, data.variables),
    }),
  };
}

function factsOf(client: ClientView): (readonly [string, string])[] {
  const {
    clientId,
    origin,
    confidential,
    grantsEndedAt,
    metadata,
    createdAt,
    used,
    lastUsedOn,
    expiresAt,
    licence,
  } = client;
  const facts: (readonly [string, string | undefined])[] = [
    ['Client ID', clientId],
    ['Blocked', blockedWords(client)],
    ['Grants ended', grantsEndedAt && `all from before ${grantsEndedAt.toISOString()}`],
    ['Origin', ORIGIN_WORDS[origin]],
    ['Software ID', metadata.software_id],
    ['Software version', metadata.software_version],
    ['Authentication', `${metadata.token_endpoint_auth_method}${confidential ? '' : ' (public)'}`],
    ['Registered', createdAt?.toISOString()],
    [
      'Last use',
      createdAt && (lastUsedOn ?? (used ? 'not known' : 'never: nobody has allowed it anything')),
    ],
    ['Ends, if nothing happens', expiresAt?.toISOString()],
    ['Initial access token allowed', licence && JSON.stringify(licence)],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
