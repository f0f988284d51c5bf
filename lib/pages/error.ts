/**
 * The error page: what happened, and what the person can do about it.
 *
 * @module
 */
import { page } from './layout.ts';

export interface ErrorPage {
  readonly title: string;
  readonly explanation: string;
  /** The code and sentence that the app's developer will look for. */
  readonly error?: string;
  readonly reason?: string;
  readonly link?: { readonly href: string; readonly text: string };
}

export const renderErrorPage: (data: ErrorPage) => string = page(`<h1><%= it.title %></h1>
<p><%= it.explanation %></p>
<% if (it.link) { %><p><a class="button" href="<%= it.link.href %>" rel="noreferrer"><bdi><%= it.link.text %></bdi></a></p>
<% } %><% if (it.error) { %><p class="quiet">For the developer of the app: <code><%= it.error %></code><% if (it.reason) { %> (<%= it.reason %>)<% } %></p>
<% } %>`);
