/**
 * The page on the way back to the client, which goes on by itself.
 *
 * Browsers hold every redirect that follows a form against the `form-action` of the page that the form
 * was on, which may not be ours alone: a host or a proxy may have added one. A page that goes on
 * begins anew.
 *
 * @see https://www.w3.org/TR/CSP3/#directive-form-action
 * @module
 */
import { describeDestination, type Destination } from './destination.ts';
import { page, phrase, text, type Frame } from './layout.ts';

/** What is on the page that leads on where a browser may not be sent by itself. */
export interface NavigationPage {
  /** Where it goes, with what the client is told. */
  readonly url: string;
  readonly destination: Destination;
}

const render: (data: NavigationPage & { readonly host: string }, frame: Frame) => string = page({
  title: 'navigationTitle',
  head: '<meta http-equiv="refresh" content="0;url=<%= it.url %>">\n',
  inside: `<h1>${phrase('navigationHeading', { destination: '<bdi><%= it.host %></bdi>' })}</h1>
<p>${text('navigationExplanation')}</p>
<p class="actions"><a class="button" href="<%= it.url %>" rel="noreferrer">${text('navigationContinue')}</a></p>`,
});

export function renderNavigationPage(data: NavigationPage, frame: Frame): string {
  return render(
    { ...data, host: describeDestination(data.destination, frame.language.texts) },
    frame,
  );
}

export function navigationEssentials({ url }: NavigationPage): string[] {
  return [url];
}
