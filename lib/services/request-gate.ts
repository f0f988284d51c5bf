/**
 * Letting requests in, as many as the limits of an endpoint allow.
 *
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import { siteOf } from '../protocol/network.ts';
import type { Count, Limiter, Quota } from '../storage/limiter.ts';

/** Days are long enough for every window, and short enough that no key tells one from another. */
const DAY_MS = 24 * 60 * 60 * 1000;

/** As many characters of a MAC as 128 bits have. */
const KEY_LENGTH = 22;

/** Who asks. */
export interface Caller {
  /** The network of its address; empty when there is no address. */
  readonly network: string;
  /** Whom it says it is; not believed. */
  readonly client_id?: string;
  /** Where this server is to be sent. */
  readonly host?: string;
}

/** A quota, and whose requests count together. */
export interface Limit {
  readonly quota: Quota;
  readonly limiter: Limiter;
  readonly by:
    | 'network'
    | 'network and client'
    | 'network and host'
    | 'site'
    | 'site and host'
    | 'host'
    | 'all';
}

export interface RequestGateDeps {
  /** Base64url of a MAC that nobody else can make. */
  readonly keyOf: (parts: readonly (string | number)[]) => string;
  /** The store's clock: instances must agree on the day. */
  readonly storeNow: () => number;
  readonly logger: Logger;
}

/** Where the caller stands with the limit that decided. */
export interface Standing extends Count {
  readonly quota: Quota;
}

/** The limits of one endpoint. */
export interface RequestGate {
  /**
   * Counts a request against each limit, all asked at once.
   *
   * @returns `isWithin` only if every limit allows it.
   * @throws {StoreUnavailableError} When a limit that has no insurance cannot be known.
   */
  admit(caller: Caller): Promise<Standing>;
  /** Takes a request back that failed, and not for anything the caller did. Nobody waits for it. */
  refund(caller: Caller): void;
}

/** Thrown for a request that is one too many. */
export class TooManyRequestsError extends Error {
  override readonly name = 'TooManyRequestsError';
  /** Which limit it was; for the log. */
  readonly limit: string;

  constructor({ name }: Pick<Quota, 'name'>) {
    super('too many requests');
    this.limit = name;
  }
}

/** @param limits - At least one; callers are told of the first. */
export function createRequestGate(limits: readonly Limit[], deps: RequestGateDeps): RequestGate {
  const warnOfAll = createWarning(deps);
  const keyed = (caller: Caller): KeyedLimit[] =>
    limits.map((limit) => ({ limit, key: keyFor(limit, caller, deps) }));
  return {
    async admit(caller) {
      const asked = keyed(caller);
      const known = knownRefusal(asked);
      if (known) return known;
      const counts = await countAll(asked);
      const refusing = counts.findIndex(({ isWithin }) => !isWithin);
      const nth = Math.max(refusing, 0);
      const limit = limits[nth];
      const count = counts[nth];
      if (!limit || !count) throw new TypeError('a gate needs at least one limit');
      if (refusing >= 0) {
        // Who is refused by one limit takes nothing from those that it shares with others.
        for (const one of asked) if (one.limit !== limit) giveBack(one);
        if (limit.by === 'all') warnOfAll(limit.quota, count);
      }
      return { quota: limit.quota, ...count };
    },
    refund(caller) {
      for (const limit of keyed(caller)) giveBack(limit);
    },
  };
}

/** A limit, and what the caller is counted under. */
interface KeyedLimit {
  readonly limit: Limit;
  readonly key: string;
}

/**
 * A refusal that needs nobody to be asked. Not of a limit that several networks share: for a moment it may
 * hold requests that the limit of one of them refuses, and they are given back.
 */
function knownRefusal(asked: readonly KeyedLimit[]): Standing | undefined {
  for (const { limit, key } of asked) {
    const count = limit.by.startsWith('network') ? limit.limiter.refusal(key) : undefined;
    if (count) return { quota: limit.quota, ...count };
  }
  return undefined;
}

/** If one of them cannot be known, what the others have counted is taken back. */
function countAll(asked: readonly KeyedLimit[]): Promise<Count[]> {
  const counting = asked.map(consume);
  return Promise.all(counting).catch((error: unknown) => {
    for (const [nth, one] of asked.entries()) {
      counting[nth]?.then(() => giveBack(one)).catch(() => undefined);
    }
    throw error;
  });
}

/** A limiter of a host may throw at once, or answer at once. */
function consume({ limit, key }: KeyedLimit): Promise<Count> {
  try {
    return Promise.resolve(limit.limiter.consume(key));
  } catch (thrown) {
    const error = thrown as Error;
    return Promise.reject(error);
  }
}

/** Who counts together, as parts of a name. */
const WHOSE: Readonly<Record<Exclude<Limit['by'], 'all'>, (caller: Caller) => readonly string[]>> =
  {
    network: ({ network }) => [network],
    'network and client': ({ network, client_id = '' }) => [network, client_id],
    site: ({ network }) => [siteOf(network)],
    'site and host': ({ network, host = '' }) => [siteOf(network), host],
    host: ({ host = '' }) => [host],
    'network and host': ({ network, host = '' }) => [network, host],
  };

/** What stands for a caller in the name of a key: no address, and another one tomorrow. */
function keyFor(
  { by, quota }: Limit,
  caller: Caller,
  { keyOf, storeNow }: RequestGateDeps,
): string {
  if (by === 'all') return 'all';
  const day = Math.floor(storeNow() / DAY_MS);
  return keyOf([quota.name, day, ...WHOSE[by](caller)]).slice(0, KEY_LENGTH);
}

/** Nobody waits for it, and who cannot be asked has forgotten it soon anyway. */
function giveBack({ limit, key }: KeyedLimit): void {
  limit.limiter.refund(key).catch(() => undefined);
}

/** Warns once in each window. */
function createWarning({
  logger,
  storeNow,
}: RequestGateDeps): (quota: Quota, count: Count) => void {
  let warnAgainAt = -Infinity;
  return ({ name, limit, windowSeconds }, { resetMs }) => {
    if (storeNow() < warnAgainAt) return;
    warnAgainAt = storeNow() + resetMs;
    logger.warn('limit for all callers reached', {
      code: 'ERR_DCR_TOTAL_LIMIT_REACHED',
      name,
      limit,
      windowSeconds,
    });
  };
}
