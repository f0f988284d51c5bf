/**
 * What a person does in front of a page.
 *
 * @module
 */
import type { Page } from 'playwright-core';
import { WEB_CLIENT } from './client.ts';

/** On the login form of the example, or of its identity provider. */
export async function logIn(page: Page, name: 'alice' | 'bob'): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill('password');
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** From the client's request to the consent page. */
export async function comeToConsent(page: Page, url: string, name: 'alice' | 'bob' = 'alice') {
  await page.goto(url);
  await logIn(page, name);
  await page.waitForURL('**/oauth/consent?**');
}

export async function press(page: Page, button: 'Allow' | 'Deny'): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
}

/** Waits until the browser is at the client; where it arrived. */
export async function arrival(page: Page, redirect_uri: string = WEB_CLIENT): Promise<URL> {
  await page.waitForURL((url) => url.href.startsWith(redirect_uri));
  return new URL(page.url());
}

/** What a person can read. */
export async function textOf(page: Page): Promise<string> {
  return page.locator('body').innerText();
}

/** For whom an app was given tokens, as the access token says. */
export async function subjectOf(answer: Response): Promise<unknown> {
  const { access_token } = (await answer.json()) as { access_token: string };
  const [, claims = ''] = access_token.split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub?: unknown }).sub;
}
