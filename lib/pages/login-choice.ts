/**
 * The page where a person chooses how to log in: one link for each login.
 *
 * @module
 */
import { page, phrase, text, type Frame } from './layout.ts';

/** What is on the page where a person chooses an identity provider. */
export interface LoginChoicePage {
  readonly logins: readonly LoginLink[];
}

/** One identity provider on it. */
export interface LoginLink {
  /** What people call it. */
  readonly label: string;
  readonly href: string;
}

const render: (data: LoginChoicePage, frame: Frame) => string = page({
  title: 'loginTitle',
  inside: `<h1>${text('loginHeading')}</h1>
<p>${text('loginExplanation')}</p>
<ul class="choices">
<% for (const login of it.logins) { %><li><a class="button" href="<%= login.href %>">${phrase('loginWith', { login: '<bdi><%= login.label %></bdi>' })}</a></li>
<% } %></ul>`,
});

export function renderLoginChoicePage(data: LoginChoicePage, frame: Frame): string {
  return render(data, frame);
}

export function loginChoiceEssentials({ logins }: LoginChoicePage): string[] {
  return logins.map(({ href }) => href);
}
