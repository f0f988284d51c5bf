import { createCatalogue, type Language } from '../../lib/pages/catalogue.ts';
import type { ConsentForm, ConsentPage } from '../../lib/pages/consent.ts';
import type { ErrorPage } from '../../lib/pages/error.ts';
import type { Frame } from '../../lib/pages/layout.ts';
import { renderPage, type Page } from '../../lib/pages/page.ts';
import { accentOf, styleSheet } from '../../lib/pages/style.ts';

/** What an engine, a browser or a reader could take for something else than text. */
export const HOSTILE_TEXTS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '" autofocus onfocus="alert(1)',
  '</strong></bdi></main><form action="https://evil.example">',
  '</title><svg/onload=alert(1)>',
  '</style><style>*{display:none}',
  '<!--',
  '<% throw new Error() %>',
  '<%= process.env %>',
  '<%~ it.csrf %>',
  '%> <% it.scopes = [] %>',
  '{{constructor.constructor("alert(1)")()}}',
  '$' + '{7*7}',
  '#{7*7}',
  '`$' + '{it.csrf}`',
  '&lt;b&gt;',
  '&#60;script&#62;',
  '$& $1 $$',
  '__proto__',
];

/** A text as it may stand in HTML, written by hand. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export const CONSENT: ConsentPage = {
  destination: { kind: 'host', host: 'app.example.com' },
  client: {
    id: '8c1a3a9e-0000-4000-8000-000000000000',
    name: { text: 'An app' },
    isLookalike: false,
    origin: { kind: 'registered', ageMs: 3 * 60 * 1000 },
  },
  person: 'Alice',
  resources: ['https://auth.example.com/mcp'],
  scopes: [{ scope: 'openid', description: { text: 'Know who you are' }, isAdded: false }],
  remembered: [],
  unavailable: [],
  nothingTicked: false,
};

export const FORM: ConsentForm = {
  action: '/oauth/consent?client_id=a&request=b',
  fields: { csrf: 'the-token', choice: '1' },
};

export const ERROR: ErrorPage = { problem: 'invalidRequest', reference: 'BKTM-RQXT' };

/** One page of each kind. */
export const PAGES: readonly Page[] = [
  { kind: 'consent', data: CONSENT, form: FORM },
  {
    kind: 'login-choice',
    data: {
      logins: [
        { label: 'Example', href: '/oauth/login?provider=example&grant_id=a' },
        { label: 'GitHub', href: '/oauth/login?provider=github&grant_id=a' },
      ],
    },
  },
  {
    kind: 'navigation',
    data: {
      url: 'https://app.example.com/cb?code=a&state=b',
      destination: { kind: 'host', host: 'app.example.com' },
    },
  },
  {
    kind: 'account-refusal',
    data: {
      reference: 'BCDF-GHJK',
      person: 'Alice',
      switchAccount: '/oauth/login?again=1&grant_id=a',
      returnTo: {
        href: 'https://app.example.com/cb?error=access_denied&state=b',
        destination: { kind: 'host', host: 'app.example.com' },
      },
    },
  },
  { kind: 'error', data: ERROR },
];

const CATALOGUE = createCatalogue();

export function languageOf(tag: string): Language {
  const language = CATALOGUE.get(tag);
  if (!language) throw new Error(`the pages do not speak ${tag}`);
  return language;
}

/** Where a page stands, without anything of a host. */
export function frame(tag = 'en'): Frame {
  return { site: { style: styleSheet(accentOf(undefined)) }, language: languageOf(tag) };
}

export function render(page: Page, tag?: string): string {
  return renderPage(page, frame(tag));
}

/** The tags of a page, in order: what is left of it when all text may be anything. */
export function tagsOf(html: string): string[] {
  return [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
}
