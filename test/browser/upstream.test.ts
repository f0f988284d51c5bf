import { afterAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { registerClient } from './support/client.ts';
import { arrival, logIn, press, subjectOf, textOf } from './support/person.ts';
import { openProvider, type Provider } from './support/providers.ts';
import { useStage } from './support/use-stage.ts';

let provider: Provider;
const stage = useStage({
  login: async (url) => (provider = await openProvider(url, 'company')).login,
});
afterAll(() => provider.stop());

async function comeToConsentBy(page: Page, url: string, name: 'alice' | 'bob'): Promise<void> {
  await page.goto(url);
  await logIn(page, name);
  await page.waitForURL('**/oauth/consent?**');
}

describe('a person who logs in elsewhere', () => {
  it('logs in there, allows here, and the app has its tokens', async () => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await comeToConsentBy(page, asking.url, 'alice');
    expect(await textOf(page)).toMatch(/client\.example[\s\S]*Alice/);
    await press(page, 'Allow');
    expect(await subjectOf(await asking.redeem(await arrival(page)))).toBe('company|alice');
  });

  it('denies here, and the app is told so', async () => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await comeToConsentBy(page, asking.url, 'alice');
    await press(page, 'Deny');
    const { searchParams } = await arrival(page);
    expect(searchParams.get('error')).toBe('access_denied');
    expect(searchParams.get('state')).toBe(asking.state);
  });

  it('cancels there, and the app is told so (FED-05)', async () => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await page.goto(asking.url);
    await page.getByRole('button', { name: 'Cancel' }).click();
    const { searchParams } = await arrival(page);
    expect(searchParams.get('error')).toBe('access_denied');
    expect(searchParams.get('state')).toBe(asking.state);
  });

  it('is somebody else after all, and says so there', async () => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await comeToConsentBy(page, asking.url, 'alice');
    const { search } = new URL(page.url());
    await page.goto(`${stage.url}/oauth/login${search}&switch=1`);
    await logIn(page, 'bob');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL('**/oauth/consent?**');
    expect(await textOf(page)).toContain('Bob');
    await press(page, 'Allow');
    expect(await subjectOf(await asking.redeem(await arrival(page)))).toBe('company|bob');
  });

  it('goes back to the login and forward again, and can still allow', async () => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await comeToConsentBy(page, asking.url, 'alice');
    await page.goBack();
    await page.goForward();
    await page.waitForURL('**/oauth/consent?**');
    await press(page, 'Allow');
    expect((await asking.redeem(await arrival(page))).status).toBe(200);
  });

  it('connects two apps in two tabs, and answers the first one last', async () => {
    const first = (await registerClient(stage.url))();
    const second = (await registerClient(stage.url))();
    const tab = await stage.visit();
    await tab.goto(first.url);
    const other = await tab.context().newPage();
    await comeToConsentBy(other, second.url, 'alice');
    await press(other, 'Allow');
    expect((await second.redeem(await arrival(other))).status).toBe(200);
    await logIn(tab, 'alice');
    await tab.waitForURL('**/oauth/consent?**');
    await press(tab, 'Allow');
    expect((await first.redeem(await arrival(tab))).status).toBe(200);
  });
});

describe('the callback of a login elsewhere', () => {
  it('is refused in another browser, and still good in its own (FED-01)', async () => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await page.goto(asking.url);
    const held = holdCallback(page);
    await logIn(page, 'alice');
    const callback = await held;

    const other = await stage.visit();
    const refused = await other.goto(callback);
    expect(refused?.status()).toBe(400);
    expect(await textOf(other)).toMatch(/another browser/);

    await page.goto(callback);
    await page.waitForURL('**/oauth/consent?**');
    await press(page, 'Allow');
    expect((await asking.redeem(await arrival(page))).status).toBe(200);
    const again = await page.goto(callback);
    expect(again?.status()).toBe(400);
  });
});

/** The address that the provider sends the browser to, before the browser goes there. */
async function holdCallback(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*/oauth/callback?*' }] });
  return new Promise((resolve) => {
    session.once('Fetch.requestPaused', ({ request, requestId }) => {
      const end = { requestId, errorReason: 'Aborted' } as const;
      void session
        .send('Fetch.failRequest', end)
        .then(() => session.send('Fetch.disable'))
        .then(() => resolve(request.url));
    });
  });
}
