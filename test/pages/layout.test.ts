import { describe, expect, it } from '@jest/globals';
import { page } from '../../lib/pages/layout.ts';
import { escaped, frame, HOSTILE_TEXTS, PAGES, render } from './support.ts';

const EACH = PAGES.flatMap((one) =>
  ['en', 'de'].map((tag) => ({ kind: one.kind, tag, html: render(one, tag) })),
);

describe('every page', () => {
  it.each(EACH)('is whole: $kind in $tag', ({ tag, html }) => {
    expect(html.startsWith(`<!doctype html>\n<html lang="${tag}" dir="ltr">\n<head>\n`)).toBe(true);
    expect(html).toMatch(/<\/main>\n<\/body>\n<\/html>\n$/);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html.match(/<main>/g)).toHaveLength(1);
    expect(html).toContain('<meta name="robots" content="noindex">');
    expect(html).toMatch(/<title>[^<>]+<\/title>/);
    expect(html).not.toMatch(/<script|undefined|\[object|<%|\{[a-z]+\}(?![^<]*<\/style>)/i);
  });

  it.each(EACH)('opens each tag once and closes it: $kind in $tag', ({ html }) => {
    const open: string[] = [];
    for (const [, closing, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
      if (['meta', 'input', 'img'].includes(name)) continue;
      if (closing === '') open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it.each(HOSTILE_TEXTS)('escapes what it is given: %s', (text) => {
    const html = page({
      title: { from: 'it.a' },
      inside: '<p title="<%= it.a %>"><%= it.a %></p>',
    })({ a: text }, frame());
    expect(html).toContain(`<p title="${escaped(text)}">${escaped(text)}</p>`);
    expect(html).toContain(`<title>${escaped(text)}</title>`);
  });

  it.each(HOSTILE_TEXTS)('escapes the name and the logo of the site: %s', (text) => {
    const around = frame();
    const site = { ...around.site, name: text, logo: { url: '/logo.svg', alt: text } };
    const html = page({ title: 'loginTitle', inside: '' })({}, { ...around, site });
    expect(html).toContain(
      `<header><img src="/logo.svg" alt="${escaped(text)}"><span>${escaped(text)}</span></header>`,
    );
    expect(html).toContain(`<title>Log in - ${escaped(text)}</title>`);
  });
});
