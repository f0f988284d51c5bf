/**
 * The pages of one server: in its languages and its look.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import {
  createCatalogue,
  DEFAULT_LANGUAGE,
  type Language,
  type TextOverrides,
} from './catalogue.ts';
import { renderByHost, type PageRenderer } from './host-renderer.ts';
import { renderPage, type Page } from './page.ts';
import { accentOf, styleSheet, type Accent } from './style.ts';

/** How the pages look and what they say. */
export interface PagesOptions {
  /** What the site is called: stands at the head of each page and in its title. */
  readonly name?: string;
  /** An https URL, or a path on the issuer's origin. `alt` is empty when `name` says the same. */
  readonly logo?: { readonly url: string; readonly alt: string };
  /** Of links and buttons, such as `#1a56c4`: one, or one for light and one for dark pages. */
  readonly colour?: string | Accent;
  /** Texts by language tag: some of ours, or another language. */
  readonly texts?: TextOverrides;
  /** Draws pages instead of us. */
  readonly render?: PageRenderer;
}

/** A page that is ready to be sent. */
export interface RenderedPage {
  readonly html: string;
  readonly language: string;
  /** What this page may load, and no more. */
  readonly contentSecurityPolicy: string;
}

export interface Pages {
  /** @param choose - Picks the best of some language tags for the reader; `undefined` when none fits. */
  languageFor(choose: (tags: readonly string[]) => string | undefined): Language;
  render(page: Page, language: Language): RenderedPage;
}

export interface PagesDeps {
  /** Told when a page of the host could not be taken; ours was shown. */
  readonly onRenderFailure: (kind: Page['kind'], why: unknown) => void;
}

/**
 * What no page of ours may ever do. No `form-action`: browsers apply it to the redirect that follows
 * the form too, and would keep the person from ever arriving at the client.
 */
export const STRICTEST_POLICY = policy([]);

export function createPages(options: PagesOptions, { onRenderFailure }: PagesDeps): Pages {
  const { name, logo, render } = options;
  const catalogue = createCatalogue(options.texts);
  const tags = [...catalogue.keys()];
  const style = styleSheet(accentOf(options.colour));
  const site = { style, ...(name !== undefined && { name }), ...(logo && { logo }) };
  const images = logo ? [originOf(logo.url)] : [];
  const ours = policy([
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    ...(images.length > 0 ? [`img-src ${images.join(' ')}`] : []),
  ]);
  const ofHost = policy([
    "style-src 'self'",
    `img-src ${[...new Set(["'self'", ...images])].join(' ')}`,
    "font-src 'self'",
  ]);

  function byHost(page: Page, language: Language): string | undefined {
    if (!render) return undefined;
    try {
      return renderByHost(render, page, language);
    } catch (error) {
      onRenderFailure(page.kind, error);
      return undefined;
    }
  }

  return {
    languageFor(choose) {
      const language = catalogue.get(choose(tags) ?? DEFAULT_LANGUAGE);
      if (!language) throw new Error('the language is not one of those that were offered');
      return language;
    },
    render(page, language) {
      const html = byHost(page, language);
      return {
        html: html ?? renderPage(page, { site, language }),
        language: language.tag,
        contentSecurityPolicy: html === undefined ? ours : ofHost,
      };
    },
  };
}

function policy(sources: readonly string[]): string {
  return ["default-src 'none'", ...sources, "base-uri 'none'", "frame-ancestors 'none'"].join('; ');
}

/** As a source of a policy. */
function originOf(url: string): string {
  return url.startsWith('/') ? "'self'" : new URL(url).origin;
}
