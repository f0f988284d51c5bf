import { describe, expect, it } from '@jest/globals';
import { copyFileSync } from 'node:fs';
import { at, run, tool } from './support/run.ts';

const TSC = [tool('typescript', 'bin', 'tsc'), '--strict', '--target', 'es2022', '--types', 'node'];

/** What the compiler makes of `typed.ts`, by the names that it is given. */
const KINDS = ['typed.mts', 'typed.cts'];

describe('an app in TypeScript, strict and with all declarations checked', () => {
  it.each([
    { app: 'express-4', module: 'nodenext' },
    { app: 'express-5', module: 'nodenext' },
    { app: 'express-5', module: 'node16' },
  ] as const)('is compiled and runs: $app, $module', async ({ app, module }) => {
    const out = `out-${module}`;
    for (const name of KINDS) copyFileSync(at(app, 'typed.ts'), at(app, name));
    await run({ app, args: [...TSC, '--module', module, '--outDir', out, ...KINDS] });
    copyFileSync(at(app, 'flow.cjs'), at(app, out, 'flow.cjs'));
    for (const name of ['typed.mjs', 'typed.cjs']) {
      const { stdout } = await run({ app, args: [`${out}/${name}`] });
      expect(stdout).toBe('ann, ann\nalice\n');
    }
  });

  it('is compiled for a bundler', async () => {
    const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit'];
    await run({ app: 'express-5', args: [...TSC, ...bundler, 'typed.ts'] });
  });
});
