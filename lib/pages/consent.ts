/**
 * The consent page: who asks, where the answer goes, and what for.
 *
 * The redirect host stands first and large, for it is the only thing about a self-registered client
 * that its maker cannot choose freely. The name is the client's own claim and is shown as one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-5
 * @module
 */
import { formatAge } from './age.ts';
import { describeDestination, essenceOf, punycodeLabel, type Destination } from './destination.ts';
import { page, phrase, said, text, type Frame, type SaidText } from './layout.ts';

/** What is on the page that asks for consent. */
export interface ConsentPage {
  readonly destination: Destination;
  readonly client: ClientOnPage;
  /** Who is logged in. */
  readonly person: string;
  /** Where to log in as somebody else; absent when there is no such place. */
  readonly switchAccount?: string;
  /** The APIs that it is about. */
  readonly resources: readonly string[];
  /** What the person decides about, without what is in `remembered`. */
  readonly scopes: readonly ScopeLine[];
  /** What they have allowed this client before, when there is more now. */
  readonly remembered: readonly ScopeLine[];
  /** Said when the app will stay connected without a scope that says so. */
  readonly stayingConnected?: SaidText;
  /** Asked for, but not this person's to give. */
  readonly unavailable: readonly ScopeLine[];
  /** The form came back with nothing ticked. */
  readonly nothingTicked: boolean;
}

/** The client, as the page tells of it. */
export interface ClientOnPage {
  readonly id: string;
  /** What it calls itself; absent when it does not. */
  readonly name?: SaidText;
  /** Whether the name is written with letters that look like others. */
  readonly isLookalike: boolean;
  readonly origin: OriginOnPage;
}

/** How the server came to know the client. */
export type OriginOnPage =
  /** `ageMs` is how long ago, in milliseconds. */
  | { readonly kind: 'registered'; readonly ageMs: number }
  /** Its id is the address of a document about it; whose host is known. */
  | { readonly kind: 'document'; readonly host: string }
  /** Set up by the operator. */
  | { readonly kind: 'provisioned' };

/** One scope and what it means. */
export interface ScopeLine {
  readonly scope: string;
  readonly description: SaidText;
  /** Beyond what the client registered with: the operator's baseline. */
  readonly isAdded: boolean;
}

/** What goes back with the decision. */
export interface ConsentForm {
  readonly action: string;
  /** Hidden fields, by name. */
  readonly fields: Readonly<Record<'csrf' | 'choice', string>>;
}

const ticks = (lines: string): string => `<ul class="ticks">
<% for (const line of ${lines}) { %><li><label><input type="checkbox" name="scope" value="<%= line.scope %>"<% if (!it.nothingTicked) { %> checked<% } %>> <span>${said('line.description')} <span class="quiet">(<code><%= line.scope %></code>)</span></span></label><% if (line.isAdded) { %> <span class="quiet mark">${text('consentAdded')}</span><% } %></li>
<% } %></ul>`;

const RESOURCES =
  '<% it.resources.forEach((resource, nth) => { %><% if (nth > 0) { %>, <% } %><bdi><%= resource %></bdi><% }) %>';

const group = (legend: string, inside: string): string => `<fieldset>
<legend>${legend}</legend>
${inside}</fieldset>
`;

