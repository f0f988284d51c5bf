/**
 * The example app, listening in this process.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../example-app/app.ts';
import { createLogRecorder, type LogRecorder } from './log-recorder.ts';
import { randomPrefix, redisUrl } from './redis-url.ts';
import { currentTopology } from './topology.ts';

export interface RunningExample {
  readonly url: string;
  readonly log: LogRecorder;
  stop(): Promise<void>;
}

/** The environment that lets instances share one Redis. */
export function redisEnvironment(): Record<string, string> {
  return {
    ...(currentTopology()?.environment ?? { DCR_REDIS_URL: redisUrl() }),
    DCR_REDIS_PREFIX: randomPrefix(),
    DCR_SECRET: 'a-secret-of-the-example-that-is-long-enough',
  };
}

/**
 * @param env - The operator's settings.
 * @param port - Where another instance listened, to take its place; a free port otherwise.
 * @param issuerPath - The path of the issuer, such as `/auth`; none otherwise.
 */
export async function startExample(
  env: Readonly<Record<string, string>>,
  port = 0,
  issuerPath = '',
): Promise<RunningExample> {
  const server = createServer();
  // A connection that a client keeps would be found dead when another instance takes the place.
  server.on('request', (_req, res) => {
    res.shouldKeepAlive = false;
  });
  await new Promise<void>((resolve) => {
    server.listen(port, 'localhost', resolve);
  });
  const url = `http://localhost:${String((server.address() as AddressInfo).port)}`;
  const log = createLogRecorder();
  const example = build({ DCR_ISSUER: `${url}${issuerPath}`, ...env }, log, server);
  server.on('request', example.app);
  return {
    url,
    log,
    async stop() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      server.closeAllConnections();
      await closed;
      await example.close();
    },
  };
}

/** A server that nobody can stop any more would keep the test run from ending. */
function build(
  env: Readonly<Record<string, string>>,
  log: LogRecorder,
  server: Server,
): ReturnType<typeof createApp> {
  try {
    return createApp(env, { logger: log.logger });
  } catch (error) {
    server.close();
    throw error;
  }
}
