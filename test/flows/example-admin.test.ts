import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser, type Page, type Visit } from '../support/browser.ts';
import { startExample, type RunningExample } from '../support/example.ts';
import { METADATA } from '../support/flow.ts';

let example: RunningExample;

beforeEach(async () => {
  example = await startExample({});
});
afterEach(async () => {
  await example.stop();
});

function pageOf(visit: Visit): Page {
  if (visit.kind !== 'page') throw new Error(`left for ${visit.url.host}`);
  return visit;
}

/** A browser in which somebody has logged in. */
async function browserOf(username: string): Promise<Browser> {
  const browser = new Browser(example.url);
  const page = pageOf(await browser.open('/login'));
  const [form] = page.forms;
  if (!form) throw new Error('there is no login form');
  await browser.submit(page, form, { username, password: 'password' });
  return browser;
}

describe('the pages of the operator in the example', () => {
  it.each(['bob', undefined])('are not for %s', async (username) => {
    const browser = username ? await browserOf(username) : new Browser(example.url);
    for (const path of ['/admin', '/admin/clients', '/admin/policy']) {
      const page = pageOf(await browser.open(path));
      expect({ path, status: page.status }).toEqual({ path, status: 403 });
    }
  });

  it('are for alice, who runs the place', async () => {
    await fetch(`${example.url}/oauth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(METADATA),
    });
    const page = pageOf(await (await browserOf('alice')).open('/admin'));
    expect(page.status).toBe(200);
    expect(page.html).toContain('<h1>Overview</h1>');
  });
});
