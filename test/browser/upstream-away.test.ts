import { afterAll, describe, expect, it } from '@jest/globals';
import { registerClient } from './support/client.ts';
import { arrival, logIn, press, textOf } from './support/person.ts';
import { openProvider, type Provider } from './support/providers.ts';
import { useStage } from './support/use-stage.ts';

let provider: Provider;
const stage = useStage({
  login: async (url) => (provider = await openProvider(url, 'company')).login,
});
afterAll(() => provider.stop());

describe('an identity provider that is away', () => {
  it('leaves a page that can be tried again, which works once it is back (FED-21)', async () => {
    await provider.stop();
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    const answer = await page.goto(asking.url);
    expect(answer?.status()).toBe(503);
    expect(await textOf(page)).toMatch(/Try again/);
    await provider.start();
    // For some seconds the provider is taken to be away still: a person presses again.
    while (!page.url().includes('/login/')) {
      const link = page.getByRole('link', { name: 'Try again' });
      await Promise.all([page.waitForEvent('load'), link.click()]);
    }
    await logIn(page, 'alice');
    await page.waitForURL('**/oauth/consent?**');
    await press(page, 'Allow');
    expect((await asking.redeem(await arrival(page))).status).toBe(200);
  });
});
