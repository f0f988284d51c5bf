/**
 * `npm run docs:environment`: writes docs/environment.md.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatted } from './formatted.ts';
import { environmentPage } from './environment-page.ts';
import { ROOT } from './files.ts';

const path = join(ROOT, 'docs/environment.md');
writeFileSync(path, await formatted(environmentPage(), path));
