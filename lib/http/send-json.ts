/**
 * Sending JSON without the ETag that Express would compute over a secret.
 *
 * @module
 */
import type { Response } from 'express';

/** As Express writes it. */
export const JSON_TYPE = 'application/json; charset=utf-8';

export function sendJson(res: Response, status: number, body: object): void {
  res.statusCode = status;
  res.setHeader('Content-Type', JSON_TYPE);
  res.end(JSON.stringify(body));
}
