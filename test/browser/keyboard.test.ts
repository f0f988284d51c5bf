import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { registerClient } from './support/client.ts';
import { arrival, comeToConsent } from './support/person.ts';
import { useStage } from './support/use-stage.ts';

const stage = useStage();

/** More than there is to stop at on any page. */
const STOPS = 30;

/** Presses Tab until the button has the focus. */
async function tabTo(page: Page, value: string): Promise<void> {
  for (let stop = 0; stop < STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate<unknown>('document.activeElement.value')) === value) return;
  }
  throw new Error(`Tab never came to ${value}`);
}

describe('a person without a mouse', () => {
  it.each([
    { decision: 'allow', parameter: 'code' },
    { decision: 'deny', parameter: 'error' },
  ])('finds $decision by Tab, sees where the focus is, and presses Enter', async (row) => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await comeToConsent(page, asking.url);
    await tabTo(page, row.decision);
    const outline = await page.evaluate<string>('getComputedStyle(document.activeElement).outline');
    expect(outline).toMatch(/solid [2-9]px/);
    await page.keyboard.press('Enter');
    expect((await arrival(page)).searchParams.has(row.parameter)).toBe(true);
  });
});
