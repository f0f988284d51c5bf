/**
 * The ways to run Redis that the store has to work on, each with a user of least privilege.
 *
 * @module
 */
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import type { RedisSource } from '../../lib/storage/redis/redis-store.ts';
import {
  CLUSTER_COMMANDS,
  COMMANDS,
  createUser,
  SWEEP_COMMANDS,
  userOption,
  type RedisUser,
} from './redis-acl.ts';
import type { Place } from './redis-ask.ts';
import { startRedisCluster } from './redis-cluster.ts';
import type { RedisProcess } from './redis-process.ts';
import { startRedisSentinel } from './redis-sentinel.ts';
import {
  clientTls,
  serverTls,
  startRedisTlsServer,
  writeClientFiles,
  type ClientTls,
  type ClientTlsFiles,
} from './redis-tls.ts';
import { createAuthority } from './certificates.ts';

export const TOPOLOGIES = ['tls', 'sentinel', 'cluster', 'sentinel-tls', 'cluster-tls'] as const;
export type TopologyName = (typeof TOPOLOGIES)[number];

/** What a test needs to know of it; made of nothing but text, for it goes through the environment. */
export interface Topology {
  readonly name: TopologyName;
  /** What a store is given. */
  readonly source: RedisSource;
  /** What an operator sets. */
  readonly environment: Readonly<Record<string, string>>;
  /** What a host's own client is made of. */
  readonly host: HostSettings;
  readonly user: RedisUser;
  /** Every process that holds data. */
  readonly places: readonly Place[];
}

/** Ports on the loopback interface: of the one server, of the Sentinels, or of nodes of the Cluster. */
export interface HostSettings {
  readonly ports: readonly number[];
  readonly sentinelName?: string;
  readonly tls?: ClientTls;
}

export interface RunningTopology {
  readonly topology: Topology;
  stop(): Promise<void>;
}

/** Only the replication and the tests know the password of the user `default`. */
function createAccess(more: readonly string[] = []): {
  user: RedisUser;
  options: string[];
  password: string;
} {
  const user = createUser();
  const options = userOption(user, [...COMMANDS, ...SWEEP_COMMANDS, ...more]);
  return { user, options, password: createUser().password };
}

export const START: Readonly<Record<TopologyName, () => Promise<RunningTopology>>> = {
  async tls() {
    const { user, options, password } = createAccess();
    const server = await startRedisTlsServer({ options, password });
    const url = `rediss://${user.username}:${user.password}@127.0.0.1:${String(server.port)}`;
    const topology: Topology = {
      name: 'tls',
      user,
      source: { url, tls: server.tls },
      environment: { DCR_REDIS_URL: url, ...tlsVariables(server.files) },
      host: { ports: [server.port], tls: server.tls },
      places: placesOf([server]),
    };
    return { topology, stop: () => server.stop() };
  },

  sentinel: () => startSentinel('sentinel'),
  cluster: () => startCluster('cluster'),
  'sentinel-tls': () => startSentinel('sentinel-tls', createSecurity()),
  'cluster-tls': () => startCluster('cluster-tls', createSecurity()),
};

/** Certificates for both sides. */
interface Security {
  readonly server: ClientTls;
  readonly client: ClientTls;
}

function createSecurity(): Security {
  const authority = createAuthority();
  return { server: serverTls(authority), client: clientTls(authority) };
}

async function startSentinel(name: TopologyName, security?: Security): Promise<RunningTopology> {
  const { user, options, password } = createAccess();
  const tls = security?.server;
  const sentinel = await startRedisSentinel({ options, password, ...(tls && { tls }) });
  const ports = sentinel.sentinels.map(({ port }) => port);
  const sentinels = ports.map((port) => addressOf(port, security));
  const topology: Topology = {
    name,
    user,
    source: { sentinels, sentinelName: sentinel.name, ...user, ...sourceTls(security) },
    environment: {
      DCR_REDIS_SENTINELS: sentinels.join(' '),
      DCR_REDIS_SENTINEL_NAME: sentinel.name,
      DCR_REDIS_USERNAME: user.username,
      DCR_REDIS_PASSWORD: user.password,
      ...(await environmentTls(sentinel.nodes, security)),
    },
    host: { ports, sentinelName: sentinel.name, ...sourceTls(security) },
    places: placesOf(sentinel.nodes),
  };
  return { topology, stop: () => sentinel.stop() };
}

async function startCluster(name: TopologyName, security?: Security): Promise<RunningTopology> {
  const { user, options, password } = createAccess(CLUSTER_COMMANDS);
  const tls = security?.server;
  const cluster = await startRedisCluster({ options, password, ...(tls && { tls }) });
  const ports = (await cluster.masters()).map(({ port }) => port);
  const clusterNodes = ports.map((port) => addressOf(port, security));
  const file = join(cluster.nodes[0]?.folder ?? '', 'password');
  await writeFile(file, `${user.password}\n`, { mode: 0o600 });
  const topology: Topology = {
    name,
    user,
    source: { clusterNodes, ...user, ...sourceTls(security) },
    environment: {
      DCR_REDIS_CLUSTER_NODES: clusterNodes.join(' '),
      DCR_REDIS_USERNAME: user.username,
      DCR_REDIS_PASSWORD_FILE: file,
      ...(await environmentTls(cluster.nodes, security)),
    },
    host: { ports, ...sourceTls(security) },
    places: placesOf(cluster.nodes),
  };
  return { topology, stop: () => cluster.stop() };
}

function sourceTls(security: Security | undefined): { tls?: ClientTls } {
  return security ? { tls: security.client } : {};
}

async function environmentTls(
  [node]: readonly RedisProcess[],
  security: Security | undefined,
): Promise<Record<string, string>> {
  return node && security ? tlsVariables(await writeClientFiles(node, security.client)) : {};
}

function tlsVariables({ caFile, certFile, keyFile }: ClientTlsFiles): Record<string, string> {
  return {
    DCR_REDIS_TLS_CA_FILE: caFile,
    DCR_REDIS_TLS_CERT_FILE: certFile,
    DCR_REDIS_TLS_KEY_FILE: keyFile,
  };
}

function addressOf(port: number, security?: Security): string {
  return `${security ? 'rediss://' : ''}127.0.0.1:${String(port)}`;
}

function placesOf(processes: readonly RedisProcess[]): Place[] {
  return processes.map(({ socket, password }) => ({ socket, password }));
}
