/**
 * An instance in a process of its own, which can be killed or stopped: started with JSON in its one
 * argument, says its port on the standard output, and ends with whoever started it.
 *
 * @module
 */
import { RedisStore } from '../../../lib/storage/redis/redis-store.ts';
import { startInstance } from './instances.ts';

export interface InstanceOrder {
  readonly name: string;
  readonly url: string;
  readonly prefix: string;
  readonly signingKey: string;
}

const order = JSON.parse(process.argv[2] ?? '') as InstanceOrder;
const { url, prefix } = order;
const instance = await startInstance(order.name, new RedisStore({ url, prefix }), order.signingKey);
process.stdin.on('end', () => process.exit()).resume();
process.stdout.write(`${instance.origin}\n`);
