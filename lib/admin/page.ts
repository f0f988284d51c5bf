/**
 * The frame of the operator's pages: one style sheet, no script, nothing loaded from anywhere.
 *
 * In English alone: who reads them reads the log and the variables too.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import type { Response } from 'express';
import { Eta } from 'eta/core';

const eta = new Eta({ autoEscape: true, autoTrim: false });

const STYLE = `
:root { color-scheme: light dark; --page: #fff; --text: #1b1e24; --line: #d4d8df; --quiet: #5c6370;
  --accent: #1a56c4; --second: #b45309; --bad: #b3261e; --good: #1b7a3d; --head: #f3f5f8; }
@media (prefers-color-scheme: dark) { :root { --page: #16181d; --text: #e8eaee; --line: #3a404b; --quiet: #a8afbc;
  --accent: #8ab4ff; --second: #ffb86b; --bad: #ff8a80; --good: #7bd88f; --head: #20242c; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: var(--page); color: var(--text); overflow-wrap: anywhere; }
header, main { max-width: 70rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; padding-top: 1rem;
  border-bottom: 1px solid var(--line); padding-bottom: .75rem; }
header strong { margin-inline-end: auto; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
nav a[aria-current], a[aria-current=true] { color: var(--text); font-weight: 600; text-decoration: none; }
main { padding-top: 1.25rem; padding-bottom: 3rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
a { color: var(--accent); }
code { font: .925em ui-monospace, monospace; }
.quiet { color: var(--quiet); font-size: .925rem; font-weight: 400; }
.bad { color: var(--bad); } .good { color: var(--good); } .warn { color: var(--second); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; padding: 0; margin: 0; list-style: none; }
.tiles li { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.3; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .925rem; }
th, td { overflow-wrap: break-word; text-align: start; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
table ul { margin: .25rem 0 0; padding-inline-start: 1.1rem; }
.scroll + .scroll { margin-top: 1rem; }
.facts th { width: 15rem; }
.facts td { overflow-wrap: anywhere; }
thead th { background: var(--head); white-space: nowrap; }
@media (max-width: 40rem) { th, td { padding: .4rem; } .facts th { width: 45%; } :is(.facts th, .explained li) code { font-size: .75rem; }
  .facts th { overflow-wrap: anywhere; } .explained th { white-space: normal; } .explained td { overflow-wrap: anywhere; } .explained ul { padding-inline-start: .9rem; } }
td.number, th.number { text-align: end; font-variant-numeric: tabular-nums; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0 2rem; }
figure { margin: 0; }
figcaption { margin-bottom: .35rem; }
figcaption span span { white-space: nowrap; }
svg { display: block; width: 100%; min-width: 38rem; height: auto; }
svg text { fill: var(--quiet); font: 11px system-ui, sans-serif; }
.first { fill: var(--accent); } .second { fill: var(--second); } .axis { stroke: var(--line); }
.key { display: inline-block; width: .8em; height: .8em; border-radius: .15em; }
.key.first { background: var(--accent); } .key.second { background: var(--second); }
.scopes { list-style: none; margin: 0; padding: 0; }
pre { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; }
form { margin: .75rem 0; }
label { display: block; margin: .5rem 0 .2rem; font-weight: 600; }
input[type=text], input[type=search], select, textarea { font: inherit; width: 100%; max-width: 40rem; padding: .4rem .5rem;
  border: 1px solid var(--quiet); border-radius: .35rem; background: var(--page); color: var(--text); }
textarea { font: .925rem/1.4 ui-monospace, monospace; min-height: 14rem; }
.row { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; }
.row > div { flex: 1 1 10rem; }
.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.25rem, 1fr)); gap: .5rem 1rem; align-items: end; }
.row input, .fields :is(input, select) { max-width: none; min-height: 2.75rem; }
.fields button { justify-self: start; }
form > button { margin-top: .6rem; }
button { font: inherit; font-weight: 600; min-width: 2.75rem; min-height: 2.75rem; padding: .45rem .9rem; border: 2px solid var(--accent); border-radius: .4rem;
  background: transparent; color: var(--accent); cursor: pointer; }
button.danger { border-color: var(--bad); color: var(--bad); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

const styleDigest = createHash('sha256').update(STYLE).digest('base64');

/** Forms of these pages lead back to them, unlike those that end at a client. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${styleDigest}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  // A form of a page without any referrer would come with `Origin: null`.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/** The pages that the navigation names, by their paths below the router. */
const PLACES = [
  { name: 'Overview', path: '/' },
  { name: 'Clients', path: '/clients' },
  { name: 'Policy', path: '/policy' },
] as const;

export type Place = (typeof PLACES)[number]['name'];

/** What stands around a page. */
export interface AdminFrame {
  /** Where the router is mounted, as the browser sees it. */
  readonly base: string;
  readonly issuer: string;
}

/** A page that is ready to be sent. */
export interface AdminPage {
  readonly title: string;
  /** Absent for a page of none of them. */
  readonly place?: Place;
  readonly status?: number;
  /** HTML, made by a template. */
  readonly inside: string;
}

/**
 * Makes a piece of page out of a template, in which `it` is the data. Every value is escaped by the
 * engine, but for pieces that `<%~ %>` puts in.
 */
export function piece(template: string): (data: object) => string {
  // Not before it is shown: an import has to be quick, and most processes show few pages.
  let compiled: ReturnType<typeof eta.compile> | undefined;
  return (data) => eta.render((compiled ??= eta.compile(template)), data);
}

const whole: (
  data: AdminPage & AdminFrame & { readonly style: string; readonly places: typeof PLACES },
) => string = piece(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title><%= it.title %> - <%= it.issuer %></title>
<style><%~ it.style %></style>
</head>
<body>
<header><strong><%= it.issuer %></strong>
<nav aria-label="Pages"><% for (const { name, path } of it.places) { %><a href="<%= it.base %><%= path %>"<% if (name === it.place) { %> aria-current="page"<% } %>><%= name %></a><% } %></nav></header>
<main>
<h1><%= it.title %></h1>
<%~ it.inside %>
</main>
</body>
</html>
`);

/** Sends a page, with headers of its own, whatever the host's middleware has set. */
export function sendAdminPage(res: Response, frame: AdminFrame, page: AdminPage): void {
  const html = whole({ ...page, ...frame, style: STYLE, places: PLACES });
  res.removeHeader('X-Powered-By');
  res
    .set(HEADERS)
    .status(page.status ?? 200)
    .type('text/html')
    .end(html);
}

/** Goes on to another page, after a form: by a GET, so that loading it again repeats nothing. */
export function seeOther(res: Response, url: string): void {
  res.set(HEADERS).status(303).set('Location', url).end();
}
