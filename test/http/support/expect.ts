import { expect } from '@jest/globals';

interface Answered {
  readonly status: number;
  readonly headers: unknown;
  readonly text: string;
  readonly body: unknown;
}

/** An error of an API endpoint: status, exactly two members, JSON, and nobody may keep it. */
export function expectApiError(
  { status, headers, text, body }: Answered,
  expectedStatus: number,
  error: string,
): void {
  expect({ status, body }).toEqual({
    status: expectedStatus,
    body: { error, error_description: expect.stringMatching(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/) },
  });
  expect(headers).toMatchObject({
    'content-type': expect.stringMatching(/^application\/json/),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(text).not.toMatch(/<|\bat \S+:\d+/);
}

/** What an error page and its line in the log have in common. */
export const REFERENCE = /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/;

/** What every page and redirect for a person carries. */
export const PAGE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': expect.stringMatching(
    /^(?=.*default-src 'none')(?=.*frame-ancestors 'none')(?!.*form-action)/,
  ),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** A page of ours that leads nowhere by itself and names the error. */
export function expectErrorPage(
  { status, headers, text }: Answered,
  expectedStatus: number,
  error: string,
): void {
  expect({ status, error: errorOn(text) }).toEqual({ status: expectedStatus, error });
  expectPage({ status, headers, text, body: undefined });
}

/** Any page of ours: HTML, its headers, no redirect of any kind. */
export function expectPage({ headers, text }: Answered): void {
  expect(headers).toMatchObject({ ...PAGE_HEADERS, 'content-type': 'text/html; charset=utf-8' });
  expect(headers).not.toHaveProperty('location');
  expect(headers).not.toHaveProperty('refresh');
  expect(text).not.toMatch(/http-equiv="?refresh|<script/i);
}

/** The error code that a page tells the developer. */
export function errorOn(html: string): string | undefined {
  return /For the developer of the app: <code>([a-z_]+)<\/code>/.exec(html)?.[1];
}

/** The reference that an error page gives. */
export function referenceOn(html: string): string | undefined {
  return /give this reference: <code>([^<]+)<\/code>/.exec(html)?.[1];
}

/** What a person reads: the text of a page without its tags. */
export function readable(html: string): string {
  return html
    .replace(/<style>[\s\S]*?<\/style>|<title>[\s\S]*?<\/title>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The way back to the client that an error page offers. */
export function returnLink(html: string): { href: string; text: string } | undefined {
  const [, href, text] = /<a class="button" href="([^"]*)"[^>]*>(.*?)<\/a>/.exec(html) ?? [];
  if (href === undefined || text === undefined) return undefined;
  return { href: href.replaceAll('&amp;', '&'), text: text.replace(/<[^>]+>/g, '') };
}
