#!/usr/bin/env node
/**
 * The command line: what an operator does to the store without a server.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createGetJson } from '../outbound/get-json.ts';
import { INTERNET } from '../outbound/internet.ts';
import { auditTrail } from './audit.ts';
import { painter } from './colours.ts';
import type { Context } from './command.ts';
import { openDeployment } from './open-deployment.ts';
import { openStore } from './open-store.ts';
import { beginProgress } from './progress.ts';
import { run } from './run.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

const { env, stdout, stderr } = process;
const opened = openStore(env);
const store = (): ReturnType<typeof opened.store> => opened.store();
const now = (): number => Date.now();
const beside = {
  isTerminal: stderr.isTTY,
  write: (text: string) => void stderr.write(text),
};
const context: Context = {
  env,
  store,
  getJson: createGetJson(INTERNET),
  deployment: () => openDeployment(env, store),
  wait: (ms) => wait(ms),
  now,
  randomBytes,
  answer: (line) => void stdout.write(`${line}\n`),
  explain: (line) => void stderr.write(`${line}\n`),
  audit: (isAsked) => auditTrail({ ...beside, now }, isAsked),
  progress: (label, total) =>
    beginProgress({ ...beside, now: () => performance.now() }, label, total),
  paint: painter({ isTerminal: stdout.isTTY, env }),
};
try {
  process.exitCode = await run(process.argv.slice(2), context, version);
} finally {
  await opened.close();
}
