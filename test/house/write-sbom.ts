/**
 * `npm run sbom`: writes sbom.cdx.json, after a build.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './files.ts';
import { sbom } from './sbom.ts';

writeFileSync(join(ROOT, 'sbom.cdx.json'), `${JSON.stringify(sbom(), null, 2)}\n`);
