/**
 * `node .ci/check-release.mjs v1.2.3`: whether the checkout in this folder is the version that a tag
 * names, and the changelog says so with a date. It needs nothing installed, so that it can come first.
 */
import { readFileSync } from 'node:fs';

const [tag = ''] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const [, heading = ''] = /^## (.*)$/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];

/** Also no 30th of February, which a pattern alone lets pass. */
function isDate(text) {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const [name, date = ''] = heading.split(' - ');
const wrong = [
  // A prerelease would become what everybody gets who asks for no version.
  !/^(?:(?:0|[1-9]\d*)(?:\.(?!$)|$)){3}$/.test(version) &&
    `package.json: ${version} is not three numbers; only such versions are published`,
  tag !== `v${version}` && `the tag is ${tag}, but package.json has version ${version}`,
  name !== `[${version}]` && `CHANGELOG.md: the first heading is "${heading}", not of ${version}`,
  !(/^\d{4}-\d\d-\d\d$/.test(date) && isDate(date)) &&
    `CHANGELOG.md: ${version} has no date, as in "## [${version}] - 2026-01-31"`,
].filter(Boolean);

for (const sentence of wrong) console.error(sentence);
process.exitCode = wrong.length > 0 ? 1 : 0;
