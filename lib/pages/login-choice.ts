/**
 * The page where a person chooses how to log in: one link for each login.
 *
 * @module
 */
import { page, phrase, text, type Frame } from './layout.ts';

export interface LoginChoicePage {
  readonly logins: readonly LoginLink[];
}

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
