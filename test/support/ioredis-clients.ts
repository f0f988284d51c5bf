/**
 * The clients that a host may bring, of each major version of ioredis. Their types are left as they
 * are: the store has to take them without a cast.
 *
 * @module
 */
import { Cluster as Cluster6, Redis as Redis6 } from 'ioredis';
import {
  Cluster as Cluster5,
  Redis as Redis5,
  type ClusterOptions,
  type RedisOptions,
} from 'ioredis-5';

/** What a host may set, as far as the tests do. The protocol is a choice since ioredis 6. */
type HostOptions = Omit<RedisOptions, 'Connector'> & { readonly protocol?: 2 | 3 };

interface Address {
  readonly host: string;
  readonly port: number;
}

/** What a host may set for a Cluster, as far as the tests do. */
type HostClusterOptions = Pick<
  ClusterOptions,
  'scaleReads' | 'natMap' | 'dnsLookup' | 'lazyConnect'
> & {
  readonly redisOptions?: Pick<RedisOptions, 'username' | 'password' | 'disableClientInfo' | 'tls'>;
};

export interface ClientKind {
  readonly name: string;
  connect(url: string, options?: HostOptions): Redis5 | Redis6;
  connectSentinel(options: HostOptions & { sentinels: Address[] }): Redis5 | Redis6;
  connectCluster(nodes: Address[], options?: HostClusterOptions): Cluster5 | Cluster6;
}

export const IOREDIS_CLIENTS: readonly ClientKind[] = [
  {
    name: 'ioredis 5',
    connect: (url, options = {}) => patient(new Redis5(url, options)),
    connectSentinel: (options) => patient(new Redis5(options)),
    connectCluster: (nodes, options = {}) => patient(new Cluster5(nodes, options)),
  },
  {
    name: 'ioredis 6',
    connect: (url, options = {}) => patient(new Redis6(url, options)),
    connectSentinel: (options) => patient(new Redis6(options)),
    connectCluster: (nodes, options = {}) => patient(new Cluster6(nodes, options)),
  },
];

/** Servers come and go in the tests, and a host listens. */
function patient<Client extends { on(event: 'error', listener: () => void): unknown }>(
  client: Client,
): Client {
  client.on('error', () => undefined);
  return client;
}
