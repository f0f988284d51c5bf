/**
 * The client registration endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 * @module
 */
import type { RequestHandler } from 'express';
import { registerClient, type RegisterClientDeps } from '../services/register-client.ts';
import { jsonOf, readBody } from './body.ts';
import { noStore } from './middleware.ts';
import { sendJson } from './send-json.ts';
import { step } from './step.ts';

export function registerHandlers(deps: RegisterClientDeps): RequestHandler[] {
  return [
    noStore,
    ...readBody('application/json'),
    step(async function respondWithClientInformation(req, res) {
      sendJson(res, 201, await registerClient(deps, jsonOf(req)));
    }),
  ];
}
