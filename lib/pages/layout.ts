/**
 * The frame of every page: plain HTML and one style sheet, no script, nothing loaded from anywhere.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { Eta } from 'eta/core';

const STYLE = `
:root { color-scheme: light dark; --line: #8888; --accent: #1a56c4; --quiet: #5c6370; }
@media (prefers-color-scheme: dark) { :root { --accent: #8ab4ff; --quiet: #a0a7b4; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 1rem; }
.host { font-size: 1.5rem; font-weight: 700; overflow-wrap: anywhere; margin: 0; }
.box { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.25rem; margin: 1.25rem 0; }
.quiet { color: var(--quiet); font-size: .925rem; }
bdi, code { overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; margin: .5rem 0 0; }
li { margin: .35rem 0; }
form { display: flex; gap: .75rem; flex-wrap: wrap; margin: 1.5rem 0 1rem; }
button, .button { flex: 1 1 8rem; font: inherit; font-weight: 600; text-align: center; padding: .7rem 1rem;
  border: 2px solid var(--accent); border-radius: .5rem; background: transparent; color: var(--accent);
  cursor: pointer; text-decoration: none; overflow-wrap: anywhere; }
.button { display: inline-block; margin: .5rem 0; }
button:focus-visible, .button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

const styleHash = createHash('sha256').update(STYLE).digest('base64');

/**
 * Nothing but the one style sheet. No `form-action`: browsers apply it to the redirect that follows
 * the form too, and would keep the person from ever arriving at the client.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/*
 * The header of every page says `no-referrer`, for redirects too. The page itself says `same-origin`,
 * because a form of a page without referrer is sent with `Origin: null`, and browsers that do not
 * know `Sec-Fetch-Site` would have nothing left to show that the form is ours.
 */
const eta = new Eta({ autoEscape: true, autoTrim: false });

/** A text that may be in another language than the page around it. */
export interface SaidText {
  readonly text: string;
  /** Language tag; absent when nobody knows. */
  readonly language?: string;
}

/** A piece of template that shows a text in its language and direction. @param name - Of a {@link SaidText}. */
export function said(name: string): string {
  return `<bdi<% if (${name}.language) { %> lang="<%= ${name}.language %>"<% } %>><%= ${name}.text %></bdi>`;
}

/**
 * Makes a page out of the template of its inside. Every value is escaped by the engine.
 *
 * @param inside - Eta template; the data is `it`.
 */
export function page(inside: string): (data: { readonly title: string }) => string {
  const template = eta.compile(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="same-origin">
<title><%= it.title %></title>
<style>${STYLE}</style>
</head>
<body>
<main>
${inside}
</main>
</body>
</html>
`);
  return (data) => eta.render(template, data);
}
