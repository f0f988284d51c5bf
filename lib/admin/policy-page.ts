/**
 * The policy in effect, and a form that tries metadata against it.
 *
 * @module
 */
import type { BaselineRule } from '../policy/baseline-rules.ts';
import type { RegistrationState } from '../services/clients.ts';
import { effectsOf, type Effect, type Effective } from '../services/effective-policy.ts';
import type { MetadataExplanation } from '../services/explain-metadata.ts';
import { explainedScopes, type Variables } from './explained-scopes.ts';
import { piece, type AdminPage } from './page.ts';
import { scopeList, scopeNames } from './scope-lists.ts';

/** What was typed, and what would become of it; a sentence where it is no JSON. */
export interface Trial {
  readonly text: string;
  readonly explained: MetadataExplanation | string;
}

export interface PolicyData {
  readonly base: string;
  readonly effective: Effective;
  /** Who may register. */
  readonly registration: RegistrationState;
  readonly variables: Variables;
  readonly trial?: Trial;
}

/** What is in effect: in words, and as HTML; with the option behind it where there is one. */
interface Fact extends Pick<Effect, 'name'> {
  readonly value: string;
  readonly option: string | undefined;
}

interface PolicyView {
  readonly base: string;
  readonly effects: readonly Fact[];
  readonly variables: Variables;
  readonly rules: readonly (BaselineRule & { readonly about: string })[];
  readonly text: string;
  readonly result: Result | undefined;
}

/** What became of a trial, ready to be shown. */
interface Result {
  readonly problem: string | undefined;
  readonly error: string | undefined;
  readonly facts: readonly (readonly [string, string])[];
  /** HTML: each scope, and why. */
  readonly explained: string;
}

const EXAMPLE = {
  client_name: 'Claude Code',
  redirect_uris: ['http://localhost/callback'],
  token_endpoint_auth_method: 'none',
  scope: 'openid',
};

const inside: (data: PolicyView) => string = piece(`<div class="scroll"><table class="facts"><tbody>
<% for (const { name, value, option } of it.effects) { %><tr><th scope="row"><%= name %><% if (option) { %><br><code class="quiet"><%= it.variables[option] ?? option %></code><% } %></th><td><%~ value %></td></tr>
<% } %></tbody></table></div>
<h2>Baseline rules</h2>
<% if (it.rules.length === 0) { %><p class="quiet">None.</p>
<% } else { %><div class="scroll"><table><thead><tr><th>Rule</th><th>Is about clients with</th><th>Adds</th></tr></thead><tbody>
<% for (const rule of it.rules) { %><tr><th scope="row"><%= rule.name %></th><td><code><%= rule.about %></code></td><td><% for (const scope of rule.scopes) { %><code><%= scope %></code> <% } %></td></tr>
<% } %></tbody></table></div>
<% } %><h2>Try it</h2>
<p class="quiet">What would become of this registration, or of this metadata document if it has a client_id. Nothing is registered, nothing is fetched, and the app's own onRegister is not asked.</p>
<% if (it.result) { if (it.result.problem) { %><p class="bad" role="alert"><% if (it.result.error) { %><code><%= it.result.error %></code>: <% } %><%= it.result.problem %></p>
<% } else { %><p class="good" role="status">It would be taken.</p>
<div class="scroll"><table class="facts"><tbody>
<% for (const [name, value] of it.result.facts) { %><tr><th scope="row"><%= name %></th><td><%~ value %></td></tr>
<% } %></tbody></table></div>
<% } %><%~ it.result.explained %>
<% } %><form method="post" action="<%= it.base %>/policy">
<label for="metadata">Client metadata, as JSON</label>
<textarea id="metadata" name="metadata" spellcheck="false" required><%= it.text %></textarea>
<p><button>Try</button></p>
</form>`);

const words: (data: { readonly text: string }) => string = piece('<%= it.text %>');

export function policyPage(data: PolicyData): AdminPage {
  const { base, effective, registration, variables, trial } = data;
  return {
    title: 'Policy',
    place: 'Policy',
    inside: inside({
      ...{ base, variables },
      effects: effectsOf(effective).map((effect) => factOf(effect, registration)),
      rules: effective.scopePolicy.rules.map((rule) => ({
        ...rule,
        about: JSON.stringify(rule.match),
      })),
      text: trial?.text ?? JSON.stringify(EXAMPLE, null, 2),
      result: trial && resultOf(trial.explained, variables),
    }),
  };
}

function factOf({ name, shown, option }: Effect, { closed }: RegistrationState): Fact {
  const isClosed = option === 'registration' && closed !== undefined;
  const value =
    typeof shown === 'string'
      ? words({ text: isClosed ? `${shown}, but closed by an operator` : shown })
      : scopeNames({ scopes: shown, otherwise: '' });
  return { name, value, option };
}

function resultOf(explained: MetadataExplanation | string, variables: Variables): Result {
  if (typeof explained === 'string') {
    return { problem: explained, error: undefined, facts: [], explained: '' };
  }
  const shown = explainedScopes(explained.scopes, variables);
  if (explained.outcome === 'refused') {
    const { error, reason } = explained;
    return { problem: reason, error, facts: [], explained: shown };
  }
  const { metadata, requested, registered, droppedRedirectUris: dropped } = explained;
  const authentication = metadata.token_endpoint_auth_method;
  return {
    problem: undefined,
    error: undefined,
    facts: [
      [
        'Requested',
        scopeNames({ scopes: requested, otherwise: 'nothing, so that it has the defaults' }),
      ],
      ['Would be answered as scope', scopeList(registered)],
      ['Authentication', words({ text: authentication })],
      ...(dropped.length > 0
        ? [['Redirect URIs left out', words({ text: dropped.join(' ') })] as const]
        : []),
    ],
    explained: shown,
  };
}
