/**
 * What can be measured of how a page looks.
 *
 * @module
 */
import { expect } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';

/** The smallest phone that is still sold. */
export const PHONE: BrowserContextOptions = {
  viewport: { width: 320, height: 568 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

/** In CSS pixels, as WCAG 2.2 asks at its higher level (2.5.5). */
const TAP_TARGET = 44;

/** Nothing is wider than the window. */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const [content = 0, window = 0] = await page.evaluate<number[]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  expect(content).toBeLessThanOrEqual(window);
}

/** A thumb finds every button and every link that looks like one. */
export async function expectTapTargets(page: Page): Promise<void> {
  for (const button of await page.locator('button, a.button').all()) {
    const { width = 0, height = 0 } = (await button.boundingBox()) ?? {};
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(TAP_TARGET);
  }
}
