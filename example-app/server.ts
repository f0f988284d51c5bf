/**
 * Starts the example: `npm start`.
 *
 * @module
 */
import { createServer } from 'node:http';
import type { Server } from 'node:http';

import { createApp } from './app.ts';
import type { ExampleApp } from './app.ts';
import { portFrom, withExampleBaseline, withExampleDefaults } from './environment.ts';

/** How long running requests may take once the process was asked to stop. */
const STOP_DEADLINE_MS = 5000;
const PARENT_CHECK_MS = 250;

const env = withExampleBaseline(process.env);
const { port, example } = build();
const server = createServer(example.app);
server.once('error', (error: NodeJS.ErrnoException) => void cannotListen(error));
server.listen(port, () => console.log(greeting()));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
if (process.env['npm_lifecycle_event'] !== undefined) stopWithParent();

function build(): { port: number; example: ExampleApp } {
  try {
    return { port: portFrom(env), example: createApp(env) };
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

async function stop(): Promise<void> {
  await closed(server);
  await example.close();
  process.exit(0);
}

/** A signal to `npm start` ends its shell, which does not pass it on: then nobody is left to wait for. */
function stopWithParent(): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    void stop();
  }, PARENT_CHECK_MS);
  watch.unref();
}

/** Stops accepting, lets running requests end, and cuts those that do not. */
function closed(server: Server): Promise<void> {
  const deadline = setTimeout(() => server.closeAllConnections(), STOP_DEADLINE_MS);
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
MCP endpoint:     ${new URL('/mcp', DCR_ISSUER).href}
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
