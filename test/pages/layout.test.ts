import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { renderConsentPage } from '../../lib/pages/consent.ts';
import { renderErrorPage } from '../../lib/pages/error.ts';
import { CONTENT_SECURITY_POLICY, page } from '../../lib/pages/layout.ts';
import { CONSENT, escaped, HOSTILE_TEXTS } from './support.ts';

const PAGES = [
  { name: 'the consent page', html: renderConsentPage(CONSENT) },
  { name: 'the error page', html: renderErrorPage({ title: 'A title', explanation: 'Why' }) },
];

describe('the content security policy', () => {
  it.each(PAGES)('allows the style sheet of $name and no other', ({ html }) => {
    const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
      ([, style]) => style ?? '',
    );
    expect(styles).toHaveLength(1);
    const hash = createHash('sha256')
      .update(styles[0] ?? '')
      .digest('base64');
    expect(CONTENT_SECURITY_POLICY).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
    );
  });

  it('says nothing about forms, for the redirect that follows one must arrive', () => {
    expect(CONTENT_SECURITY_POLICY).not.toContain('form-action');
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|\*|https?:|script-src/);
  });
});

describe('every page', () => {
  it.each(PAGES)('is whole: $name', ({ html }) => {
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n/);
    expect(html).toMatch(/<\/main>\n<\/body>\n<\/html>\n$/);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html).toContain('<meta name="robots" content="noindex">');
    expect(html).not.toMatch(/<script|undefined|\[object|<%/i);
  });

  it.each(HOSTILE_TEXTS)('escapes what it is given: %s', (text) => {
    const html = page('<p title="<%= it.title %>"><%= it.title %></p>')({ title: text });
    expect(html).toContain(`<p title="${escaped(text)}">${escaped(text)}</p>`);
    expect(html).toContain(`<title>${escaped(text)}</title>`);
  });
});

describe('the error page', () => {
  const WHOLE = {
    title: 'This request cannot be answered',
    explanation: 'The app asked in a way that is not accepted.',
    error: 'invalid_request',
    reason: 'state is too long',
    link: { href: 'https://app.example.com/cb?error=invalid_request&state=a', text: 'Return' },
  };

  it.each(
    HOSTILE_TEXTS.flatMap((text) => [
      { place: 'explanation', text, data: { ...WHOLE, explanation: text } },
      { place: 'error', text, data: { ...WHOLE, error: text } },
      { place: 'reason', text, data: { ...WHOLE, reason: text } },
      { place: 'link text', text, data: { ...WHOLE, link: { ...WHOLE.link, text } } },
      { place: 'link address', text, data: { ...WHOLE, link: { ...WHOLE.link, href: text } } },
    ]),
  )('escapes its $place: $text', ({ text, data }) => {
    const html = renderErrorPage(data);
    expect(html).toContain(escaped(text));
    expect(html.match(/<[a-z]+/g)).toEqual(renderErrorPage(WHOLE).match(/<[a-z]+/g));
  });

  it('offers a way back that tells the other side nothing about this page', () => {
    expect(renderErrorPage(WHOLE)).toContain(
      '<a class="button" href="https://app.example.com/cb?error=invalid_request&amp;state=a" rel="noreferrer"><bdi>Return</bdi></a>',
    );
  });

  it('tells the developer the error and the reason', () => {
    expect(renderErrorPage(WHOLE)).toContain(
      'For the developer of the app: <code>invalid_request</code> (state is too long)',
    );
  });

  it('has neither when there is none', () => {
    const html = renderErrorPage({ title: 'A title', explanation: 'Why' });
    expect(html).not.toContain('<a ');
    expect(html).not.toContain('For the developer');
    expect(renderErrorPage({ ...WHOLE, reason: '' })).toContain('<code>invalid_request</code></p>');
  });
});
