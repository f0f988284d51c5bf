import { describe, expect, it } from '@jest/globals';
import { registerClient, WEB_CLIENT } from './support/client.ts';
import { arrival, comeToConsent, logIn, press, subjectOf, textOf } from './support/person.ts';
import { useStage } from './support/use-stage.ts';

const stage = useStage();

/** How often the client was handed something for this request, and what. */
function codesFor(state: string): (string | null)[] {
  return stage.web.arrivals
    .filter(({ searchParams }) => searchParams.get('state') === state)
    .map(({ searchParams }) => searchParams.get('code'));
}

describe('a person who does something twice', () => {
  it('goes back after allowing, and reads that the request has been answered (CONSENT-23)', async () => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await comeToConsent(page, asking.url);
    await press(page, 'Allow');
    const first = await arrival(page);
    expect((await asking.redeem(first)).status).toBe(200);
    // Not from the memory of the browser: the page may not be stored.
    const [again] = await Promise.all([
      page.waitForResponse((response) => response.url().includes('/oauth/consent')),
      page.goBack(),
    ]);
    expect(again.status()).toBe(400);
    expect(await textOf(page)).toContain('This request has been answered');
    expect(codesFor(asking.state)).toEqual([first.searchParams.get('code')]);
  });

  it('goes back before the app took the code, and the app gets the same code', async () => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await comeToConsent(page, asking.url);
    await press(page, 'Allow');
    const first = await arrival(page);
    // What was allowed is remembered by now, so the consent page sends the browser on by itself.
    const [onward] = await Promise.all([
      page.waitForRequest((request) => request.url().startsWith(WEB_CLIENT)),
      page.goBack(),
    ]);
    expect(onward.url()).toBe(first.href);
    expect((await asking.redeem(first)).status).toBe(200);
  });

  it('clicks twice on allow, and the app gets one code', async () => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await comeToConsent(page, asking.url);
    await page.getByRole('button', { name: 'Allow', exact: true }).dblclick();
    const back = await arrival(page);
    expect((await asking.redeem(back)).status).toBe(200);
    expect(new Set(codesFor(asking.state)).size).toBe(1);
  });

  it('connects two apps in two tabs, and answers the first one last', async () => {
    const [first, second] = [
      (await registerClient(stage.url))({ state: 'first-tab' }),
      (await registerClient(stage.url))({ state: 'second-tab' }),
    ];
    const tab = await stage.visit();
    await comeToConsent(tab, first.url);
    const other = await tab.context().newPage();
    await other.goto(second.url);
    await other.waitForURL('**/oauth/consent?**');
    await press(other, 'Allow');
    expect((await second.redeem(await arrival(other))).status).toBe(200);
    await press(tab, 'Allow');
    expect((await first.redeem(await arrival(tab))).status).toBe(200);
  });
});

describe('a page that a person left open', () => {
  it('has expired: it says so, and nothing goes to the app (CONSENT-23)', async () => {
    const asking = (await registerClient(stage.url))({ state: 'too-late' });
    const page = await stage.visit();
    await comeToConsent(page, asking.url);
    stage.clock.advance(11 * 60 * 1000);
    await press(page, 'Allow');
    await page.getByText('This page has expired').waitFor();
    expect(await textOf(page)).toMatch(/start again/);
    expect(codesFor('too-late')).toEqual([]);
  });

  it('is not answered by somebody else who logged in under it (CONSENT-26)', async () => {
    const asking = (await registerClient(stage.url))({ state: 'other-person' });
    const page = await stage.visit();
    await comeToConsent(page, asking.url, 'alice');
    const other = await page.context().newPage();
    await other.goto(stage.url);
    await other.getByRole('button', { name: 'Log out' }).click();
    await other.getByRole('link', { name: 'Log in' }).click();
    await logIn(other, 'bob');
    await other.getByText('Notes of Bob').waitFor();

    await press(page, 'Allow');
    await page.getByText('Please look again').waitFor();
    expect(codesFor('other-person')).toEqual([]);
    await page.getByRole('link').click();
    await page.waitForURL('**/oauth/consent?**');
    expect(await textOf(page)).toContain('Bob');
    await press(page, 'Allow');
    expect(await subjectOf(await asking.redeem(await arrival(page)))).toBe('bob');
  });
});
