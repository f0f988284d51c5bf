/**
 * Two apps that installed the package as it is published, in a folder away from this repository: what
 * they find, they find by what the package says of itself.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const QUIET = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];

const npm = (cwd: string, args: readonly string[]): Promise<unknown> =>
  promisify(execFile)('npm', args, { cwd });

/** Before all tests: builds, packs and installs. */
export default async function makePlace(): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'express-dcr-consumers-'));
  // Where the teardown and the workers find it: the workers inherit the environment.
  process.env['CONSUMERS_PLACE'] = place;

  await npm(ROOT, ['pack', '--pack-destination', place]);
  const [packed = ''] = readdirSync(place);
  renameSync(join(place, packed), join(place, 'express-dcr.tgz'));

  cpSync(join(HERE, 'tools'), place, { recursive: true });
  for (const app of ['express-4', 'express-5']) {
    cpSync(join(HERE, app), join(place, app), { recursive: true });
    cpSync(join(HERE, 'host'), join(place, app), { recursive: true });
  }
  // Tools as the lock file has them; the package's dependencies as a host gets them, the newest allowed.
  await Promise.all([
    npm(place, ['ci', ...QUIET]),
    npm(join(place, 'express-4'), ['install', ...QUIET]),
    npm(join(place, 'express-5'), ['install', ...QUIET]),
  ]);
}
