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

/**
 * Sends tokens, credentials or what is known of somebody. A cache that knows only HTTP/1.0 does not read
 * `Cache-Control`, which says the same (RFC 6749 §5.1).
 */
export function sendPrivate(res: Response, status: number, body: object): void {
  res.setHeader('Pragma', 'no-cache');
  sendJson(res, status, body);
}
