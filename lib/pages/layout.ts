/**
 * The frame of every page: plain HTML and one style sheet, no script, nothing loaded but the logo of
 * the host.
 *
 * @module
 */
import { Eta } from 'eta/core';
import type { Language } from './catalogue.ts';
import type { TextKey } from './texts/en.ts';

const eta = new Eta({ autoEscape: true, autoTrim: false });

/** A text that may be in another language than the page around it. */
export interface SaidText {
  readonly text: string;
  /** Language tag; absent when nobody knows. */
  readonly language?: string;
}

/** What stands around each page. */
export interface Site {
  readonly style: string;
  /** What the site is called; absent when the host does not say. */
  readonly name?: string;
  readonly logo?: { readonly url: string; readonly alt: string };
}

/** A page without its data: where it stands, and in which language. */
export interface Frame {
  readonly site: Site;
  readonly language: Language;
}

/** A piece of template that shows a text in its language and direction. @param name - Of a {@link SaidText}. */
export function said(name: string): string {
  return `<bdi<% if (${name}.language) { %> lang="<%= ${name}.language %>"<% } %>><%= ${name}.text %></bdi>`;
}

/** A piece of template that is one of the texts. */
export function text(key: TextKey): string {
  return `<%= it.texts.${key} %>`;
}

/**
 * A piece of template that is one of the texts, with other pieces in its places.
 *
 * @param slots - Templates by the names of the places.
 */
export function phrase(key: TextKey, slots: Readonly<Record<string, string>>): string {
  const places = Object.entries(slots).map(
    ([slot, inside]) => `<% } else if (part.slot === '${slot}') { %>${inside}`,
  );
  return `<% for (const part of it.phrases.${key}) { if (part.text !== undefined) { %><%= part.text %>${places.join('')}<% } } %>`;
}

/** What a page is made of. */
export interface PageTemplate {
  readonly title: TextKey | { readonly from: string };
  /** More of the head. */
  readonly head?: string;
  readonly inside: string;
}

/**
 * Makes a page out of the template of its inside. Every value is escaped by the engine.
 *
 * @returns What renders it; the data is `it`, with `texts` and `phrases` of the language beside it.
 */
export function page({
  title,
  head = '',
  inside,
}: PageTemplate): (data: object, frame: Frame) => string {
  const titled = typeof title === 'string' ? text(title) : `<%= ${title.from} %>`;
  // Not compiled before it is shown: an import has to be quick, and most processes show few pages.
  let compiled: ReturnType<typeof eta.compile> | undefined;
  const template = `<!doctype html>
<html lang="<%= it.lang %>" dir="<%= it.dir %>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${head}<title>${titled}<% if (it.site.name) { %> - <%= it.site.name %><% } %></title>
<style><%= it.site.style %></style>
</head>
<body>
<% if (it.site.name || it.site.logo) { %><header><% if (it.site.logo) { %><img src="<%= it.site.logo.url %>" alt="<%= it.site.logo.alt %>"><% } %><% if (it.site.name) { %><span><%= it.site.name %></span><% } %></header>
<% } %><main>
${inside}
</main>
</body>
</html>
`;
  return (data, { site, language: { tag, dir, texts, phrases } }) =>
    eta.render((compiled ??= eta.compile(template)), {
      ...data,
      site,
      lang: tag,
      dir,
      texts,
      phrases,
    });
}
