/**
 * A GET for addresses that strangers choose.
 *
 * The name is resolved once, every address it has is looked at, and the connection goes to one of
 * those and nowhere else: a name that answers differently a moment later changes nothing. Redirects,
 * proxies, cookies and compression do not exist here.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, isIPv6, type LookupFunction } from 'node:net';
import { isPublicHost } from '../protocol/host.ts';
import { within } from '../timing/within.ts';
import { freshnessOf } from './freshness.ts';
import { isJsonType, parseJson } from './json-body.ts';
import { FetchFailedError, type GetJson, type JsonAnswer, type Outside } from './port.ts';
import { parseUrl } from '../protocol/parse-url.ts';

/** Says what it is and neither whose nor which version. */
const HEADERS = {
  accept: 'application/json',
  'accept-encoding': 'identity',
  'user-agent': 'oauth-authorization-server',
};

const MAX_HEADER_BYTES = 8 * 1024;

/** Answers that say it may be different in a moment (RFC 9110 §15.5.9, RFC 6585 §4); so do all 5xx. */
const COME_BACK = [408, 425, 429];

export function createGetJson(outside: Outside): GetJson {
  return async (url, { maxBytes }) => {
    const target = targetOf(url);
    const stop = new AbortController();
    try {
      return await within(
        ask(outside, target, { maxBytes, signal: stop.signal }),
        outside.deadlineMs,
      );
    } catch (cause) {
      if (cause instanceof FetchFailedError) throw cause;
      throw new FetchFailedError('away', 'no answer came', cause);
    } finally {
      // Late, or too long: what is still on its way is not wanted any more.
      stop.abort();
    }
  };
}

/** What can be known of an address without asking anybody. */
function targetOf(url: string): URL {
  const target = parseUrl(url);
  if (target?.protocol !== 'https:' || target.username !== '' || target.password !== '') {
    throw new FetchFailedError('refused', 'the address is not an https URL without user info');
  }
  return target;
}

interface Asking {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

async function ask(outside: Outside, target: URL, asking: Asking): Promise<JsonAnswer> {
  const addresses = await addressesOf(outside, target.hostname, asking.signal);
  const response = await responseOf(outside, target, addresses, asking.signal);
  checkHead(response, asking.maxBytes);
  const json = parseJson(await bodyOf(response, asking.maxBytes));
  return { json, freshForMs: freshnessOf(target, response.headers) };
}

/** One that is not public refuses all: whoever has both can turn the one into the other. */
async function addressesOf(
  { resolve, isPublic }: Outside,
  hostname: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const literal = hostname.replace(/^\[|\]$/g, '');
  // A name within a network means nothing out there, and asking for it would tell others of it.
  if (isIP(literal) === 0 && !isPublicHost(hostname)) throw notPublic();
  const addresses = isIP(literal) > 0 ? [literal] : await resolve(hostname, signal);
  if (addresses.length === 0 || !addresses.every(isPublic)) throw notPublic();
  return addresses;
}

function notPublic(): FetchFailedError {
  return new FetchFailedError('refused', 'the host is not on the public internet');
}

function responseOf(
  { ca }: Outside,
  target: URL,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(target, {
      method: 'GET',
      headers: HEADERS,
      // No connection of anybody else, and none that a later request could find again.
      agent: false,
      lookup: pinned(addresses),
      maxHeaderSize: MAX_HEADER_BYTES,
      // Whatever the environment says.
      rejectUnauthorized: true,
      ...(ca !== undefined && { ca }),
      signal,
    });
    request.once('response', resolve);
    request.on('error', reject);
    request.end();
  });
}

/** Stands in for the name service: whatever is asked for, the answer is known. */
function pinned(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_hostname, { all }, callback) => {
    const [first] = entries;
    if (all === true || !first) callback(null, entries);
    else callback(null, first.address, first.family);
  };
}

function checkHead({ statusCode = 0, headers }: IncomingMessage, maxBytes: number): void {
  if (statusCode !== 200) {
    const isPassing = statusCode >= 500 || COME_BACK.includes(statusCode);
    throw new FetchFailedError(
      isPassing ? 'away' : 'unusable',
      'the status of the answer is not 200',
      new Error(`status ${String(statusCode)}`),
    );
  }
  const { 'content-encoding': encoding = 'identity', 'content-type': type } = headers;
  if (encoding.toLowerCase() !== 'identity') {
    throw new FetchFailedError('unusable', 'the answer is encoded, which was not asked for');
  }
  if (!isJsonType(type)) {
    throw new FetchFailedError('unusable', 'the answer is not of a JSON type in UTF-8');
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLong();
}

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes = chunk as Uint8Array;
    length += bytes.byteLength;
    if (length > maxBytes) throw tooLong();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, length);
}

function tooLong(): FetchFailedError {
  return new FetchFailedError('unusable', 'the answer is too long');
}
