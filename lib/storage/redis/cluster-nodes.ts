/**
 * The servers of a Cluster, each of which may go away alone while the others serve their slots.
 *
 * @module
 */
import type { StoreLogger } from '../store.ts';
import { reasonOf } from './failure.ts';
import { mastersOf, type ClusterClient, type RedisNode } from './ioredis.ts';
import { within } from '../../timing/within.ts';

export class ClusterNodes {
  readonly #client: ClusterClient;
  readonly #logger: StoreLogger;
  /** Addresses of servers whose loss has been told. */
  readonly #lost = new Set<string>();
  #asking = false;

  constructor(client: ClusterClient, logger: StoreLogger) {
    this.#client = client;
    this.#logger = logger;
    client.on('node error', (error, address) => this.#lose(String(address), reasonOf(error)));
    client.on('+node', (node) => {
      askMasterOnly(node as RedisNode);
      this.#watch(node as RedisNode);
    });
  }

  /**
   * Lets go of servers that say nothing. ioredis asks another one where their slots are now, and
   * connects again when they are still there.
   */
  async dropSilent(withinMs: number): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    // Not yet used means not yet connected to.
    const used = mastersOf(this.#client).filter(({ status }) => status !== 'wait');
    await Promise.all(
      used.map(async (node) => {
        try {
          await within(node.ping(), withinMs);
        } catch (error) {
          this.#lose(addressOf(node), reasonOf(error));
          node.disconnect();
        }
      }),
    );
    this.#asking = false;
  }

  /** ioredis reports every attempt to connect; an outage is worth one line. */
  #lose(address: string, reason: string): void {
    if (this.#lost.has(address)) return;
    this.#lost.add(address);
    this.#logger.warn('store server lost', { code: 'ERR_DCR_STORE_SERVER_LOST', address, reason });
  }

  #watch(node: RedisNode): void {
    node.on('ready', () => {
      const address = addressOf(node);
      if (this.#lost.delete(address)) this.#logger.debug('store server is back', { address });
    });
  }
}

/**
 * ioredis asks a replica where it has lost the connections to all masters. One that was told to answer by
 * itself would: with what it has not heard yet, or with a refusal to write, for good. Otherwise it says
 * who its master is, and ioredis goes there.
 */
function askMasterOnly(node: RedisNode): void {
  node.readonly = () => Promise.resolve();
}

function addressOf({ options: { host, port } }: RedisNode): string {
  return `${host ?? ''}:${String(port)}`;
}
