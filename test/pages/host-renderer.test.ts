import { describe, expect, it } from '@jest/globals';
import {
  renderByHost,
  type PageRenderer,
  type PageToRender,
} from '../../lib/pages/host-renderer.ts';
import type { Page } from '../../lib/pages/page.ts';
import { CONSENT, escaped, FORM, languageOf, PAGES, render } from './support.ts';

const by = (renderer: PageRenderer, page: Page): string | undefined =>
  renderByHost(renderer, page, languageOf('de'));

const consent: Page = {
  kind: 'consent',
  data: {
    ...CONSENT,
    remembered: [{ scope: 'files', description: { text: 'Read files' }, isAdded: false }],
  },
  form: FORM,
};

/** Everything that a consent page has to show, written by hand. */
const WHOLE = [
  '<p>app.example.com</p>',
  `<form method="post" action="${escaped(FORM.action)}">`,
  '<input name="csrf" value="the-token">',
  '<input name="choice" value="1">',
  '<input type="checkbox" name="scope" value="openid">',
  '<input type="checkbox" name="scope" value="files">',
];

describe('a page that the host draws', () => {
  it.each<{ name: string; result: unknown }>([
    { name: 'null', result: null },
    { name: 'a number', result: 1 },
    { name: 'a promise', result: Promise.resolve('<p>') },
    { name: 'an empty text', result: '' },
  ])('is not taken when it is $name', ({ result }) => {
    expect(() => by(() => result as string, consent)).toThrow(/^(it returned|the page lacks)/);
  });

  it.each(WHOLE)('is not taken without %s', (part) => {
    const html = WHOLE.filter((one) => one !== part).join('\n');
    expect(() => by(() => html, consent)).toThrow('the page lacks a part');
  });

  it.each(PAGES.filter(({ kind }) => kind !== 'consent'))(
    'is not taken when it is a $kind page that leads nowhere',
    (page) => {
      expect(() => by(() => '<h1>Hello</h1>', page)).toThrow('the page lacks a part');
    },
  );

  it.each([
    { name: 'as it is', html: WHOLE.join('\n') },
    { name: 'with numbers for entities', html: WHOLE.join('\n').replaceAll('&amp;', '&#38;') },
    { name: 'with other numbers', html: WHOLE.join('\n').replaceAll('&amp;', '&#x26;') },
    { name: 'without any', html: WHOLE.join('\n').replaceAll('&amp;', '&') },
    { name: 'with quotes of another kind', html: WHOLE.join('\n').replaceAll('"', "'") },
  ])('is taken when it is whole: $name', ({ html }) => {
    expect(by(() => html, consent)).toBe(html);
  });

  it.each(PAGES)('is taken when it is as ours: $kind', (page) => {
    const html = render(page, 'de');
    expect(by(() => html, page)).toBe(html);
  });

  it('is ours when the host leaves it', () => {
    expect(by(() => undefined, consent)).toBeUndefined();
  });

  it('is drawn from data, in the language of the reader', () => {
    const seen: PageToRender[] = [];
    by((page) => {
      seen.push(page);
      return undefined;
    }, consent);
    expect(seen).toEqual([
      { ...consent, language: 'de', dir: 'ltr', texts: languageOf('de').texts },
    ]);
  });

  it('fails as its renderer fails', () => {
    expect(() =>
      by(() => {
        throw new Error('no such template');
      }, consent),
    ).toThrow('no such template');
  });
});
