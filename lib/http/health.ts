/**
 * Answers for whoever restarts the process, and for whoever sends it requests.
 *
 * They are for balancers and probes, and strangers may reach them: they say which condition fails and
 * why, in words that are fixed, and nothing of what the server is made of.
 *
 * @module
 */
import type { RequestHandler, Response } from 'express';
import type { Health } from '../operations/health.ts';
import { sendJson } from './send-json.ts';
import { step } from './step.ts';

export interface ReadyDeps {
  readonly health: () => Promise<Health>;
}

/** 200 while the process answers. A restart cures nothing of Redis, so Redis has no part in it. */
export const liveHandler: RequestHandler = function answerLive(_req, res) {
  setHeaders(res);
  sendJson(res, 200, { status: 'ok' });
};

/** 200 while requests are welcome, else 503. Warnings are told and change nothing. */
export function readyHandler({ health }: ReadyDeps): RequestHandler {
  return step(async function answerReady(_req, res) {
    const { status, conditions } = await health();
    setHeaders(res);
    sendJson(res, status === 'fail' ? 503 : 200, {
      status,
      conditions: conditions.map(({ name, status, reason }) => ({ name, status, reason })),
    });
  });
}

function setHeaders(res: Response): void {
  res.removeHeader('X-Powered-By');
  res.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
}
