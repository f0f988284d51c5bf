import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { launchProfile } from './support/chromium.ts';
import { registerClient } from './support/client.ts';
import { arrival, comeToConsent, logIn, press, textOf } from './support/person.ts';
import { useStage } from './support/use-stage.ts';

const stage = useStage();

/** As when a person forbids all sites to store anything. */
const BLOCKED = { profile: { default_content_setting_values: { cookies: 2 } } };

describe('a browser that keeps no cookies', () => {
  it('ends at a page that says what to do, and not in a circle', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'express-dcr-profile-'));
    await mkdir(join(folder, 'Default'));
    await writeFile(join(folder, 'Default', 'Preferences'), JSON.stringify(BLOCKED));
    const context = await launchProfile(folder, stage.web.port);
    try {
      const page = await context.newPage();
      await page.goto((await registerClient(stage.url))().url);
      await logIn(page, 'alice');
      await page.getByText('This browser sent no cookie').waitFor();
      expect(await textOf(page)).toMatch(/Allow cookies for this site/);
      expect(await context.cookies()).toEqual([]);
    } finally {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('the address of a consent page', () => {
  it('opens in no other browser, and still does in its own (CONSENT-08)', async () => {
    const asking = (await registerClient(stage.url))();
    const page = await stage.visit();
    await comeToConsent(page, asking.url);
    const other = await stage.visit();
    await other.goto(`${stage.url}/login`);
    await logIn(other, 'bob');
    await other.waitForURL(`${stage.url}/`);
    const answer = await other.goto(page.url());
    expect(answer?.status()).toBe(400);
    expect(await textOf(other)).toContain('opened in another browser');
    await press(page, 'Allow');
    expect((await asking.redeem(await arrival(page))).status).toBe(200);
  });
});
