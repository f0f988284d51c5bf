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
    limits.map((limit) => ({ key: keyFor(limit, caller, deps), ...limit }));
  return {
    async admit(caller) {
      const asked = keyed(caller);
      const known = knownRefusal(asked);
      if (known) return known;
      const counted = await countAll(asked);
      const refused = counted.find(({ count }) => !count.isWithin);
      const [decisive] = refused ? [refused] : counted;
      if (!decisive) throw new TypeError('a gate needs at least one limit');
      // Who is refused by one limit takes nothing from those that it shares with others.
      if (refused) for (const one of counted) if (one !== refused) giveBack(one.limit);
      if (refused?.limit.by === 'all') warnOfAll(refused.limit.quota, refused.count);
      return { quota: decisive.limit.quota, ...decisive.count };
    },
    refund(caller) {
      for (const limit of keyed(caller)) giveBack(limit);
    },
  };
}

/** A limit, and what the caller is counted under. */
type KeyedLimit = Limit & { readonly key: string };

interface Counted {
  readonly limit: KeyedLimit;
  readonly count: Count;
}

/**
 * A refusal that needs nobody to be asked. Not of a limit that several networks share: for a moment it may
 * hold requests that the limit of one of them refuses, and they are given back.
 */
function knownRefusal(asked: readonly KeyedLimit[]): Standing | undefined {
  for (const { by, limiter, key, quota } of asked) {
    const count = by.startsWith('network') ? limiter.refusal(key) : undefined;
    if (count) return { quota, ...count };
  }
  return undefined;
}

/** If one of them cannot be known, what the others have counted is taken back. */
async function countAll(asked: readonly KeyedLimit[]): Promise<Counted[]> {
  const counting = asked.map(async (limit) => ({
    limit,
    count: await limit.limiter.consume(limit.key),
  }));
  try {
    return await Promise.all(counting);
  } catch (error) {
    for (const one of counting) one.then(({ limit }) => giveBack(limit)).catch(() => undefined);
    throw error;
  }
}

/** What stands for a caller in the name of a key: no address, and another one tomorrow. */
function keyFor(
  { by, quota }: Limit,
  { network, client_id = '', host = '' }: Caller,
  { keyOf, storeNow }: RequestGateDeps,
): string {
  if (by === 'all') return 'all';
  const day = Math.floor(storeNow() / DAY_MS);
  const whose = {
    network: [network],
    'network and client': [network, client_id],
    site: [siteOf(network)],
    'site and host': [siteOf(network), host],
    host: [host],
    'network and host': [network, host],
  };
  return keyOf([quota.name, day, ...whose[by]]).slice(0, KEY_LENGTH);
}

/** Nobody waits for it, and who cannot be asked has forgotten it soon anyway. */
function giveBack({ limiter, key }: KeyedLimit): void {
  limiter.refund(key).catch(() => undefined);
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
