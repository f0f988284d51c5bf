import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import helmet from 'helmet';
import type { PageRenderer } from '../../lib/pages/host-renderer.ts';
import { Browser, createPkce } from '../support/flow.ts';
import { openConsent, type OpenConsentOptions } from './support/consent.ts';
import { PAGE_HEADERS } from './support/expect.ts';
import { send, type Answer } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

async function pageOf(given: OpenConsentOptions, headers: object = {}): Promise<Answer> {
  const { app, browser, url } = await openConsent(given);
  return send(app, 'GET', url, { headers: { Cookie: browser.cookie(), ...headers } });
}

/** The sources of one directive; `undefined` when the policy does not have it. */
function sourcesOf({ headers }: Answer, directive: string): string | undefined {
  const policy = (headers as Record<string, string>)['content-security-policy'] ?? '';
  const found = policy.split('; ').find((part) => part.startsWith(`${directive} `));
  return found?.slice(directive.length + 1);
}

describe('the language of a page', () => {
  it.each([
    { name: 'that the app asks for', query: 'de', header: 'en', says: 'de' },
    { name: 'that comes nearest to it', query: 'fr de-CH', header: 'en', says: 'de' },
    {
      name: 'of the browser when the app asks for none',
      query: undefined,
      header: 'de',
      says: 'de',
    },
    { name: 'of the browser when there is no other', query: 'fr', header: 'de', says: 'de' },
    { name: 'English when there is none', query: 'fr', header: 'fr', says: 'en' },
    { name: 'English for a wish without end', query: 'de '.repeat(100), header: 'fr', says: 'en' },
  ])('is the one $name', async ({ query, header, says }) => {
    const answer = await pageOf({ query: { ui_locales: query } }, { 'Accept-Language': header });
    expect(answer.headers).toHaveProperty('content-language', says);
    expect(answer.text).toContain(`<html lang="${says}" dir="ltr">`);
  });

  it('is that of the request for an error too', async () => {
    const { app } = createWatchedApp();
    const answer = await new Browser(app).authorize('x', createPkce(), { ui_locales: 'de' });
    expect(answer.headers).toHaveProperty('content-language', 'de');
    expect(answer.text).toContain('<h1>Diese App muss neu verbunden werden</h1>');
  });

  it('may be one that the host adds', async () => {
    const options = { pages: { texts: { he: { consentDeny: '\u05DC\u05D0' } } } };
    const answer = await pageOf({ options }, { 'Accept-Language': 'he' });
    expect(answer.headers).toHaveProperty('content-language', 'he');
    expect(answer.text).toContain('<html lang="he" dir="rtl">');
    expect(answer.text).toContain('value="deny">\u05DC\u05D0</button>');
  });
});

describe('the look of a page', () => {
  it.each([
    { url: '/static/logo.svg', source: "'self'" },
    { url: 'https://cdn.example:8443/logo.svg?v=1', source: 'https://cdn.example:8443' },
  ])('has a logo from $url, and may load nothing else', async ({ url, source }) => {
    const answer = await pageOf({
      options: { pages: { name: 'Notes & more', logo: { url, alt: 'A pen' } } },
    });
    expect(answer.text).toContain(
      `<header><img src="${url}" alt="A pen"><span>Notes &amp; more</span></header>`,
    );
    expect(answer.text).toContain('<title>Allow access? - Notes &amp; more</title>');
    expect(sourcesOf(answer, 'img-src')).toBe(source);
    expect(sourcesOf(answer, 'default-src')).toBe("'none'");
    expect(answer.headers).toMatchObject(PAGE_HEADERS);
  });

  it('may load no image without one', async () => {
    const answer = await pageOf({});
    expect(sourcesOf(answer, 'img-src')).toBeUndefined();
    expect(answer.text).not.toContain('<header>');
  });

  it('has the colour of the host, under a policy that knows it', async () => {
    const [plain, green] = [
      await pageOf({}),
      await pageOf({ options: { pages: { colour: '#0b6b3a' } } }),
    ];
    expect(green.text).toContain('--accent: #0b6b3a;');
    for (const page of [plain, green]) {
      const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page.text) ?? [];
      const hash = createHash('sha256').update(style).digest('base64');
      expect(sourcesOf(page, 'style-src')).toBe(`'sha256-${hash}'`);
    }
    expect(sourcesOf(green, 'style-src')).not.toBe(sourcesOf(plain, 'style-src'));
  });
});

describe('a page that the host draws', () => {
  const draw: PageRenderer = (page) =>
    page.kind === 'consent'
      ? `<link rel=stylesheet href=/own.css><p>${page.texts.consentHeading} localhost</p>
         <form method="post" action="${page.form.action.replaceAll('&', '&amp;')}"><input name="csrf" value="${page.form.fields.csrf}"><input name=choice value=1>
         ${page.data.scopes.map(({ scope }) => `<input name=scope value="${scope}">`).join('')}`
      : undefined;

  it.each([
    { name: 'alone', before: [] },
    { name: 'behind helmet', before: [helmet()] },
  ])('keeps our headers, may use its own styles, and never a script: $name', async ({ before }) => {
    const answer = await pageOf({ options: { pages: { render: draw } }, before });
    expect(answer.text).toContain('<p>Allow access to your account? localhost</p>');
    expect(answer.headers).toMatchObject({
      ...PAGE_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    });
  });

  it('leaves the other pages to us', async () => {
    const { app } = createWatchedApp({ options: { pages: { render: draw } } });
    const answer = await new Browser(app).get('/oauth/consent');
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<h1>This page has expired</h1>');
  });

  it.each<{ name: string; render: PageRenderer; message: string }>([
    {
      name: 'fails',
      render: () => {
        throw new Error('no such template');
      },
      message: 'no such template',
    },
    {
      name: 'forgets the form',
      render: () => '<p>localhost</p>',
      message: 'the page lacks a part of data or form that it has to show',
    },
  ])('gives way to ours when it $name, and the log says why', async ({ render, message }) => {
    const { html, log } = await openConsent({ options: { pages: { render } } });
    expect(html).toContain('<h1>Allow access to your account?</h1>');
    expect(log.at('error')).toEqual([
      {
        level: 'error',
        message: 'page renderer failed',
        fields: {
          code: 'ERR_DCR_PAGE_RENDERER_FAILED',
          page: 'consent',
          cause: expect.objectContaining({ message }),
        },
      },
    ]);
  });
});
