import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { ROOT, textOf } from '../house/files.ts';
import { INLINED, inlined } from '../house/sbom.ts';
import type { Sbom } from '../house/sbom.ts';

interface Listed {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, Listed>>;
}

const npm = (...args: readonly string[]): string =>
  execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' });

/** `name@version` of all below, as `npm ls` has it. */
function below({ dependencies = {} }: Listed): string[] {
  return Object.entries(dependencies).flatMap(([name, one]) => [
    ...(one.version === undefined ? [] : [`${name}@${one.version}`]),
    ...below(one),
  ]);
}

npm('run', 'sbom');
const bom = JSON.parse(textOf('sbom.cdx.json')) as Sbom;
const { name, version, dependencies } = JSON.parse(textOf('package.json')) as {
  name: string;
  version: string;
  dependencies: Readonly<Record<string, string>>;
};
const refs = bom.components.map((component) => component['bom-ref']);

describe('the software bill of materials', () => {
  it('is one of this version, in CycloneDX', () => {
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    expect(bom.metadata.component).toMatchObject({
      name,
      version,
      purl: `pkg:npm/${name}@${version}`,
    });
  });

  it('names every dependency of package.json, and that the package has it', () => {
    const ofPackage = bom.dependencies.find(({ ref }) => ref === `${name}@${version}`);
    const named = ofPackage?.dependsOn.map((ref) => ref.slice(0, ref.lastIndexOf('@')));
    expect(named?.sort()).toEqual(Object.keys(dependencies).sort());
    expect(refs).toEqual(expect.arrayContaining([...(ofPackage?.dependsOn ?? [])]));
  });

  it('names all that npm installs with the package, once, and nothing of development', () => {
    const args = ['ls', '--all', '--json', '--omit', 'dev', '--package-lock-only'];
    const listed = below(JSON.parse(npm(...args)) as Listed);
    expect(listed.length).toBeGreaterThan(Object.keys(dependencies).length);
    expect([...refs].sort()).toEqual([...new Set(listed)].sort());
  });

  it('marks what is inlined', () => {
    const marked = bom.components.filter(({ properties }) =>
      properties?.some((property) => property.name === INLINED),
    );
    expect(marked.map((component) => component['bom-ref']).sort()).toEqual(inlined().sort());
    expect(marked.map((component) => component.name)).toContain('jose');
  });

  it('has a licence, a hash and an edge for each component, and no address to download it from', () => {
    const bare = bom.components.filter(
      ({ licenses, hashes }) => !licenses?.length || !hashes?.length,
    );
    expect(bare.map((component) => component['bom-ref'])).toEqual([]);
    const ends = bom.dependencies.map(({ ref }) => ref);
    expect([...ends].sort()).toEqual([`${name}@${version}`, ...refs].sort());
    expect(JSON.stringify(bom)).not.toContain('"distribution"');
  });
});
