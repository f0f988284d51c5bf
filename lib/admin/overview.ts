/**
 * The overview: what happened lately, what the baseline added, what was refused, and how the server is.
 *
 * @module
 */
import type { Health } from '../operations/health.ts';
import { EXPANDED_REGISTRATION } from '../operations/stats.ts';
import type { HourOfCounts } from '../storage/store.ts';
import { chart } from './chart.ts';
import { piece, type AdminPage } from './page.ts';
import { ruleName } from './scope-lists.ts';
import {
  additionsOf,
  barsOf,
  refusalsOf,
  SPANS,
  totalOf,
  type Addition,
  type Span,
} from './timeline.ts';

export interface OverviewData {
  /** Where this page is. */
  readonly here: string;
  readonly span: Span;
  readonly counted: readonly HourOfCounts[];
  readonly health: Health;
  /** HTML: what there is to say of registration. */
  readonly notice: string;
  /** On the store's clock. */
  readonly now: number;
}

const TILES = [
  { label: 'registrations', counter: 'client.registered' },
  { label: 'of them expanded', counter: EXPANDED_REGISTRATION },
  { label: 'consents given', counter: 'grant.created' },
  { label: 'consents denied', counter: 'consent.denied' },
  { label: 'grants revoked', counter: 'grant.revoked' },
  { label: 'codes replayed', counter: 'code.replayed' },
  { label: 'refresh tokens reused', counter: 'refresh.reused' },
] as const;

interface OverviewView {
  readonly here: string;
  readonly notice: string;
  readonly span: Span;
  readonly spans: readonly Span[];
  readonly tiles: readonly { readonly label: string; readonly total: number }[];
  readonly registrations: string;
  readonly grants: string;
  readonly additions: readonly Addition[];
  readonly refusals: ReturnType<typeof refusalsOf>;
  readonly health: Health;
}

const inside: (data: OverviewView) => string =
  piece(`<%~ it.notice %><p class="quiet">The last <% it.spans.forEach((one, nth) => { %><% if (nth > 0) { %>, <% } %><a href="<%= it.here %>?hours=<%= one.hours %>"<% if (one.hours === it.span.hours) { %> aria-current="true"<% } %>><%= one.name %></a><% }) %>. All instances together; what happened in the last seconds is not counted yet.</p>
<ul class="tiles"><% for (const tile of it.tiles) { %><li><b><%= tile.total %></b> <%= tile.label %></li><% } %></ul>
<h2>Registrations</h2>
<%~ it.registrations %>
<h2>Grants</h2>
<%~ it.grants %>
<div class="pair"><section>
<h2>Added by the baseline</h2>
<% if (it.additions.length === 0) { %><p class="quiet">Nothing: no client came with less than the baseline holds.</p><% } else { %><p class="quiet">At registrations, at updates, and by metadata documents that were new or had changed.</p><div class="scroll"><table><thead><tr><th>Scope</th><th>Rule</th><th class="number">Times</th></tr></thead><tbody>
<% for (const one of it.additions) { %><tr><td><code><%= one.scope %></code></td><td><%= one.rule %></td><td class="number"><%= one.count %></td></tr>
<% } %></tbody></table></div><% } %>
</section><section>
<h2>Refused</h2>
<% if (it.refusals.length === 0) { %><p class="quiet">Nothing.</p><% } else { %><div class="scroll"><table><thead><tr><th>Error</th><th class="number">Requests</th></tr></thead><tbody>
<% for (const one of it.refusals) { %><tr><td><code><%= one.error %></code></td><td class="number"><%= one.count %></td></tr>
<% } %></tbody></table></div><% } %>
</section></div>
<h2>Health of this instance</h2>
<div class="scroll"><table><thead><tr><th>Condition</th><th>Status</th><th>What it means</th></tr></thead><tbody>
<% for (const one of it.health.conditions) { %><tr><th scope="row"><%= one.name %></th><td class="<%= { ok: 'good', warn: 'warn', fail: 'bad' }[one.status] %>"><%= one.status %></td><td><%= one.message %></td></tr>
<% } %></tbody></table></div>`);

export function overviewPage(data: OverviewData): AdminPage {
  const { here, notice, span, counted, health, now } = data;
  const drawn = (title: string, series: Readonly<Record<string, string>>): string =>
    chart({
      title,
      series: Object.keys(series),
      bars: barsOf(counted, Object.values(series), span, now),
    });
  return {
    title: 'Overview',
    place: 'Overview',
    inside: inside({
      ...{ here, notice, span, health },
      spans: SPANS,
      tiles: TILES.map(({ label, counter }) => ({ label, total: totalOf(counted, counter) })),
      registrations: drawn('Registrations over time', {
        registered: 'client.registered',
        'expanded by the baseline': EXPANDED_REGISTRATION,
      }),
      grants: drawn('Consents over time', {
        given: 'grant.created',
        denied: 'consent.denied',
      }),
      additions: additionsOf(counted).map((one) => ({ ...one, rule: ruleName(one.rule) })),
      refusals: refusalsOf(counted),
    }),
  };
}
