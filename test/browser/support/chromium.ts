/**
 * Where Chromium is, and how it is started.
 *
 * @module
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type LaunchOptions } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const REMEDY =
  'The browser tests need Chromium: install it (apt-get install chromium, brew install --cask chromium) and have it on PATH, or name its binary in CHROMIUM_PATH.';

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {Error} when there is none: a test that is skipped would look like one that passed. */
export function findChromium({ CHROMIUM_PATH: wanted, PATH }: Environment = process.env): string {
  const folders = (PATH ?? '').split(delimiter).filter(Boolean);
  const paths = wanted
    ? [wanted]
    : NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = paths.find(isExecutable);
  if (found === undefined) throw new Error(REMEDY);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param webPort - Where every host below `.example` is answered, see `web.ts`. */
export async function launchChromium(webPort: number): Promise<Browser> {
  return chromium.launch(launchOptions(webPort));
}

/** A profile of its own, with what stands in its preferences; no other window shares it. */
export async function launchProfile(folder: string, webPort: number): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, {
    ...launchOptions(webPort),
    ...WITHOUT_SCRIPT,
  });
}

/** The pages need no script. The certificate of the web beyond is made for the run. */
export const WITHOUT_SCRIPT = { javaScriptEnabled: false, ignoreHTTPSErrors: true } as const;

/** It reaches this machine and nothing else. */
function launchOptions(webPort: number): LaunchOptions {
  const rules = [`MAP *.example 127.0.0.1:${String(webPort)}`, 'MAP * ~NOTFOUND'];
  const exceptions = ['EXCLUDE localhost', 'EXCLUDE 127.0.0.1'];
  return {
    executablePath: findChromium(),
    // The sandbox does not work for root, as whom containers run.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [`--host-resolver-rules=${[...rules, ...exceptions].join(', ')}`],
  };
}
