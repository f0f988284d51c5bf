import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { textOf } from './files.ts';

/** Lint keeps types apart: what is not `import type` has a value in it. Late loading counts as well. */
const LOADED =
  /^(?:import|export)(?! type\b)(?:[^;']*? from)? '([^']+)'|\b(?:require|import)\('([^']+)'\)/gm;

function loadedBy(path: string): string[] {
  return [...textOf(path).matchAll(LOADED)].map(([, early, late]) => early ?? late ?? '');
}

/** Every file and package that is loaded together with a file. */
function graphOf(start: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>([start]);
  const packages = new Set<string>();
  for (const path of files) {
    for (const name of loadedBy(path)) {
      if (name.startsWith('.')) files.add(normalize(join(dirname(path), name)));
      else packages.add(name);
    }
  }
  return { files, packages };
}

describe('express-dcr/resource', () => {
  const { files, packages } = graphOf('lib/resource.ts');

  it('loads jose and what counts addresses, and no other package', () => {
    const ours = [...packages].filter((name) => !name.startsWith('node:'));
    const names = new Set(ours.map((name) => name.split('/')[0]));
    expect([...names].sort()).toEqual(['ipaddr.js', 'jose']);
  });

  it('loads no store, no page, no login and no option of the server', () => {
    const rooms = new Set([...files].map((path) => path.split('/')[1]));
    expect([...rooms].sort()).toEqual([
      'diagnostics',
      'http',
      'operations',
      'protocol',
      'resource',
      'resource.ts',
      'services',
      'timing',
      'tokens',
      'upstream',
    ]);
    expect([...files].filter((path) => path.startsWith('lib/services/'))).toEqual([
      'lib/services/request-gate.ts',
    ]);
    expect([...files].filter((path) => path.startsWith('lib/upstream/')).sort()).toEqual([
      'lib/upstream/address.ts',
      'lib/upstream/guarded-fetch.ts',
    ]);
  });

  it('is told from the server itself, of which all of that is true', () => {
    expect([...graphOf('lib/index.ts').packages]).toEqual(
      expect.arrayContaining(['express', 'eta/core', 'openid-client', 'winston', 'ioredis']),
    );
  });
});
