/**
 * The clients that a host may bring, of each major version of ioredis. Their types are left as they
 * are: the store has to take them without a cast.
 *
 * @module
 */
import { Redis as Redis6 } from 'ioredis';
import { Redis as Redis5, type RedisOptions } from 'ioredis-5';

/** What a host may set, as far as the tests do. The protocol is a choice since ioredis 6. */
type HostOptions = Omit<RedisOptions, 'Connector'> & { readonly protocol?: 2 | 3 };

export interface ClientKind {
  readonly name: string;
  connect(url: string, options?: HostOptions): Redis5 | Redis6;
}

export const IOREDIS_CLIENTS: readonly ClientKind[] = [
  { name: 'ioredis 5', connect: (url, options = {}) => patient(new Redis5(url, options)) },
  { name: 'ioredis 6', connect: (url, options = {}) => patient(new Redis6(url, options)) },
];

/** Servers come and go in the tests, and a host listens. */
function patient<Client extends Redis5 | Redis6>(client: Client): Client {
  client.on('error', () => undefined);
  return client;
}
