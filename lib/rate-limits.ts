/**
 * The limits of each endpoint, put together from the options and the store.
 *
 * @module
 */
import type { EndpointLimits, RateLimitDeps } from './http/rate-limit.ts';
import type { RateLimit, RateLimitOptions, RateLimitRule } from './options/rate-limits.ts';
import { createRequestGate, type Limit, type RequestGateDeps } from './services/request-gate.ts';
import { insured, type Quota } from './storage/limiter.ts';
import { MemoryLimiter } from './storage/memory/limiter.ts';
import type { Store } from './storage/store.ts';

/**
 * A caller who names another client each time would have no limit: what one network may ask for in
 * all is this many times what it may ask for as one client.
 */
const TOKEN_NETWORK_FACTOR = 10;

/**
 * Who has a whole site has thousands of networks, and could use up alone what is there for all: a site
 * may ask for this many times what one of its networks may.
 */
const SITE_FACTOR = 5;

export type LimiterStore = Pick<Store, 'limiter'>;

/** What one endpoint is limited by, before it is known which of it is the host's. */
interface Part {
  readonly name: string;
  readonly rule: RateLimitRule;
  readonly by: Limit['by'];
  /** Whether each instance goes on counting by itself when the store is away. */
  readonly isInsured: boolean;
}

export function createRateLimits(
  rules: Required<RateLimitOptions>,
  store: LimiterStore,
  deps: RequestGateDeps,
): RateLimitDeps['rateLimits'] {
  const { register, registerTotal, authorize, token } = rules;
  const limits = (parts: readonly Part[]): EndpointLimits => endpointLimits(parts, store, deps);
  return {
    // Without its count, open registration would be a flood for as long as the store is away.
    register: limits([
      { name: 'register', rule: register, by: 'network', isInsured: false },
      { name: 'register-site', rule: times(register, SITE_FACTOR), by: 'site', isInsured: false },
      { name: 'register-total', rule: registerTotal, by: 'all', isInsured: false },
    ]),
    // A client manages itself as seldom as it registers; whoever tries tokens is nobody's client.
    management: limits([
      { name: 'management', rule: register, by: 'network', isInsured: true },
      { name: 'management-site', rule: times(register, SITE_FACTOR), by: 'site', isInsured: true },
    ]),
    authorize: limits([
      { name: 'authorize', rule: authorize, by: 'network', isInsured: true },
      { name: 'authorize-site', rule: times(authorize, SITE_FACTOR), by: 'site', isInsured: true },
    ]),
    // A pushed request begins a login as much as one that comes with the browser does.
    par: limits([
      { name: 'par', rule: authorize, by: 'network', isInsured: true },
      { name: 'par-site', rule: times(authorize, SITE_FACTOR), by: 'site', isInsured: true },
    ]),
    token: limits(perClient('token', token)),
    revoke: limits(perClient('revoke', token)),
    userinfo: limits([{ name: 'userinfo', rule: token, by: 'network', isInsured: true }]),
    introspect: limits(perClient('introspect', token)),
  };
}

/** Each of these endpoints counts for itself: who revokes a lot can go on refreshing. */
function perClient(name: string, rule: RateLimitRule): readonly Part[] {
  return [
    { name, rule, by: 'network and client', isInsured: true },
    {
      name: `${name}-network`,
      rule: times(rule, TOKEN_NETWORK_FACTOR),
      by: 'network',
      isInsured: true,
    },
  ];
}

/** Where the host counts, it counts alone. */
function times(rule: RateLimitRule, factor: number): RateLimitRule {
  return isRateLimit(rule) ? { ...rule, limit: rule.limit * factor } : false;
}

function endpointLimits(
  parts: readonly Part[],
  store: LimiterStore,
  deps: RequestGateDeps,
): EndpointLimits {
  const limits = parts.flatMap(({ name, rule, by, isInsured }) =>
    isRateLimit(rule) ? [limitOf({ name, ...rule }, by, isInsured, store)] : [],
  );
  return {
    middleware: parts.flatMap(({ rule }) => (typeof rule === 'function' ? [rule] : [])),
    ...(limits.length > 0 && { gate: createRequestGate(limits, deps) }),
  };
}

/** A store that counts nothing leaves it to the memory of each instance. */
export function limitOf(
  quota: Quota,
  by: Limit['by'],
  isInsured: boolean,
  store: LimiterStore,
): Limit {
  const shared = store.limiter?.(quota);
  const limiter = shared ?? new MemoryLimiter(quota);
  const withInsurance = isInsured && shared;
  return {
    quota,
    by,
    limiter: withInsurance ? insured(shared, new MemoryLimiter(quota)) : limiter,
  };
}

function isRateLimit(rule: RateLimitRule): rule is RateLimit {
  return typeof rule === 'object';
}
