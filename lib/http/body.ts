/**
 * Reading request bodies, whether or not the host has read them already.
 *
 * The body is taken as text and parsed here, by the rules of the protocol. A parser of the host
 * that came first leaves an object, a text or a buffer: all three are understood, and the type and
 * the length are checked again, for its limits are not ours.
 *
 * @module
 */
import bodyParser from 'body-parser';
import type { Request, RequestHandler } from 'express';
import { OAuthError } from '../protocol/errors.ts';
import { Parameters } from '../protocol/parameters.ts';
import { requireUnread } from './unread-body.ts';

/** Far more than any real client sends. */
export const MAX_BODY_BYTES = 64 * 1024;

const readText = bodyParser.text({ type: () => true, limit: MAX_BODY_BYTES, inflate: false });

/** The steps that read a body of one media type. */
export function readBody(mediaType: string): RequestHandler[] {
  return [
    requireUnread,
    function requireMediaType(req, _res, next) {
      if (!isOfType(req.headers['content-type'], mediaType)) {
        throw new OAuthError('invalid_request', `the body must be ${mediaType} in UTF-8`, {
          status: 415,
        });
      }
      // A compressed body says nothing about its real length, also when the host has unpacked it.
      if ((req.headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
        throw new OAuthError('invalid_request', 'the body must not be compressed', { status: 415 });
      }
      if (Number(req.headers['content-length']) > MAX_BODY_BYTES) throw tooLarge();
      next();
    },
    readText,
  ];
}

/** The JSON value of the body; `undefined` when it is not JSON. */
export function jsonOf(req: Request): unknown {
  const body = bodyOf(req);
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // What V8 says quotes the body.
    return undefined;
  }
}

/** The form parameters of the body. */
export function formOf(req: Request): Parameters {
  const body = bodyOf(req);
  if (typeof body === 'string') return Parameters.fromEncoded(body);
  return typeof body === 'object' && body !== null
    ? Parameters.fromParsed(body)
    : Parameters.fromEncoded('');
}

/** The parameters of the query, as it was written: Express 4 and 5 take it apart differently. */
export function queryOf(req: Request): Parameters {
  const start = req.originalUrl.indexOf('?');
  return Parameters.fromEncoded(start === -1 ? '' : req.originalUrl.slice(start + 1));
}

function bodyOf(req: Request): unknown {
  const body: unknown = req.body;
  const value = Buffer.isBuffer(body) ? body.toString('utf8') : body;
  // A body that came in chunks did not say its length, so it could not be refused unread.
  if (lengthOf(value) > MAX_BODY_BYTES) throw tooLarge();
  return value;
}

/** The bytes of a body; of one that a parser has taken apart, those that it takes to write it again. */
function lengthOf(body: unknown): number {
  if (typeof body === 'string') return Buffer.byteLength(body);
  try {
    return Buffer.byteLength(JSON.stringify(body ?? ''));
  } catch {
    // Nested so deep that it cannot be written.
    return Infinity;
  }
}

function tooLarge(): OAuthError {
  return new OAuthError('invalid_request', 'the body is too large', { status: 413 });
}

/** Type and subtype exactly, without regard to case (RFC 9110 §8.3.1); no charset but UTF-8. */
function isOfType(header: string | undefined, mediaType: string): boolean {
  const [type = '', ...parameters] = (header ?? '').split(';').map((part) => part.trim());
  if (type.toLowerCase() !== mediaType) return false;
  return parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=', 2);
    return name.toLowerCase() !== 'charset' || /^"?utf-?8"?$/i.test(value);
  });
}