const render: (data: ConsentView, frame: Frame) => string = page({
  title: 'consentTitle',
  // The header of every page says `no-referrer`. A form of a page without referrer is sent with
  // `Origin: null`, and browsers that do not know `Sec-Fetch-Site` would have nothing left to show
  // that the form is ours.
  head: '<meta name="referrer" content="same-origin">\n',
  inside: `<h1>${text('consentHeading')}</h1>
<% if (it.nothingTicked) { %><p class="warn" role="alert">${text('consentNothingTicked')}</p>
<% } %><div class="box">
<p class="quiet">${text('consentDestination')}</p>
<p class="host"><bdi><%= it.host %></bdi></p>
<% if (it.destination.kind === 'loopback') { %><p class="warn">${text('consentLoopback')}</p>
<% } else if (it.destination.kind === 'app') { %><p class="warn">${text('consentAppLink')}</p>
<% } else if (it.punycode) { %><p class="warn">${phrase('consentPunycode', { label: '<code><%= it.punycode %></code>' })}</p>
<% } %><p class="quiet claim"><% if (it.client.name) { %>${phrase('consentName', { name: `<strong>${said('it.client.name')}</strong>` })}<% } else { %>${phrase('consentNameless', { id: '<code><%= it.client.id %></code>' })}<% } %></p>
<% if (it.client.isLookalike) { %><p class="warn">${text('consentLookalike')}</p>
<% } %><p class="quiet"><% if (it.age) { %>${phrase('consentRegistered', { age: '<%= it.age %>' })}<% } else if (it.client.origin.kind === 'document') { %>${phrase('consentDescribed', { host: '<bdi><%= it.client.origin.host %></bdi>' })}<% } else { %>${text('consentProvisioned')}<% } %></p>
</div>
<p>${phrase('consentPerson', { person: '<strong><bdi><%= it.person %></bdi></strong>' })}<% if (it.switchAccount) { %> <a href="<%= it.switchAccount %>">${text('consentSwitch')}</a><% } %></p>
<form method="post" action="<%= it.action %>">
<input type="hidden" name="csrf" value="<%= it.fields.csrf %>">
<input type="hidden" name="choice" value="<%= it.fields.choice %>">
<% if (it.scopes.length > 0) { %>${group(
    `<% if (it.remembered.length > 0) { %>${text('consentAsksMore')}<% } else { %>${text('consentAsks')}<% } %>`,
    `${ticks('it.scopes')}
`,
  )}<% } %><% if (it.remembered.length > 0) { %>${group(
    text('consentRemembered'),
    `${ticks('it.remembered')}
`,
  )}<% } %><% if (it.isGivable) { %><% if (it.stayingConnected) { %><ul>
<li>${said('it.stayingConnected')}</li>
</ul>
<% } %><p class="quiet">${text('consentChoice')}</p>
<% } else { %><p>${text('consentNothing')}</p>
<% } %><% if (it.unavailable.length > 0) { %><p class="quiet">${text('consentUnavailable')}</p>
<ul class="quiet">
<% for (const line of it.unavailable) { %><li>${said('line.description')} (<code><%= line.scope %></code>)</li>
<% } %></ul>
<% } %><p class="quiet">${phrase('consentResource', { resource: RESOURCES })}</p>
<div class="actions">
<button type="submit" name="decision" value="deny">${text('consentDeny')}</button>
<% if (it.isGivable) { %><button type="submit" name="decision" value="allow">${text('consentAllow')}</button>
<% } %></div>
</form>
<p class="quiet">${text('consentAdvice')}</p>`,
});

type ConsentView = ConsentPage &
  ConsentForm & {
    readonly host: string;
    readonly punycode: string | undefined;
    readonly age: string | undefined;
    readonly isGivable: boolean;
  };

export function renderConsentPage(data: ConsentPage, form: ConsentForm, frame: Frame): string {
  const { destination, client, scopes, remembered } = data;
  const { tag, texts } = frame.language;
  return render(
    {
      ...data,
      ...form,
      host: describeDestination(destination, texts),
      punycode: punycodeLabel(destination),
      age: client.origin.kind === 'registered' ? formatAge(client.origin.ageMs, tag) : undefined,
      isGivable: scopes.length + remembered.length > 0,
    },
    frame,
  );
}

/** What the page of a host must show too: who forgets one of these has a page that deceives, or no page. */
export function consentEssentials(
  data: ConsentPage,
  { action, fields }: ConsentForm,
): (string | RegExp)[] {
  return [
    essenceOf(data.destination),
    action,
    fields.csrf,
    // Without it, everything is meant that was shown, whatever is ticked.
    /name\s*=\s*["']?choice\b/,
    ...[...data.scopes, ...data.remembered].map(({ scope }) => scope),
  ];
}
