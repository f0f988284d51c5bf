/**
 * Starts the example: `npm start`, or `npm run start:upstream` for a login elsewhere.
 *
 * @module
 */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

import { createApp } from './app.ts';
import type { ExampleApp } from './app.ts';
import {
  metricsPortFrom,
  portFrom,
  stopDelayFrom,
  withExampleBaseline,
  withExampleDefaults,
} from './environment.ts';

/** How long connections may stay once nothing new is accepted. */
const CONNECTIONS_DEADLINE_MS = 3000;
/** When the process ends whatever is still running. */
const STOP_DEADLINE_MS = 15_000;
const PARENT_CHECK_MS = 250;

const env = withExampleBaseline(process.env);
// Loaded only then: the provider's library has something to say when it is loaded.
const upstream = process.argv.includes('--upstream')
  ? await (await import('./upstream-login.ts')).startUpstreamLogin(env)
  : undefined;
const { port, metricsPort, stopDelay, example } = build();
// Loaded only then, as in an app that has no use for metrics.
const metrics =
  metricsPort === undefined
    ? undefined
    : await (await import('./metrics.ts')).serveMetrics(metricsPort);
const server = createServer(example.app);
server.once('error', (error: NodeJS.ErrnoException) => void cannotListen(error));
server.listen(port, () => console.log(greeting()));
let isStopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopAt(signal));
if (process.env['npm_lifecycle_event'] !== undefined) stopWithParent();

function build(): {
  port: number;
  metricsPort: number | undefined;
  stopDelay: number;
  example: ExampleApp;
} {
  try {
    return {
      port: portFrom(env),
      metricsPort: metricsPortFrom(env),
      stopDelay: stopDelayFrom(env),
      example: createApp(env, upstream && { login: upstream.login }),
    };
  } catch (error) {
    // A mistake in the environment: the message lists every problem, the stack would only hide it.
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

async function cannotListen({ code, message }: NodeJS.ErrnoException): Promise<void> {
  const isBusy = code === 'EADDRINUSE';
  console.error(isBusy ? `Port ${port} is in use. Try: PORT=${port + 1} npm start` : message);
  await example.close();
  process.exit(1);
}

/** The first signal is a request, the second one is an order. */
function stopAt(signal: 'SIGTERM' | 'SIGINT'): void {
  if (isStopping) process.exit(1);
  // Who pressed Ctrl-C has no balancer.
  void stop(signal === 'SIGTERM' ? stopDelay : 0);
}

async function stop(delaySeconds = 0): Promise<void> {
  isStopping = true;
  setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
  example.drain();
  await wait(delaySeconds * 1000);
  await closed(server);
  await example.close();
  await upstream?.close();
  await metrics?.close();
  process.exit(0);
}

/** A signal to `npm start` ends its shell, which does not pass it on: then nobody is left to wait for. */
function stopWithParent(): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    if (!isStopping) void stop();
  }, PARENT_CHECK_MS);
  watch.unref();
}

/** Stops accepting, lets running requests end, and cuts those that do not. */
function closed(server: Server): Promise<void> {
  const deadline = setTimeout(() => server.closeAllConnections(), CONNECTIONS_DEADLINE_MS);
  return new Promise((resolve) => {
    server.close(() => {
      clearTimeout(deadline);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function greeting(): string {
  const { DCR_ISSUER, DCR_SCOPES_SUPPORTED, DCR_BASELINE_SCOPES } = withExampleDefaults(env);
  const here = `http://localhost:${port}`;
  const endpoint = `${here}${new URL(`${DCR_ISSUER}/oauth/register`).pathname}`;
  const supported = (DCR_SCOPES_SUPPORTED ?? '').split(/[\s,]+/);
  const metadata = JSON.stringify({
    client_name: 'Try me',
    redirect_uris: ['http://127.0.0.1:8765/callback'],
    scope: supported.includes('notes:read') ? 'notes:read' : supported[0],
  });
  const running = `
Notes is running: ${here}   (log in as alice or bob, password "password")
MCP endpoint:     ${new URL('/mcp', DCR_ISSUER).href}${upstream ? `\nPeople log in at: ${upstream.issuer}` : ''}${metricsPort === undefined ? '' : `\nMetrics:          http://127.0.0.1:${metricsPort}/metrics`}
`;
  // Without a token, or with the door shut, the command would only be refused.
  if (!['', 'open'].includes(env['DCR_REGISTRATION']?.trim() ?? '')) return running;
  return `${running}
Register a client that asks for one scope only:

  curl -sS ${endpoint} -H 'Content-Type: application/json' -d '${metadata}'

${
  DCR_BASELINE_SCOPES?.trim()
    ? `Its "scope" comes back wider: the baseline "${DCR_BASELINE_SCOPES}" was added.`
    : 'Its "scope" comes back as it was sent: DCR_BASELINE_SCOPES names no baseline.'
}
`;
}
