import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, textOf } from '../house/files.ts';
import { createTestApp } from '../support/app.ts';

/** The dependency that this run takes for Express; jest.express-4.config.js sets others. */
const { expressDependency = 'express' } = globalThis as { expressDependency?: string };

const { devDependencies } = JSON.parse(textOf('package.json')) as {
  devDependencies: Record<string, string>;
};

describe('the Express of this run', () => {
  it('is the version that the run is for', () => {
    const require = createRequire(import.meta.url);
    expect(require('express')).toBe(express);
    const manifest = join(dirname(require.resolve('express')), 'package.json');
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    const wanted = devDependencies[expressDependency]?.replace('npm:express@', '');
    expect(version).toBe(wanted);
  });

  it('is what the app of the tests and the router of the library are made of', () => {
    const { app, server } = createTestApp();
    expect(app.render).toBe(express.application.render);
    expect(server.router.route).toBe(express.Router().route);
  });

  // Jest finds every name in a CommonJS module; Node only those that it can see without running it.
  it('has in plain Node the names that the library imports', async () => {
    const imports = [...textOf('lib/http/router.ts').matchAll(/^import .* from 'express';$/gm)];
    const script = imports.map(([line]) => line.replace(/, type \w+/g, '')).join('\n');
    expect(script).toBe("import { Router } from 'express';");
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `${script.replace("'express'", `'${expressDependency}'`)}
        console.log(typeof Router({ strict: true }).route);`,
      ],
      { cwd: ROOT },
    );
    expect(stdout.trim()).toBe('function');
  });
});
