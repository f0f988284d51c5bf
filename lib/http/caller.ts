/**
 * Whose requests count together: the network of the address that Express says.
 *
 * Which headers tell that address is for the host to say, with `trust proxy`: nothing else is read
 * here. Anybody can send such a header, and only the host knows who stands in front of it.
 *
 * @see https://expressjs.com/en/guide/behind-proxies.html
 * @module
 */
import type { Request } from 'express';
import type { Logger } from '../operations/logger.ts';
import { networkList, networkOf, NO_NETWORK } from '../protocol/network.ts';

/** With a port, in brackets, with a zone. */
const MAX_ADDRESS_LENGTH = 100;
const MAX_REMEMBERED = 2_000;

export interface CallersDeps {
  /** Networks whose requests are not counted, in CIDR notation. */
  readonly exempt: readonly string[];
  readonly logger: Logger;
}

export interface Callers {
  /** @returns `undefined` for a network that is not counted, {@link NO_NETWORK} when there is no address. */
  networkOf(req: Request): string | undefined;
  /** For the audit: also a network that is not counted. `undefined` when there is no address. */
  seenFrom(req: Request): string | undefined;
}

export function createCallers({ exempt, logger }: CallersDeps): Callers {
  const isExempt = networkList(exempt);
  const warnOnce = createProxyWarning(logger);
  // Asked several times for each request, and to tell it means to read its headers.
  const known = new WeakMap<Request, Caller>();
  const callerAt = rememberingCaller(isExempt);
  const callerOf = (req: Request): Caller => {
    let caller = known.get(req);
    if (!caller) known.set(req, (caller = readCaller(req, callerAt)));
    return caller;
  };
  return {
    networkOf(req) {
      warnOnce(req);
      const { network = NO_NETWORK, isCounted } = callerOf(req);
      return isCounted ? network : undefined;
    },
    seenFrom: (req) => callerOf(req).network,
  };
}

interface Caller {
  /** Absent when there is no address. */
  readonly network?: string;
  readonly isCounted: boolean;
}

const UNKNOWN: Caller = { isCounted: true };

/** What a proxy has written may not be an address; who is at the other end always is one. */
function readCaller(req: Request, callerAt: (address: string) => Caller): Caller {
  const { ip = '' } = req;
  const seen = callerAt(ip);
  if (seen.network !== undefined) return seen;
  const { remoteAddress = ip } = req.socket;
  return remoteAddress === ip ? seen : callerAt(remoteAddress);
}

/** Whoever asks once asks again, and an address takes as long to read as a page of text. */
function rememberingCaller(isExempt: (address: string) => boolean): (address: string) => Caller {
  const known = new Map<string, Caller>();
  return (address) => {
    const before = known.get(address);
    if (before) return before;
    const network = networkOf(address);
    const caller = network === undefined ? UNKNOWN : { network, isCounted: !isExempt(address) };
    // What strangers write may be anything: no more of it is kept than addresses are long.
    if (address.length > MAX_ADDRESS_LENGTH) return caller;
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(copied(address), caller);
    return caller;
  };
}

/** Who asks: for the audit, and for a host that wants to know who registers. */
export function askedFrom(
  { onRegister, callers }: { readonly onRegister?: unknown; readonly callers: Callers },
  req: Request,
): { readonly network?: string | undefined; readonly seenFrom?: string | undefined } {
  return {
    network: (onRegister ? callers.networkOf(req) : undefined) || undefined,
    seenFrom: callers.seenFrom(req),
  };
}

/** A part of a header holds on to all of it. */
function copied(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** Says once what is wrong with `trust proxy`, when a request shows it. */
function createProxyWarning(logger: Logger): (req: Request) => void {
  let isSaid = false;
  return (req) => {
    if (isSaid) return;
    const trust: unknown = req.app.get('trust proxy');
    const isForwarded = req.headers['x-forwarded-for'] !== undefined;
    if (trust === true) {
      logger.warn(
        "trust proxy is true, so every caller can choose its address with X-Forwarded-For, and limits by network hold nobody: say how many proxies there are, with app.set('trust proxy', 1)",
        { code: 'ERR_DCR_TRUST_PROXY_ALL' },
      );
    } else if (isForwarded && (trust === undefined || trust === false || trust === 0)) {
      logger.warn(
        "a request came with X-Forwarded-For while trust proxy is off: if there is a proxy in front, all who come through it share one limit until the app says so, with app.set('trust proxy', 1)",
        { code: 'ERR_DCR_TRUST_PROXY_OFF' },
      );
    } else {
      return;
    }
    isSaid = true;
  };
}
