/**
 * One run of the conformance tool against an authorization server, with a person who approves.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Browser, logInAndDecide } from '../../support/browser.ts';
import { freePort } from '../../support/free-port.ts';
import { theTool } from './tool.ts';

const SPECIFICATION = '2026-07-28';
const PERSON = { username: 'alice', password: 'password' };
const DEADLINE_MS = 60_000;

/** What the tool found of one requirement, or of several that belong together. */
export interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

export interface Run {
  readonly exitCode: number | null;
  readonly checks: readonly Check[];
  /** What it printed. */
  readonly output: string;
}

/** What is put to the test. */
export interface Target {
  readonly issuer: string;
  /** The example app's own address: where its people log in, and where its MCP endpoint is. */
  readonly app: string;
}

/** Registers the tool as a client, and runs all that it has for authorization servers. */
export async function runConformance({ issuer, app }: Target): Promise<Run> {
  const { program, args } = theTool();
  const port = await freePort();
  const client_id = await register(`${issuer}/oauth/register`, port);
  const results = await mkdtemp(join(tmpdir(), 'conformance-'));
  const tool = spawn(
    program,
    [
      ...args,
      'authorization',
      ...['--url', issuer, '--resource', `${app}/mcp`, '--client-id', client_id],
      ...['--port', String(port), '--spec-version', SPECIFICATION, '--output-dir', results],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], signal: AbortSignal.timeout(DEADLINE_MS) },
  );
  try {
    const closed = once(tool, 'close') as Promise<[number | null]>;
    let output = '';
    const asked = new Promise<string>((resolve) => {
      for (const stream of [tool.stdout, tool.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          const [, address] = /^(https?:\S+[?&]response_type=\S+)\n/m.exec(output) ?? [];
          if (address !== undefined) resolve(address);
        });
    });
    const approved = asked.then((address) => approve(address, app));
    // The tool waits for minutes when nobody comes back; it also ends by itself when it never asks.
    const [exitCode] = await Promise.race([closed, approved.then(() => closed)]);
    return { exitCode, output, checks: await checksIn(results) };
  } finally {
    tool.kill('SIGKILL');
    await rm(results, { recursive: true, force: true });
  }
}

async function register(endpoint: string, port: number): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Conformance tool',
      redirect_uris: [`http://127.0.0.1:${String(port)}/callback`],
      scope: 'notes:read',
    }),
  });
  const { client_id } = (await response.json()) as { client_id?: string };
  if (client_id === undefined) throw new Error(`${endpoint}: ${String(response.status)}`);
  return client_id;
}

/** The person's part: logs in, allows, and goes back to the tool. */
async function approve(address: string, app: string): Promise<void> {
  const end = await logInAndDecide(new Browser(app), address, PERSON);
  if (end.kind === 'page') throw new Error(`the person ended on a page:\n${end.html}`);
  await fetch(end.url);
}

async function checksIn(results: string): Promise<Check[]> {
  const scenarios = (await readdir(results)).sort();
  const files = scenarios.map((scenario) => join(results, scenario, 'checks.json'));
  const checks = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(file, 'utf8')) as Check[]),
  );
  return checks.flat();
}
