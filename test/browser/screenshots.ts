/**
 * `npm run screenshots`: a picture of each page into `docs/images`, as on a desk, on a phone and in
 * the dark. `npm run screenshots -- admin` paints those alone whose names begin so.
 *
 * @module
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions } from 'playwright-core';
import { openLogins, SCENES, SCENES_ELSEWHERE, type Scene } from './support/scenes.ts';
import { openStage, type Stage } from './support/stage.ts';

const FOLDER = fileURLToPath(new URL('../../docs/images', import.meta.url));

const DESK: BrowserContextOptions = { viewport: { width: 800, height: 600 } };
const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  desk: DESK,
  dark: { ...DESK, colorScheme: 'dark' },
  phone: { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true },
};

const [, , beginning = ''] = process.argv;
const wanted = (scenes: readonly Scene[]): readonly Scene[] =>
  scenes.filter(({ id }) => id.startsWith(beginning));

await mkdir(FOLDER, { recursive: true });
await paint(wanted(SCENES), await openStage());
let logins: Awaited<ReturnType<typeof openLogins>> | undefined;
await paint(
  wanted(SCENES_ELSEWHERE),
  await openStage({ login: async (url) => (logins = await openLogins(url)).logins }),
);
await logins?.stop();

async function paint(scenes: readonly Scene[], stage: Stage): Promise<void> {
  try {
    for (const { id, open } of scenes)
      for (const [look, options] of Object.entries(LOOKS)) {
        const page = await stage.visit(options);
        await open(stage, page);
        const path = join(FOLDER, `${id}-${look}.png`);
        await page.screenshot({ path, fullPage: true, animations: 'disabled' });
        console.log(path);
        await stage.leave();
      }
  } finally {
    await stage.close();
  }
}
