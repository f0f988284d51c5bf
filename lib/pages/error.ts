/**
 * The error page: what happened, who can do what about it, and a reference for whoever helps.
 *
 * @module
 */
import { describeDestination, type Destination } from './destination.ts';
import { page, phrase, type Frame } from './layout.ts';
import type { TextKey, Texts } from './texts/en.ts';

/** What a person can be told. Each has a title, what happened, and the remedy. */
export const PROBLEMS = [
  'unknownClient',
  'redirectUri',
  'invalidScope',
  'invalidRequest',
  'unavailable',
  'loginUnavailable',
  'tooManyRequests',
  'serverError',
  'changed',
  'decided',
  'expired',
  'noCookie',
  'otherBrowser',
  'otherSite',
] as const;

/** What went wrong, for the words of the page. */
export type Problem = (typeof PROBLEMS)[number];

/** What is on the page of an error that cannot be sent to the client (RFC 6749 §4.1.2.1). */
export interface ErrorPage {
  readonly problem: Problem;
  /** Also in the log, beside what happened. */
  readonly reference: string;
  /** The code and sentence that the app's developer will look for. */
  readonly developer?: { readonly error: string; readonly reason: string };
  readonly link?: ErrorLink;
}

/**
 * - `retry`: the same again.
 * - `review`: the request as it is now.
 * - `return`: to the client, which is told of the error.
 */
export type ErrorLink =
  | { readonly kind: 'retry' | 'review'; readonly href: string }
  | { readonly kind: 'return'; readonly href: string; readonly destination: Destination };

const LINK = `<% if (it.link.kind === 'return') { %>${phrase('errorReturn', { destination: '<bdi><%= it.host %></bdi>' })}<% } else { %><%= it.linkText %><% } %>`;

const render: (data: ErrorView, frame: Frame) => string = page({
  title: { from: 'it.title' },
  inside: `<h1><%= it.title %></h1>
<p><%= it.what %></p>
<p><%= it.remedy %></p>
<% if (it.link) { %><p class="actions"><a class="button" href="<%= it.link.href %>" rel="noreferrer">${LINK}</a></p>
<% } %><% if (it.developer) { %><p class="quiet">${phrase('errorDeveloper', { error: '<code><%= it.developer.error %></code><% if (it.developer.reason) { %> (<%= it.developer.reason %>)<% } %>' })}</p>
<% } %><p class="quiet">${phrase('errorReference', { reference: '<code><%= it.reference %></code>' })}</p>`,
});

type ErrorView = ErrorPage & {
  readonly title: string;
  readonly what: string;
  readonly remedy: string;
  readonly host: string;
  readonly linkText: string;
};

export function renderErrorPage(data: ErrorPage, frame: Frame): string {
  const { texts } = frame.language;
  return render({ ...data, ...words(data.problem, texts), ...linkWords(data.link, texts) }, frame);
}

export function errorEssentials({ reference, link }: ErrorPage): string[] {
  return [reference, ...(link ? [link.href] : [])];
}

function words(problem: Problem, texts: Texts): Pick<ErrorView, 'title' | 'what' | 'remedy'> {
  const of = (part: 'Title' | 'What' | 'Remedy'): string =>
    texts[`${problem}${part}` satisfies TextKey];
  return { title: of('Title'), what: of('What'), remedy: of('Remedy') };
}

function linkWords(
  link: ErrorLink | undefined,
  texts: Texts,
): Pick<ErrorView, 'host' | 'linkText'> {
  if (link?.kind === 'return') {
    return { host: describeDestination(link.destination, texts), linkText: '' };
  }
  return { host: '', linkText: link?.kind === 'review' ? texts.errorReview : texts.errorTryAgain };
}
