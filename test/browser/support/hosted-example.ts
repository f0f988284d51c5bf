/**
 * The example app in this process, behind what a host or its proxy may put in front of it.
 *
 * @module
 */
import { once } from 'node:events';
import express from 'express';
import { createServer, request, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuthorizationServerOptions } from '../../../lib/index.ts';
import { createApp } from '../../../example-app/app.ts';
import type { StageOptions } from './stage.ts';
import { createLogRecorder, type LogRecorder } from '../../support/log-recorder.ts';

export interface HostedExample {
  readonly url: string;
  readonly log: LogRecorder;
  stop(): Promise<void>;
}

export interface Hosting extends StageOptions {
  readonly options: Partial<AuthorizationServerOptions>;
}

export async function hostExample(hosting: Hosting): Promise<HostedExample> {
  const { options, before = [], proxyHeaders, login } = hosting;
  const server = await listening();
  const proxy = proxyHeaders && (await listening());
  if (proxy) proxy.on('request', passedOn(portOf(server), proxyHeaders));
  const url = `http://localhost:${String(portOf(proxy ?? server))}`;
  const log = createLogRecorder();
  const env = { DCR_ISSUER: url, DCR_BASELINE_SCOPES: 'offline_access notes:write' };
  const elsewhere = login && { login: await login(url) };
  const example = createApp(env, { logger: log.logger, ...options, ...elsewhere });
  const host = express();
  for (const middleware of before) host.use(middleware);
  host.use(example.app);
  server.on('request', host);
  return {
    url,
    log,
    async stop() {
      await Promise.all([server, ...(proxy ? [proxy] : [])].map(closed));
      await example.close();
    },
  };
}

/** Hands everything on, and adds headers to each answer beside those that it has. */
function passedOn(port: number, added: Readonly<Record<string, string>>): RequestListener {
  return (req, res) => {
    const { method, url: path, headers } = req;
    const onward = request({ host: 'localhost', port, method, path, headers }, (answer) => {
      const addedPairs = Object.entries(added).flat();
      res.writeHead(answer.statusCode ?? 502, [...answer.rawHeaders, ...addedPairs]);
      answer.pipe(res);
    });
    req.pipe(onward);
  };
}

async function listening(): Promise<Server> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server): Promise<void> {
  const end = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await end;
}
