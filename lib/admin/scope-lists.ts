/**
 * Scopes on a page, each with where it comes from.
 *
 * @module
 */
import { GLOBAL_RULE, HOOK_RULE } from '../policy/baseline.ts';
import type { RegisteredScope } from '../protocol/scope.ts';
import { piece } from './page.ts';

const BASELINE_FUNCTION = 'baseline function';

interface Line {
  readonly scope: string;
  readonly from: string;
}

const lines: (data: { readonly lines: readonly Line[] }) => string = piece(
  `<% if (it.lines.length === 0) { %><span class="quiet">none</span><% } else { %><ul class="scopes"><% for (const line of it.lines) { %><li><code><%= line.scope %></code> <span class="quiet"><%= line.from %></span></li><% } %></ul><% } %>`,
);

/** All of them, each with its reason. */
export function scopeList(registered: readonly RegisteredScope[]): string {
  return lines({ lines: registered.map(({ scope, origin }) => ({ scope, from: fromOf(origin) })) });
}

/** Names alone; a sentence in their place where there are none. */
export const scopeNames: (data: {
  readonly scopes: readonly string[] | undefined;
  readonly otherwise: string;
}) => string = piece(
  `<% if (it.scopes?.length) { it.scopes.forEach((scope, nth) => { %><% if (nth > 0) { %> <% } %><code><%= scope %></code><% }) } else { %><span class="quiet"><%= it.otherwise %></span><% } %>`,
);

/** The origin of a scope, in words. */
export function fromOf(origin: RegisteredScope['origin']): string {
  if (origin === 'requested') return 'asked for';
  if (origin === 'default') return 'default';
  if (origin.baseline === GLOBAL_RULE) return 'baseline';
  if (origin.baseline === HOOK_RULE) return BASELINE_FUNCTION;
  return `baseline, rule "${origin.baseline}"`;
}

/** The name of a rule, for readers. */
export function ruleName(rule: string): string {
  return rule === HOOK_RULE ? BASELINE_FUNCTION : rule;
}
