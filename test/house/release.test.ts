import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT, textOf } from './files.ts';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly needs?: string;
  readonly environment?: string;
  readonly steps: readonly Step[];
}

const PATH = '.github/workflows/publish.yml';
const text = textOf(PATH);
const workflow = parse(text) as {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: { readonly build: Job; readonly publish: Job };
};
const { build, publish } = workflow.jobs;
const { name, version, scripts } = JSON.parse(textOf('package.json')) as {
  name: string;
  version: string;
  scripts: Readonly<Record<string, string>>;
};

/** What a step is: its command, or the action without its version. */
const whatOf = ({ run, uses = '' }: Step): string => run ?? uses.replace(/@.*/, '');

describe('the workflow that publishes', () => {
  it('runs for a tag with a version, and for nothing else', () => {
    expect(workflow.on).toEqual({ push: { tags: ['v*.*.*'] } });
  });

  it('checks the tag, then everything, and packs and lists what was tagged', () => {
    expect(build.steps.map(whatOf)).toEqual([
      'actions/checkout',
      'actions/setup-node',
      'node .ci/check-release.mjs "$GITHUB_REF_NAME"',
      expect.stringMatching(/^sudo apt-get .* redis-server$/),
      '.ci/run',
      'git restore . && git clean --force -d',
      'npm pkg set repository.type=git "repository.url=git+$GITHUB_SERVER_URL/$GITHUB_REPOSITORY.git"',
      'npm pack',
      'npm run sbom',
      'actions/upload-artifact',
    ]);
    expect(scripts).toHaveProperty('sbom');
    expect(build.steps.at(-1)?.with).toEqual({
      name: 'release',
      path: `${name}-*.tgz\nsbom.cdx.json\n`,
      'if-no-files-found': 'error',
    });
  });

  it('publishes what was packed, with its provenance, after the rest succeeded', () => {
    expect(publish.needs).toBe('build');
    expect(publish.steps.map(whatOf)).toEqual([
      'actions/download-artifact',
      'actions/setup-node',
      `npm publish "./${name}-\${GITHUB_REF_NAME#v}.tgz" --provenance --access public`,
    ]);
    expect(publish.steps[0]?.with).toEqual({ name: 'release' });
  });

  it('has npm 11.5.1, which needs no token, where it publishes', () => {
    expect(Number(publish.steps[1]?.with?.['node-version'])).toBeGreaterThanOrEqual(24);
  });

  it('gives an identity only to the job that runs no code of others, and writes nothing', () => {
    expect(workflow.permissions).toEqual({});
    expect(Object.keys(workflow.jobs)).toEqual(['build', 'publish']);
    expect(build.permissions).toEqual({ contents: 'read' });
    expect(publish.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(build.steps[0]?.with).toEqual({ 'persist-credentials': false });
  });

  it('waits, before it publishes, for whoever the environment asks', () => {
    expect(publish.environment).toBe('npm');
  });

  it('knows no secret, and puts no text of a tag into a command', () => {
    expect(text).not.toMatch(/\bsecrets\b|_token\b|_authToken|registry-url|\$\{\{/i);
  });

  it('uses actions by their commit, and says which version that is', () => {
    const used = text.split('\n').filter((line) => line.includes('uses:'));
    expect(used).toHaveLength(5);
    const pinned = /^ +- uses: actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    expect(used.filter((line) => !pinned.test(line))).toEqual([]);
  });
});

describe('the version', () => {
  it('is semantic, and the first in the changelog', () => {
    expect(version).toMatch(/^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)$/);
    const [, first] = /^## (.*)$/m.exec(textOf('CHANGELOG.md')) ?? [];
    expect(first?.replace(/ - (?:Unreleased|\d{4}-\d\d-\d\d)$/, '')).toBe(`[${version}]`);
  });
});

describe('the check of a release', () => {
  interface Release {
    readonly tag?: string;
    readonly version?: string;
    readonly heading?: string;
  }

  /** What it says of a checkout; nothing where all is well. */
  function said({ tag = 'v1.2.3', version = '1.2.3', heading = '[1.2.3] - 2026-02-28' }: Release) {
    const folder = mkdtempSync(join(tmpdir(), 'express-dcr-release-'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ version }));
    writeFileSync(join(folder, 'CHANGELOG.md'), `# Changelog\n\n## ${heading}\n\n## [1.2.2]\n`);
    const script = join(ROOT, '.ci', 'check-release.mjs');
    const options = { cwd: folder, encoding: 'utf8' } as const;
    const { status, stderr } = spawnSync(process.execPath, [script, tag], options);
    rmSync(folder, { recursive: true });
    return { isRefused: status !== 0, stderr };
  }

  it.each<Release & { name: string; want: RegExp }>([
    { name: 'a tag of another version', tag: 'v1.2.4', want: /the tag is v1\.2\.4, but/ },
    { name: 'a tag without v', tag: '1.2.3', want: /the tag is 1\.2\.3, but/ },
    {
      ...{ name: 'a prerelease', tag: 'v1.2.3-rc.1', version: '1.2.3-rc.1' },
      want: /not three numbers/,
    },
    {
      ...{ name: 'a version with a zero before it', tag: 'v1.02.3', version: '1.02.3' },
      want: /not three numbers/,
    },
    {
      ...{ name: 'a changelog that begins with another version', heading: '[1.3.0] - 2026-02-28' },
      want: /the first heading is/,
    },
    { name: 'no date', heading: '[1.2.3] - Unreleased', want: /has no date/ },
    { name: 'no heading with a date', heading: '[1.2.3]', want: /has no date/ },
    { name: 'a day that does not exist', heading: '[1.2.3] - 2026-02-30', want: /has no date/ },
  ])('refuses $name', ({ want, ...release }) => {
    const { isRefused, stderr } = said(release);
    expect(stderr).toMatch(want);
    expect(isRefused).toBe(true);
  });

  it('passes a tag, a version and a dated entry that agree', () => {
    expect(said({})).toEqual({ isRefused: false, stderr: '' });
  });
});
