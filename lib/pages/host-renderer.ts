/**
 * Pages that the host draws itself: taken when they are whole, else ours stands in.
 *
 * @module
 */
import type { Language } from './catalogue.ts';
import { essentialsOf, type Page } from './page.ts';
import type { Texts } from './texts/en.ts';

/** What a renderer of the host is given: a page as data, in the words of its language. */
export type PageToRender = Page & {
  /** Language tag, for `<html lang>`. */
  readonly language: string;
  readonly dir: 'ltr' | 'rtl';
  readonly texts: Texts;
};

/**
 * Draws a page, or leaves it to us. What is in `data` is not escaped, and much of it was written by
 * strangers: draw with an engine that escapes.
 *
 * @returns A whole HTML document; `undefined` for ours.
 */
export type PageRenderer = (page: PageToRender) => string | undefined;

/** Why a page of the host was not taken: fixed sentences, for the log. */
export class RendererError extends Error {
  override readonly name = 'RendererError';
}

/**
 * @throws {RendererError} When what came back is no page, or lacks what a person must see.
 * @throws Whatever the renderer throws.
 */
export function renderByHost(
  render: PageRenderer,
  page: Page,
  { tag, dir, texts }: Language,
): string | undefined {
  const html: unknown = render({ ...page, language: tag, dir, texts });
  if (html === undefined) return undefined;
  if (typeof html !== 'string') throw new RendererError('it returned neither a text nor undefined');
  const plain = unescaped(html);
  const isThere = (one: string | RegExp): boolean =>
    typeof one === 'string' ? html.includes(one) || plain.includes(one) : one.test(html);
  if (essentialsOf(page).every(isThere)) return html;
  throw new RendererError('the page lacks a part of data or form that it has to show');
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** Engines escape in different ways; what a person sees is the same. */
function unescaped(html: string): string {
  return html.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (entity, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? entity;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    },
  );
}
