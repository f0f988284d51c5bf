/**
 * Sending JSON without the ETag that Express would compute over a secret.
 *
 * @module
 */
import type { Response } from 'express';

export function sendJson(res: Response, status: number, body: object): void {
  res.status(status).type('application/json').end(JSON.stringify(body));
}
