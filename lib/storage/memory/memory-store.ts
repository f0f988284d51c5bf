/**
 * A store in the memory of one process: for tests, and for a first look without Redis.
 *
 * It answers exactly as the store in Redis does, because the same suite is run on both.
 *
 * @module
 */
import type { Limiter, Quota } from '../limiter.ts';
import type { Condition, StoreHealth } from '../store-health.ts';
import type {
  AssertionStore,
  AuthorizationStore,
  ClientStateStore,
  ClientStore,
  ConsentStore,
  GrantStore,
  InitialAccessTokenStore,
  KeyStore,
  PushedRequestStore,
  StatsStore,
  Store,
  SwitchStore,
  UpstreamTokenStore,
} from '../store.ts';
import { MemoryAssertions } from './assertions.ts';
import { MemoryAuthorizations } from './authorizations.ts';
import { MemoryClientStates } from './client-states.ts';
import { MemoryClients } from './clients.ts';
import { MemoryConsents } from './consents.ts';
import { MemoryGrants } from './grants.ts';
import { MemoryInitialAccessTokens } from './initial-access-tokens.ts';
import { MemoryKeys } from './kept-keys.ts';
import { MemoryLimiter } from './limiter.ts';
import { MemoryPushedRequests } from './pushed-requests.ts';
import { MemoryStats } from './stats.ts';
import { MemorySwitches } from './switches.ts';
import { MemoryUpstreamTokens } from './upstream-tokens.ts';

const ANSWERS: Condition = {
  name: 'store',
  status: 'ok',
  reason: 'answers',
  message: 'The store answers.',
};

const IN_MEMORY: Condition = {
  name: 'persistence',
  status: 'warn',
  reason: 'memory-only',
  message: 'Clients and logins are kept in memory only: a restart loses them.',
};

export interface MemoryStoreOptions {
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

export class MemoryStore implements Store {
  readonly shared = false;
  readonly clients: ClientStore;
  readonly clientStates: ClientStateStore;
  readonly authorizations: AuthorizationStore;
  readonly pushedRequests: PushedRequestStore;
  readonly grants: GrantStore;
  readonly consents: ConsentStore;
  readonly upstreamTokens: UpstreamTokenStore;
  readonly initialAccessTokens: InitialAccessTokenStore;
  readonly assertions: AssertionStore;
  readonly stats: StatsStore;
  readonly keys: KeyStore = new MemoryKeys();
  readonly switches: SwitchStore;
  readonly #now: () => number;
  readonly #limiters = new Map<string, MemoryLimiter>();
  #issuer: string | undefined;

  constructor({ now = Date.now }: MemoryStoreOptions = {}) {
    const upstreamTokens = new MemoryUpstreamTokens(now);
    const grants = new MemoryGrants(now, upstreamTokens);
    this.#now = now;
    this.clients = new MemoryClients(now);
    this.clientStates = new MemoryClientStates(now);
    this.switches = new MemorySwitches(now);
    this.authorizations = new MemoryAuthorizations(now, grants);
    this.pushedRequests = new MemoryPushedRequests(now);
    this.grants = grants;
    this.consents = new MemoryConsents(now);
    this.assertions = new MemoryAssertions(now);
    this.stats = new MemoryStats(now);
    this.upstreamTokens = upstreamTokens;
    this.initialAccessTokens = new MemoryInitialAccessTokens(now);
  }

  /** The same counts for the same quota, as in Redis. */
  limiter(quota: Quota): Limiter {
    const { name, limit, windowSeconds } = quota;
    const id = [name, limit, windowSeconds].join(' ');
    const limiter = this.#limiters.get(id) ?? new MemoryLimiter(quota);
    this.#limiters.set(id, limiter);
    return limiter;
  }

  async claim(issuer: string): Promise<string> {
    this.#issuer ??= issuer;
    return this.#issuer;
  }

  async owner(): Promise<string | undefined> {
    return this.#issuer;
  }

  now(): number {
    return this.#now();
  }

  async health(): Promise<StoreHealth> {
    return { conditions: [ANSWERS, IN_MEMORY], times: [this.#now()] };
  }

  async close(): Promise<void> {
    // There is nothing to let go of.
  }
}
