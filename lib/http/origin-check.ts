/**
 * Whether people come to the server under the origin that the issuer has: their session at the host
 * is a cookie for one host, and often for https alone.
 *
 * @module
 */
import type { Request } from 'express';
import type { Diagnosis } from '../operations/diagnosis.ts';
import { isPublicHost } from '../protocol/host.ts';
import { isLoopbackHost } from '../protocol/loopback.ts';
import { parseUrl } from '../protocol/parse-url.ts';

const IN_THE_CLEAR: Diagnosis = {
  code: 'ERR_DCR_ORIGIN_PROTOCOL',
  level: 'warn',
  message:
    "the issuer is https and the app takes this request for http, so a secure session cookie is not set: if a proxy ends TLS in front, say app.set('trust proxy', 1)",
};

const ANOTHER_HOST: Diagnosis = {
  code: 'ERR_DCR_ORIGIN_HOST',
  level: 'warn',
  message:
    'a person came under another origin than that of the issuer, where the session of the app and the pages of the server do not meet: set the issuer to the origin that people see, or send them to it',
};

/**
 * Tells what is wrong, as far as a request can tell. A name within a network is how a proxy reaches the
 * app, a health check comes by address: neither says under which name people come. What the request
 * says stays out of the log, for anybody can say it.
 */
export function originCheck(issuer: string): (req: Request) => Diagnosis | undefined {
  const expected = new URL(issuer);
  // Nearly all requests say the same, and to read it as Express does costs more than the rest of this.
  let right: ReturnType<typeof seenOf> | undefined;
  return (req) => {
    const seen = seenOf(req);
    if (right?.every((one, nth) => one === seen[nth]) === true) return undefined;
    const mistake = originMistake(expected, req);
    if (!mistake) right = seen;
    return mistake;
  };
}

/** All that Express tells the origin by, but for whom the app trusts. */
function seenOf({ headers, socket }: Request): readonly unknown[] {
  const { host, 'x-forwarded-host': forHost, 'x-forwarded-proto': forProtocol } = headers;
  return [host, forHost, forProtocol, (socket as { encrypted?: unknown }).encrypted];
}

function originMistake(expected: URL, req: Request): Diagnosis | undefined {
  // Express 4 knows the host without its port alone; cookies do not tell ports apart either.
  const seen = `${req.protocol}://${req.hostname}`;
  if (seen === `${expected.protocol}//${expected.hostname}`) return undefined;
  const url = parseUrl(seen);
  if (!url) return undefined;
  const { protocol, hostname } = url;
  if (hostname === expected.hostname) {
    const isInTheClear = expected.protocol === 'https:' && protocol === 'http:';
    return isInTheClear ? IN_THE_CLEAR : undefined;
  }
  const isComparable = isLoopbackHost(expected.hostname)
    ? isLoopbackHost(hostname)
    : isPublicHost(hostname);
  return isComparable ? ANOTHER_HOST : undefined;
}
