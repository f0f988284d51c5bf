/**
 * Our connection to Redis: ready or not, in time or not, and let go of in order.
 *
 * Everything that is asked of Redis goes through {@link RedisConnection.call}, which answers within
 * the deadline or throws {@link StoreUnavailableError}, whatever happens on the other side.
 *
 * @module
 */
import type { StoreLogger } from '../store.ts';
import type { RemoteClock } from './clock.ts';
import { ClusterNodes } from './cluster-nodes.ts';
import { isRefusal, reasonOf, unavailable } from './failure.ts';
import { gathering } from './gathering.ts';
import {
  isCluster,
  mastersOf,
  toMs,
  type RedisClient,
  type RedisNode,
  type TimeReply,
} from './ioredis.ts';
import { Deadlines, type Wait } from '../../timing/deadlines.ts';
import { monotonicNow } from '../../timing/real-time.ts';
import type { Turn } from '../../timing/turn.ts';
import { UnderWay } from '../../timing/under-way.ts';
import { Waiting } from '../../timing/waiting.ts';
import { within } from '../../timing/within.ts';

/** How long a peer that took the connection may be silent, for several questions are asked until it is ready. */
const HANDSHAKE_WITHIN_MS = 1_000;

/** Between giving up, which ioredis does, and beginning anew, which we do. */
const REVIVE_AFTER_MS = 100;

type Ask<Answer> = (client: RedisClient, wait: Wait) => Promise<Answer>;

export interface ConnectionOptions {
  readonly client: RedisClient;
  readonly clock: RemoteClock;
  readonly commandTimeoutMs: number;
  readonly logger: StoreLogger;
}

