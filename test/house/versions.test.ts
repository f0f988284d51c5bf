import { describe, expect, it } from '@jest/globals';
import { textOf } from './files.ts';

type Versions = Readonly<Record<string, string>>;

const { dependencies, devDependencies, peerDependencies } = JSON.parse(
  textOf('package.json'),
) as Record<'dependencies' | 'devDependencies' | 'peerDependencies', Versions>;

describe('the versions that the tests run on', () => {
  it.each([
    { dependency: 'express', want: /^5\./ },
    { dependency: 'express-4', want: /^npm:express@4\./ },
    { dependency: 'ioredis-5', want: /^npm:ioredis@5\./ },
  ])('are exact, and of the line that the name says: $dependency', ({ dependency, want }) => {
    expect(devDependencies[dependency]).toMatch(want);
    expect(devDependencies[dependency]).toMatch(/\d+\.\d+\.\d+$/);
  });

  it('include the oldest Express that is allowed', () => {
    const oldest = devDependencies['express-4-18']?.replace('npm:express@', '');
    expect(peerDependencies['express']).toBe(`>=${String(oldest)}`);
  });

  it('include the ioredis that the package brings along', () => {
    expect(dependencies['ioredis']).toMatch(/^\^6\./);
  });
});
