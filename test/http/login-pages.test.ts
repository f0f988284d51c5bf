import { describe, expect, it } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import { sendAccountRefusalPage, sendLoginChoicePage } from '../../lib/http/login-pages.ts';
import { pageHeaders, type PageDeps } from '../../lib/http/page-response.ts';
import { createPages } from '../../lib/pages/pages.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { PAGE_HEADERS, readable } from './support/expect.ts';
import { send, type Answer } from './support/send.ts';

const DEPS: PageDeps = {
  pages: createPages({}, { onRenderFailure: () => undefined }),
  logger: createLogRecorder().logger,
  newReference: () => 'BKTM-RQXT',
};

async function answered(handler: RequestHandler, language = 'en'): Promise<Answer> {
  const app = express().use(pageHeaders, handler);
  return send(app, 'GET', '/', { headers: { 'Accept-Language': language } });
}

/** The links of a page, in order. */
function linksOn(html: string): [href: string, text: string][] {
  return [...html.matchAll(/<a class="button" href="([^"]*)"[^>]*>(.*?)<\/a>/g)].map(
    ([, href = '', text = '']) => [href, text.replace(/<[^>]+>/g, '')],
  );
}

describe('the page where a person chooses how to log in', () => {
  const logins = [
    { label: 'Example <Corp>', href: '/oauth/login?grant_id=a&provider=example' },
    { label: 'GitHub', href: '/oauth/login?grant_id=a&provider=github' },
  ];

  it('has a link for each login, and nothing else to press', async () => {
    const answer = await answered((req, res) => {
      sendLoginChoicePage(DEPS, { logins }, req, res);
    });
    expect(answer).toMatchObject({ status: 200, headers: PAGE_HEADERS });
    expect(linksOn(answer.text)).toEqual([
      ['/oauth/login?grant_id=a&amp;provider=example', 'Log in with Example &lt;Corp&gt;'],
      ['/oauth/login?grant_id=a&amp;provider=github', 'Log in with GitHub'],
    ]);
    expect(answer.text).not.toMatch(/<form|<button|<script/);
  });

  it('speaks the language that the app asked for before that of the browser', async () => {
    const answer = await answered((req, res) => {
      sendLoginChoicePage(DEPS, { logins, ui_locales: 'de' }, req, res);
    });
    expect(answer.headers).toHaveProperty('content-language', 'de');
    expect(readable(answer.text)).toContain('Mit GitHub anmelden');
  });
});

describe('the page for an account that may not log in', () => {
  const reference = 'BCDF-GHJK';
  const returnUrl = 'https://app.example.com/cb?error=access_denied&state=a';

  it('says whose it is, and leads to another account and back to the app', async () => {
    const answer = await answered((req, res) => {
      const more = { person: '<Mallory>', switchAccount: '/oauth/login?again=1' };
      sendAccountRefusalPage(DEPS, { reference, returnUrl, ...more }, req, res);
    });
    expect(answer).toMatchObject({ status: 403, headers: PAGE_HEADERS });
    expect(readable(answer.text)).toContain('You logged in as &lt;Mallory&gt; .');
    expect(readable(answer.text)).toContain(reference);
    expect(linksOn(answer.text)).toEqual([
      ['/oauth/login?again=1', 'Use another account'],
      [returnUrl.replace('&', '&amp;'), 'Return to app.example.com'],
    ]);
  });

  it('only leads back where there is no other account to choose', async () => {
    const answer = await answered((req, res) => {
      sendAccountRefusalPage(DEPS, { reference, returnUrl }, req, res);
    });
    expect(linksOn(answer.text)).toHaveLength(1);
    expect(readable(answer.text)).not.toContain('You logged in as');
  });
});
