import { describe, expect, it } from '@jest/globals';
import { textOf } from './files.ts';

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: { readonly express: string };
}

const { devDependencies, peerDependencies } = JSON.parse(textOf('package.json')) as Manifest;

/** What is installed of a package, by the name that the tests import it by. */
function installed(name: string): string {
  const { version } = JSON.parse(textOf(`node_modules/${name}/package.json`)) as {
    version: string;
  };
  return version;
}

describe('the versions that the tests run on', () => {
  it.each([
    { name: 'express-4-18', version: /^4\.18\./ },
    { name: 'express-4', version: /^4\./ },
    { name: 'express', version: /^5\./ },
    { name: 'ioredis-5', version: /^5\./ },
    { name: 'ioredis', version: /^6\./ },
  ])('are what the name says: $name', ({ name, version }) => {
    expect(installed(name)).toMatch(version);
  });

  it('include the oldest Express that is allowed', () => {
    expect(devDependencies['express-4-18']).toBe(
      peerDependencies.express.replace('>=', 'npm:express@'),
    );
  });

  it.each([
    { app: 'express-4', express: 'express-4', ioredis: [] },
    { app: 'express-5', express: 'express', ioredis: ['ioredis', 'ioredis-5'] },
  ])('are those of the apps that install the package: $app', ({ app, express, ioredis }) => {
    const { dependencies } = JSON.parse(textOf(`test/consumers/${app}/package.json`)) as {
      dependencies: Readonly<Record<string, string>>;
    };
    expect(dependencies['express']).toBe(installed(express));
    for (const name of ioredis) {
      expect(dependencies[name]?.replace(/^npm:.*@/, '')).toBe(installed(name));
    }
  });

  it.each([
    { of: 'Express', names: ['express-4-18', 'express-4', 'express'] },
    { of: 'ioredis', names: ['ioredis-5', 'ioredis'] },
  ])('are those that the guide for app developers names: $of', ({ of, names }) => {
    const row = new RegExp(`^\\| ${of}\\b.*$`, 'm').exec(textOf('docs/app-developers.md'))?.[0];
    const named = row?.split('|')[3]?.trim().split(', ');
    expect(named).toEqual(names.map(installed));
  });
});
