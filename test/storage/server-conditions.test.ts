import { describe, expect, it } from '@jest/globals';
import { serverConditions } from '../../lib/storage/redis/server-conditions.ts';
import type { ServerReport } from '../../lib/storage/redis/server-report.ts';

/** What a server says that is as it should be. */
const GOOD = {
  redis_version: '7.0.15',
  role: 'master',
  maxmemory_policy: 'noeviction',
  used_memory: '1000',
  maxmemory: '0',
  aof_enabled: '1',
  aof_last_write_status: 'ok',
  rdb_last_bgsave_status: 'ok',
};

function report(info: Record<string, string> = {}, more: Partial<ServerReport> = {}): ServerReport {
  return { time: 1, info: new Map(Object.entries({ ...GOOD, ...info })), ...more };
}

function judged(...reports: ServerReport[]): Record<string, string> {
  return Object.fromEntries(
    serverConditions(reports).map(({ name, status, reason }) => [name, `${status} ${reason}`]),
  );
}

describe('the conditions of one Redis server', () => {
  it.each([
    { info: { maxmemory_policy: 'allkeys-lru' }, name: 'eviction', want: 'warn evicting' },
    { info: { maxmemory_policy: 'volatile-ttl' }, name: 'eviction', want: 'warn evicting' },
    { info: { aof_enabled: '0' }, name: 'persistence', want: 'warn no-append-only-file' },
    { info: { rdb_last_bgsave_status: 'err' }, name: 'persistence', want: 'warn failing' },
    { info: { aof_last_write_status: 'err' }, name: 'persistence', want: 'warn failing' },
    { info: { maxmemory: '1111' }, name: 'memory', want: 'warn nearly-full' },
    { info: { maxmemory: '1112' }, name: 'memory', want: 'ok headroom' },
    { info: { redis_version: '6.2.14' }, name: 'version', want: 'fail too-old' },
    { info: { redis_version: '10.0.0' }, name: 'version', want: 'ok supported' },
    { info: { role: 'slave' }, name: 'store', want: 'fail replica' },
  ])('$name is $want with $info', ({ info, name, want }) => {
    expect(judged(report(info))).toEqual({ ...judged(report()), [name]: want });
  });

  it.each([
    { cluster: { cluster_state: 'ok', cluster_slots_ok: '16384' }, want: 'ok answers' },
    {
      cluster: { cluster_state: 'ok', cluster_slots_ok: '10923' },
      want: 'warn partly-unavailable',
    },
    { cluster: { cluster_state: 'fail', cluster_slots_ok: '16384' }, want: 'fail cluster-down' },
    { cluster: { cluster_state: 'fail', cluster_slots_ok: '0' }, want: 'fail cluster-down' },
  ])('store is $want in a Cluster that says $cluster', ({ cluster, want }) => {
    const seen = report({}, { cluster: new Map(Object.entries(cluster)) });
    expect(judged(seen)).toEqual({ ...judged(report()), store: want });
  });

  it('permissions fail when a command is missing, which is named', () => {
    const missing = report({}, { notPermitted: 'zadd' });
    expect(judged(missing)).toEqual({ ...judged(report()), permissions: 'fail not-sufficient' });
    const messages = serverConditions([report(), missing]).map(({ message }) => message);
    expect(messages.join()).toContain('zadd');
  });

  it.each([
    { writeRefusal: 'OOM', want: 'fail out-of-memory' },
    { writeRefusal: 'READONLY', want: 'fail read-only' },
    { writeRefusal: 'NOREPLICAS', want: 'fail too-few-replicas' },
    { writeRefusal: 'MISCONF', want: 'fail disk' },
    { writeRefusal: 'NOPERM', want: 'fail not-permitted' },
  ])('writes are $want when Redis says $writeRefusal', ({ writeRefusal, want }) => {
    expect(judged(report({}, { writeRefusal }))).toEqual({ ...judged(report()), writes: want });
  });

  it('are the store alone while it does not answer', () => {
    expect(judged({})).toEqual({ store: 'fail unavailable' });
    expect(judged()).toEqual({ store: 'fail unavailable' });
  });

  it('leave out what nobody can tell without INFO, and say so', () => {
    expect(judged({ time: 1 })).toEqual({
      store: 'ok answers',
      writes: 'ok accepted',
      permissions: 'warn info-missing',
    });
  });

  it('judge nothing by a line that is not there', () => {
    expect(judged({ time: 1, info: new Map([['redis_version', 'unknown']]) })).toEqual({
      store: 'ok answers',
      writes: 'ok accepted',
      permissions: 'ok sufficient',
    });
  });

  it('are all well for a server that is as it should be', () => {
    expect(judged(report())).toEqual({
      store: 'ok answers',
      writes: 'ok accepted',
      permissions: 'ok sufficient',
      eviction: 'ok noeviction',
      persistence: 'ok append-only-file',
      memory: 'ok unlimited',
      version: 'ok supported',
    });
  });
});

describe('the conditions of several Redis servers', () => {
  it('are those of the worst one, wherever it stands', () => {
    const bad = report({ maxmemory_policy: 'allkeys-lru', aof_enabled: '0' });
    for (const reports of [
      [bad, report(), report()],
      [report(), report(), bad],
    ]) {
      expect(judged(...reports)).toEqual(judged(bad));
    }
  });

  it('warn while one of them is away, for the others go on', () => {
    expect(judged(report(), {}, report())).toEqual({
      ...judged(report()),
      store: 'warn partly-unavailable',
    });
  });

  it('fail when none answers', () => {
    expect(judged({}, {}, {})).toEqual({ store: 'fail unavailable' });
  });
});