export class RedisConnection {
  readonly #client: RedisClient;
  readonly #clock: RemoteClock;
  readonly #commandTimeoutMs: number;
  readonly #logger: StoreLogger;
  /** Absent where there is one server only. */
  readonly #nodes: ClusterNodes | undefined;
  readonly #gather: () => void;
  readonly #waiting = new Waiting();
  readonly #deadlines = new Deadlines({
    answered: () => this.#answered(),
    failed: (error, wait) => this.#failed(error, wait),
  });
  readonly #underWay = new UnderWay();
  /** Connected, past the ready check, on its database, and its clock has been heard. */
  #ready = false;
  /** Counts connections, so that what belongs to an earlier one is recognised. */
  #epoch = 0;
  #lastReply = 0;
  #outage = false;
  /** That it refuses us has been told of this outage. */
  #refused = false;
  #ended = false;
  #revival: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor({ client, clock, commandTimeoutMs, logger }: ConnectionOptions) {
    this.#client = client;
    this.#clock = clock;
    this.#commandTimeoutMs = commandTimeoutMs;
    this.#logger = logger;
    this.#nodes = isCluster(client) ? new ClusterNodes(client, logger) : undefined;
    this.#gather = gathering(client);
    client.on('connect', () => void this.#expectReady());
    client.on('ready', () => void this.#becomeReady());
    client.on('error', (error) => this.#lose(reasonOf(error)));
    client.on('close', () => {
      this.#ready = false;
      this.#epoch += 1;
      this.#waiting.wake();
      this.#lose('closed');
      this.#reviveLater(() => client.status === 'close');
    });
    client.on('end', () => {
      this.#ended = true;
      this.#waiting.wake();
      this.#reviveLater(() => true);
    });
  }

  /**
   * Waits until the connection is ready, then for the answer; both within one deadline.
   *
   * @param ask - Sends its commands at once, so that they are one wait; what it is given tells whether
   *   anybody still waits for the answer.
   */
  call<Answer>(ask: Ask<Answer>): Promise<Answer> {
    if (this.#closing) return Promise.reject(unavailable('closed'));
    this.#underWay.enter();
    return this.#ready ? this.#ask(ask, this.#commandTimeoutMs) : this.#askWhenReady(ask);
  }

  /**
   * The one server there is turned out to be a replica: looks again who the master is, once, however
   * many find it out. A Cluster says itself where else to ask.
   */
  leaveReplica(): void {
    if (!this.#ready || this.#nodes) return;
    this.#ready = false;
    this.#client.disconnect(true);
  }

  /** Waits for what is under way, then ends this connection and nothing else. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #askWhenReady<Answer>(ask: Ask<Answer>): Promise<Answer> {
    const started = monotonicNow();
    if (await this.#waiting.until(() => this.#ready, this.#commandTimeoutMs)) {
      const leftMs = this.#commandTimeoutMs - (monotonicNow() - started);
      return this.#ask(ask, leftMs);
    }
    this.#underWay.leave();
    throw unavailable('not connected');
  }

  #ask<Answer>(ask: Ask<Answer>, leftMs: number): Promise<Answer> {
    this.#gather();
    return this.#deadlines.within((wait) => ask(this.#client, wait), leftMs);
  }

  #answered(): void {
    this.#underWay.leave();
    this.#lastReply = monotonicNow();
  }

  #failed(error: unknown, { ms, turn }: Wait): Error {
    this.#underWay.leave();
    const reason = reasonOf(error);
    // What was left of its time after waiting says nothing about the connection.
    const hadToWait = ms < this.#commandTimeoutMs;
    if (reason !== 'timeout' || !hadToWait) this.#noticeFailure(reason, turn);
    return unavailable(reason);
  }

  #noticeFailure(reason: string, asked: Turn): void {
    if (this.#nodes) {
      // It may be one server of several: what is left goes on.
      if (reason === 'timeout') void this.#nodes.dropSilent(this.#commandTimeoutMs);
      return;
    }
    if (reason === 'timeout') this.#doubt(asked);
    if (reason === 'READONLY') this.leaveReplica();
    // A new connection is on its way: later calls wait for it.
    if (reason === 'not connected') this.#ready = false;
  }

  /** A peer that takes the connection and then says nothing is given up for a new one. */
  async #expectReady(): Promise<void> {
    const epoch = this.#epoch;
    const ms = Math.max(HANDSHAKE_WITHIN_MS, this.#commandTimeoutMs);
    if (!(await this.#waiting.until(() => epoch !== this.#epoch, ms)))
      this.#client.disconnect(true);
  }

  async #becomeReady(): Promise<void> {
    const epoch = ++this.#epoch;
    this.#waiting.wake();
    const mark = this.#clock.mark();
    try {
      // Of a Cluster's servers, whichever answers first.
      const greetings = Promise.any(mastersOf(this.#client).map(greet));
      this.#clock.heard(toMs(await within(greetings, this.#commandTimeoutMs)), mark);
    } catch (error) {
      if (epoch === this.#epoch && !this.#closing) {
        this.#lose(reasonOf(error));
        this.#client.disconnect(true);
      }
      return;
    }
    if (epoch !== this.#epoch) return;
    this.#ready = true;
    this.#waiting.wake();
    if (this.#outage) this.#logger.debug('store connection is back');
    this.#outage = false;
    this.#refused = false;
  }

  /**
   * Says once that an outage has begun, for ioredis reports every attempt to connect; and once more
   * that waiting will not end it: Redis turns us away, or its name stands for no address.
   */
  #lose(reason: string): void {
    if (this.#closing) return;
    const isNews = !this.#outage || (isRefusal(reason) && !this.#refused);
    if (isRefusal(reason)) this.#refused = true;
    this.#outage = true;
    if (isNews)
      this.#logger.warn('store connection lost', { code: 'ERR_DCR_STORE_CONNECTION_LOST', reason });
  }

  /**
   * ioredis gives up for good when Sentinel tells of another master just as it asks for the master, or
   * the last old connection to a Cluster ends as it looks up names for new ones. We do not.
   */
  #reviveLater(isGivenUp: () => boolean): void {
    if (this.#closing) return;
    clearTimeout(this.#revival);
    this.#revival = setTimeout(() => {
      if (!isGivenUp()) return;
      this.#ended = false;
      this.#client.connect().catch(() => undefined);
    }, REVIVE_AFTER_MS);
  }

  /**
   * A peer that is gone without a word leaves a connection that looks alive for a quarter of an
   * hour. When nothing at all came back since the question was sent, start a new one.
   */
  #doubt({ endedAt: sentAt }: Turn): void {
    if (!this.#ready || this.#lastReply >= sentAt) return;
    this.#ready = false;
    this.#lose('timeout');
    this.#client.disconnect(true);
  }

  async #close(): Promise<void> {
    await this.#underWay.none();
    if (this.#ready) await within(this.#client.quit(), this.#commandTimeoutMs).catch(() => null);
    clearTimeout(this.#revival);
    if (this.#ended) return;
    this.#client.disconnect();
    await this.#waiting.until(() => this.#ended, this.#commandTimeoutMs);
  }
}

/**
 * What is asked of a server before anything else. ioredis has chosen the database, but goes on with the
 * first one when it was refused that.
 */
async function greet(server: RedisNode): Promise<TimeReply> {
  const { db = 0 } = server.options;
  const [time] = await Promise.all([server.time(), db === 0 ? undefined : server.select(db)]);
  return time;
}
