/**
 * The page for somebody who logged in and may not: another account, or back to the client.
 *
 * @module
 */
import { describeDestination, type Destination } from './destination.ts';
import { page, phrase, text, type Frame } from './layout.ts';

/** What is on the page for an account that may not log in here. */
export interface AccountRefusalPage {
  /** Also in the log, beside which account it was. */
  readonly reference: string;
  /** Who logged in; absent when nobody can say. */
  readonly person?: string;
  /** Where to log in as somebody else; absent when there is no such place. */
  readonly switchAccount?: string;
  /** Back to the client, which is told that access was denied. */
  readonly returnTo: { readonly href: string; readonly destination: Destination };
}

const render: (data: AccountRefusalPage & { readonly host: string }, frame: Frame) => string = page(
  {
    title: 'refusalTitle',
    inside: `<h1>${text('refusalTitle')}</h1>
<% if (it.person) { %><p>${phrase('refusalPerson', { person: '<strong><bdi><%= it.person %></bdi></strong>' })}</p>
<% } %><p>${text('refusalExplanation')}</p>
<p>${text('refusalRemedy')}</p>
<p class="actions"><% if (it.switchAccount) { %><a class="button" href="<%= it.switchAccount %>">${text('refusalSwitch')}</a>
<% } %><a class="button" href="<%= it.returnTo.href %>" rel="noreferrer">${phrase('errorReturn', { destination: '<bdi><%= it.host %></bdi>' })}</a></p>
<p class="quiet">${phrase('errorReference', { reference: '<code><%= it.reference %></code>' })}</p>`,
  },
);

export function renderAccountRefusalPage(data: AccountRefusalPage, frame: Frame): string {
  const host = describeDestination(data.returnTo.destination, frame.language.texts);
  return render({ ...data, host }, frame);
}

export function accountRefusalEssentials({
  reference,
  switchAccount,
  returnTo,
}: AccountRefusalPage): string[] {
  return [reference, returnTo.href, ...(switchAccount === undefined ? [] : [switchAccount])];
}
