import { describe, expect, it } from '@jest/globals';
import { registerClient } from './support/client.ts';
import { arrival, comeToConsent, logIn, press, textOf } from './support/person.ts';
import { useStage } from './support/use-stage.ts';

const stage = useStage();

describe('a person who connects an app', () => {
  it('logs in, allows, and the app has its tokens', async () => {
    const ask = await registerClient(stage.url, { metadata: { client_name: 'Notes reader' } });
    const asking = ask();
    const page = await stage.visit();
    await comeToConsent(page, asking.url);
    expect(await textOf(page)).toMatch(/client\.example[\s\S]*Notes reader[\s\S]*Alice/);
    await press(page, 'Allow');
    const back = await arrival(page);
    expect(Object.fromEntries(back.searchParams)).toEqual({
      code: expect.any(String),
      state: asking.state,
      iss: stage.url,
    });
    const tokens = await asking.redeem(back);
    expect(tokens.status).toBe(200);
    expect(await tokens.json()).toMatchObject({ scope: 'notes:read notes:write' });
  });

  it('has allowed the same before, and is not asked again', async () => {
    const ask = await registerClient(stage.url);
    const page = await stage.visit();
    await comeToConsent(page, ask().url);
    await press(page, 'Allow');
    await arrival(page);
    const again = ask();
    await page.goto(again.url);
    const back = await arrival(page);
    expect(back.searchParams.get('state')).toBe(again.state);
    expect((await again.redeem(back)).status).toBe(200);
  });

  it('denies, and the app is told so', async () => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await comeToConsent(page, asking.url);
    await press(page, 'Deny');
    const back = await arrival(page);
    expect(Object.fromEntries(back.searchParams)).toEqual({
      error: 'access_denied',
      error_description: expect.any(String),
      state: asking.state,
      iss: stage.url,
    });
  });

  it('is logged in already, and is asked for consent only', async () => {
    const page = await stage.visit();
    await page.goto(`${stage.url}/login`);
    await logIn(page, 'bob');
    await page.waitForURL(`${stage.url}/`);
    await page.goto((await registerClient(stage.url))().url);
    await page.waitForURL('**/oauth/consent?**');
    expect(await textOf(page)).toContain('Bob');
  });
});
