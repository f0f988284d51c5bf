/**
 * The consent page: who asks, where the answer goes, and what for.
 *
 * The redirect host stands first and large, for it is the only thing about a self-registered client
 * that its maker cannot choose freely. The name is the client's own claim and is shown as one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-5
 * @module
 */
import { page, said, type SaidText } from './layout.ts';

export interface ConsentPage {
  readonly title: string;
  /** Where the answer goes, as a person can read it. */
  readonly destination: string;
  /** What the client calls itself; absent when it does not. */
  readonly clientName?: SaidText;
  readonly clientId: string;
  /** Who is logged in. */
  readonly person: string;
  readonly resource: string;
  readonly scopes: readonly ScopeLine[];
  /** Said when the app will stay connected without a scope that says so. */
  readonly stayingConnected?: SaidText;
  /** Asked for, but not this person's to give. */
  readonly unavailable: readonly ScopeLine[];
  readonly action: string;
  readonly csrf: string;
}

/** One scope and what it means. */
export interface ScopeLine {
  readonly scope: string;
  readonly description: SaidText;
}

export const renderConsentPage: (data: ConsentPage) => string =
  page(`<h1>Allow access to your account?</h1>
<div class="box">
<p class="quiet">After this you will be sent to</p>
<p class="host"><bdi><%= it.destination %></bdi></p>
<p class="quiet"><% if (it.clientName) { %>The app calls itself <strong>${said('it.clientName')}</strong>. It chose this name itself; nobody has checked it.<% } else { %>The app does not say what it is called. Its id is <code><%= it.clientId %></code>.<% } %></p>
</div>
<p>You are logged in as <strong><bdi><%= it.person %></bdi></strong>.</p>
<% if (it.scopes.length > 0) { %><p>The app asks to:</p>
<ul>
<% for (const line of it.scopes) { %><li>${said('line.description')} <span class="quiet">(<code><%= line.scope %></code>)</span></li>
<% } %><% if (it.stayingConnected) { %><li>${said('it.stayingConnected')}</li>
<% } %></ul>
<% } else { %><p>The app asks for nothing that you may give.</p>
<% } %><% if (it.unavailable.length > 0) { %><p class="quiet">Also asked for, but not available to you:</p>
<ul class="quiet">
<% for (const line of it.unavailable) { %><li>${said('line.description')} (<code><%= line.scope %></code>)</li>
<% } %></ul>
<% } %><p class="quiet">At <bdi><%= it.resource %></bdi></p>
<form method="post" action="<%= it.action %>">
<input type="hidden" name="csrf" value="<%= it.csrf %>">
<button type="submit" name="decision" value="deny">Deny</button>
<% if (it.scopes.length > 0) { %><button type="submit" name="decision" value="allow">Allow</button>
<% } %></form>
<p class="quiet">Allow only what you started yourself. If you did not just connect an app, deny.</p>`);
