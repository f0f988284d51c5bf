/**
 * Scopes on a page, each with whether it may be asked for, why, and what would help.
 *
 * @module
 */
import type { ScopeExplanation } from '../policy/scope-reasons.ts';
import { piece } from './page.ts';

/** The variable of each option that operators can set. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Scopes of which the same is to be said. */
interface Row extends Omit<ScopeExplanation, 'scope'> {
  readonly scopes: readonly string[];
}

/** An option, and the variable that sets it. */
interface Setting {
  readonly option: string;
  readonly variable: string;
}

interface ExplanationsView {
  readonly rows: readonly Row[];
  readonly variables: Variables;
  /** Those that the advice names, each once. */
  readonly settings: readonly Setting[];
}

const explanations: (data: ExplanationsView) => string =
  piece(`<div class="scroll"><table class="explained">
<thead><tr><th>Scope</th><th>May ask</th><th>Because, and what would help</th></tr></thead>
<tbody>
<% for (const row of it.rows) { %><tr><th scope="row"><% row.scopes.forEach((scope, nth) => { %><% if (nth > 0) { %><br><% } %><code><%= scope %></code><% }) %></th><td class="<%= row.allowed ? 'good' : 'bad' %>"><%= row.allowed ? 'yes' : 'no' %></td><td><%= row.reason %><% if (row.leftOut) { %>; it would be left out<% } %><% if (row.nearest) { %>; did it mean <code><%= row.nearest %></code>?<% } %><% if (row.help?.length) { %><ul><% for (const { option, advice } of row.help) { %><li><% if (option) { %><code><%= it.variables[option] ?? option %></code>: <% } %><%= advice %></li><% } %></ul><% } %></td></tr>
<% } %></tbody></table></div>
<% if (it.settings.length > 0) { %><p class="quiet">In code, <% it.settings.forEach(({ option, variable }, nth) => { %><% if (nth > 0) { %>, <% } %><code><%= variable %></code> is <code><%= option %></code><% }) %>.</p>
<% } %>`);

/** Each scope, in turn; what would help is named by the variable that does it. */
export function explainedScopes(
  explained: readonly ScopeExplanation[],
  variables: Variables,
): string {
  if (explained.length === 0) return '';
  const named = new Set(explained.flatMap(({ help = [] }) => help.map(({ option }) => option)));
  const settings = [...named].flatMap((option): Setting[] => {
    const variable = option && variables[option];
    return option && variable !== undefined ? [{ option, variable }] : [];
  });
  return explanations({ rows: rowsOf(explained), variables, settings });
}

/** A page that says the same of ten scopes ten times is not read. */
function rowsOf(explained: readonly ScopeExplanation[]): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const { scope, ...said } of explained) {
    const key = JSON.stringify(said);
    const scopes = [...(rows.get(key)?.scopes ?? []), scope];
    rows.set(key, { ...said, scopes });
  }
  return [...rows.values()];
}
