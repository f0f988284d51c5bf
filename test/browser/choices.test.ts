import { describe, expect, it } from '@jest/globals';
import { registerClient } from './support/client.ts';
import { arrival, comeToConsent, press, textOf } from './support/person.ts';
import { useStage } from './support/use-stage.ts';

const stage = useStage();

describe('a person who allows some of it', () => {
  it('unticks a scope, and the app gets the rest', async () => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await comeToConsent(page, asking.url);
    await page.getByLabel('Add notes').uncheck();
    await press(page, 'Allow');
    const tokens = await asking.redeem(await arrival(page));
    expect(await tokens.json()).toMatchObject({ scope: 'notes:read' });
  });

  it('unticks all, and can only deny', async () => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await comeToConsent(page, asking.url);
    for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
    await press(page, 'Allow');
    await page
      .getByText(/nothing/i)
      .first()
      .waitFor();
    expect(new URL(page.url()).pathname).toBe('/oauth/consent');
    expect(stage.web.arrivals.some(({ href }) => href.includes(asking.state))).toBe(false);
  });
});

describe('a person who reads German', () => {
  it('has the page in German', async () => {
    const page = await stage.visit({ locale: 'de-DE' });
    await comeToConsent(page, (await registerClient(stage.url))().url);
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    expect(await textOf(page)).toMatch(/Zugriff/);
  });
});
