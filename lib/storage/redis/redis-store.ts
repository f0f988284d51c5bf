/**
 * A store in Redis, which all instances share.
 *
 * @module
 */
import { ArgumentError } from '../../diagnostics/argument-error.ts';
import type { Limiter, Quota } from '../limiter.ts';
import type { StoreHealth } from '../store-health.ts';
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
  StoreLogger,
  SwitchStore,
  UpstreamTokenStore,
} from '../store.ts';
import { RedisAssertions } from './assertions.ts';
import { RedisAuthorizations } from './authorizations.ts';
import { RedisClientStates } from './client-states.ts';
import { RedisClients } from './clients.ts';
import { RemoteClock } from './clock.ts';
import { Commands } from './commands.ts';
import { RedisConnection } from './connection.ts';
import { RedisConsents } from './consents.ts';
import { RedisGrants } from './grants.ts';
import { checkHealth } from './health.ts';
import { RedisInitialAccessTokens } from './initial-access-tokens.ts';
import { isCluster } from './ioredis.ts';
import { RedisIssuer } from './issuer.ts';
import { RedisKeys } from './kept-keys.ts';
import { createKeys } from './keys.ts';
import { RedisLimiter, type RedisLimiterOptions } from './limiter.ts';
import { LateLogger } from './logger.ts';
import { RedisPushedRequests } from './pushed-requests.ts';
import { prepare, type RedisSource } from './source.ts';
import { RedisStats } from './stats.ts';
import { RedisSwitches } from './switches.ts';
import { RedisUpstreamTokens } from './upstream-tokens.ts';

export type { RedisSource };

const DEFAULT_PREFIX = 'dcr:';
const DEFAULT_COMMAND_TIMEOUT_MS = 400;

/** How the store uses Redis. */
export interface RedisStoreSettings {
  /** Put before every key name. @default 'dcr:' */
  readonly prefix?: string;
  /** How long one question to Redis may take, waiting for the connection included. @default 400 */
  readonly commandTimeoutMs?: number;
  /** Moves the store's clock. For tests only. */
  readonly clockOffsetMs?: () => number;
}

/** Which Redis, and how it is used. */
export type RedisStoreOptions = RedisSource & RedisStoreSettings;

export class RedisStore implements Store {
  readonly shared = true;
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
  readonly keys: KeyStore;
  readonly switches: SwitchStore;
  readonly #issuer: RedisIssuer;
  readonly #limiting: RedisLimiterOptions;
  readonly #commands: Commands;
  readonly #connection: RedisConnection;
  readonly #logger: LateLogger;
  /** Stands for any key of ours; nothing is ever kept there. */
  readonly #probeKey: string;
  readonly #clockOffsetMs: () => number;

  /** @throws {TypeError} When an option cannot be used. */
  constructor(given: RedisStoreOptions) {
    const options = Object(given) as RedisStoreOptions;
    const { prefix = DEFAULT_PREFIX, clockOffsetMs = () => 0 } = options;
    const logger = new LateLogger();
    const { commandTimeoutMs = DEFAULT_COMMAND_TIMEOUT_MS } = options;
    requirePrefix(prefix);
    if (!Number.isSafeInteger(commandTimeoutMs) || commandTimeoutMs < 1) {
      throw new ArgumentError(
        'commandTimeoutMs must be a whole number of milliseconds, at least 1',
      );
    }
    const client = prepare(options)();
    const clock = new RemoteClock();
    const connection = new RedisConnection({ client, clock, commandTimeoutMs, logger });
    const commands = new Commands({ connection, clock, commandTimeoutMs, clockOffsetMs, logger });
    const keys = createKeys(prefix, { isSharded: isCluster(client) });
    this.#logger = logger;
    this.#probeKey = `${prefix}probe`;
    this.#clockOffsetMs = clockOffsetMs;
    this.#connection = connection;
    this.#commands = commands;
    this.#limiting = { commands, keys, mark: () => clock.mark() };
    this.clients = new RedisClients(commands, keys);
    this.clientStates = new RedisClientStates(commands, keys);
    this.authorizations = new RedisAuthorizations(commands, keys);
    this.pushedRequests = new RedisPushedRequests(commands, keys);
    this.grants = new RedisGrants(commands, keys);
    this.consents = new RedisConsents(commands, keys);
    this.upstreamTokens = new RedisUpstreamTokens(commands, keys, this.grants);
    this.initialAccessTokens = new RedisInitialAccessTokens(commands, keys);
    this.assertions = new RedisAssertions(commands, keys);
    this.stats = new RedisStats(commands, keys);
    this.keys = new RedisKeys(commands, keys);
    this.switches = new RedisSwitches(commands, keys);
    this.#issuer = new RedisIssuer(commands, keys);
  }

  claim(issuer: string): Promise<string> {
    return this.#issuer.claim(issuer);
  }

  owner(): Promise<string | undefined> {
    return this.#issuer.owner();
  }

  limiter(quota: Quota): Limiter {
    return new RedisLimiter(quota, this.#limiting);
  }

  useLogger(logger: StoreLogger): void {
    this.#logger.use(logger);
  }

  now(): number {
    return this.#commands.now();
  }

  /** Asks every server that takes writes; answers within the deadline of a command, whatever happens. */
  async health(): Promise<StoreHealth> {
    const { conditions, times } = await checkHealth(this.#connection, this.#probeKey);
    return { conditions, times: times.map((time) => time + this.#clockOffsetMs()) };
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** Whether a text can be put before every key name. */
export function isKeyPrefix(prefix: unknown): prefix is string {
  return typeof prefix === 'string' && /^[\x21-\x7A\x7C\x7E]{0,64}$/.test(prefix);
}

/** A brace in the prefix would move the hash tag, and with it the keys of one transition apart. */
function requirePrefix(prefix: string): void {
  if (!isKeyPrefix(prefix)) {
    throw new ArgumentError('prefix must be at most 64 printable ASCII characters without braces');
  }
}
