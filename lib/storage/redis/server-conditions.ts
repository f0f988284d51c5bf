/**
 * What the reports of the servers mean: the rules, with nothing asked any more.
 *
 * Of several servers the worst one counts, for every record is on one of them.
 *
 * @module
 */
import type { Condition, ConditionStatus } from '../store-health.ts';
import type { ServerReport } from './server-report.ts';

/** The first version whose scripts can say that they write, and that keeps what we rely on. */
const OLDEST_MAJOR_VERSION = 7;
/** Of every Redis Cluster. */
const SLOTS = 16_384;
/** Used of `maxmemory`: beyond it, writes will soon be refused. */
const MEMORY_WARN_AT = 0.9;

type Verdict = readonly [status: ConditionStatus, reason: string, message: string];
type Info = ReadonlyMap<string, string>;
/** `undefined` where a server cannot tell. */
type Rule = (info: Info) => Verdict | undefined;

/** @param reports - One for each server that takes writes; empty for one that did not answer. */
export function serverConditions(reports: readonly ServerReport[]): Condition[] {
  const answering = reports.filter(({ time }) => time !== undefined);
  const store = condition('store', storeVerdict(reports, answering));
  if (answering.length === 0) return [store];
  const infos = answering.flatMap(({ info }) => info ?? []);
  const judged = Object.entries(RULES).flatMap(([name, rule]) => {
    const verdict = worst(infos.map(rule).filter(isVerdict));
    return verdict ? [condition(name, verdict)] : [];
  });
  return [
    store,
    condition('writes', writesVerdict(answering)),
    condition('permissions', permissionsVerdict(answering)),
    ...judged,
  ];
}

function storeVerdict(
  reports: readonly ServerReport[],
  answering: readonly ServerReport[],
): Verdict {
  if (answering.length === 0) return ['fail', 'unavailable', 'Redis does not answer in time.'];
  if (answering.some(({ info }) => info?.get('role') === 'slave')) {
    return [
      'fail',
      'replica',
      'This is a replica, which takes no writes: name the master, or its Sentinels.',
    ];
  }
  const seen = answering.flatMap(({ cluster }) => cluster ?? []);
  if (seen.some((cluster) => cluster.get('cluster_state') === 'fail')) {
    return ['fail', 'cluster-down', 'The Cluster is down: slots have no server, or no majority.'];
  }
  // A server that is gone is not asked any more, but the others miss it.
  const isPartly = seen.some((cluster) => cluster.get('cluster_slots_ok') !== String(SLOTS));
  if (isPartly || answering.length < reports.length) {
    return [
      'warn',
      'partly-unavailable',
      'Some servers of the Cluster do not answer in time: what they hold is not available.',
    ];
  }
  return ['ok', 'answers', 'Redis answers.'];
}

const REFUSALS: Readonly<Record<string, Verdict>> = {
  OOM: ['fail', 'out-of-memory', 'Redis is full and refuses to write: raise maxmemory.'],
  READONLY: ['fail', 'read-only', 'Redis is read-only.'],
  NOREPLICAS: [
    'fail',
    'too-few-replicas',
    'Redis refuses to write with fewer replicas than min-replicas-to-write.',
  ],
  MISCONF: ['fail', 'disk', 'Redis refuses to write because it cannot save to its disk.'],
  NOPERM: ['fail', 'not-permitted', 'The Redis user may not run scripts: it needs +eval +evalsha.'],
};

function writesVerdict(answering: readonly ServerReport[]): Verdict {
  const refusals = answering.map(({ writeRefusal = '' }) => REFUSALS[writeRefusal]);
  return worst(refusals.filter(isVerdict)) ?? ['ok', 'accepted', 'Redis accepts writes.'];
}

function permissionsVerdict(answering: readonly ServerReport[]): Verdict {
  const missing = answering.find(({ notPermitted }) => notPermitted !== undefined)?.notPermitted;
  if (missing !== undefined) {
    return [
      'fail',
      'not-sufficient',
      `The Redis user may not run ${missing} on our keys: see the rule in docs/redis.md.`,
    ];
  }
  return answering.every(({ info }) => info)
    ? ['ok', 'sufficient', 'The Redis user may do all that is needed.']
    : [
        'warn',
        'info-missing',
        'The Redis user may not ask for INFO: role, eviction, persistence, memory and version are not checked. It needs +info.',
      ];
}

const RULES: Readonly<Record<string, Rule>> = { eviction, persistence, memory, version };

function eviction(info: Info): Verdict | undefined {
  const policy = info.get('maxmemory_policy');
  if (policy === undefined) return undefined;
  if (policy === 'noeviction') return ['ok', 'noeviction', 'Redis throws nothing away.'];
  return [
    'warn',
    'evicting',
    'Redis throws clients and logins away when its memory is full: set maxmemory-policy to noeviction.',
  ];
}

/** Whether snapshots are taken is in no answer that an ordinary user gets; whether they fail is. */
function persistence(info: Info): Verdict | undefined {
  const isFailing = ['rdb_last_bgsave_status', 'aof_last_write_status'].some(
    (name) => info.get(name) === 'err',
  );
  if (isFailing) return ['warn', 'failing', 'Redis could not save to its disk.'];
  const appendOnly = info.get('aof_enabled');
  if (appendOnly === undefined) return undefined;
  return appendOnly === '1'
    ? ['ok', 'append-only-file', 'Redis keeps an append-only file.']
    : [
        'warn',
        'no-append-only-file',
        'A restart of Redis loses what was written since the last snapshot, if there is one: set appendonly to yes.',
      ];
}

function memory(info: Info): Verdict | undefined {
  const [used, max] = [Number(info.get('used_memory')), Number(info.get('maxmemory'))];
  if (!Number.isFinite(used) || !Number.isFinite(max)) return undefined;
  if (max === 0) return ['ok', 'unlimited', 'Redis has no maxmemory.'];
  return used < max * MEMORY_WARN_AT
    ? ['ok', 'headroom', 'Redis has memory left.']
    : ['warn', 'nearly-full', 'Redis uses 90 % of maxmemory or more: raise it before it is full.'];
}

function version(info: Info): Verdict | undefined {
  const major = /^(\d+)\./.exec(info.get('redis_version') ?? '')?.[1];
  if (major === undefined) return undefined;
  return Number(major) >= OLDEST_MAJOR_VERSION
    ? ['ok', 'supported', 'This version of Redis is supported.']
    : ['fail', 'too-old', 'This version of Redis is too old: 7.0 is the oldest that is supported.'];
}

function isVerdict(verdict: Verdict | undefined): verdict is Verdict {
  return verdict !== undefined;
}

const RANK: Readonly<Record<ConditionStatus, number>> = { ok: 0, warn: 1, fail: 2 };

function worst(verdicts: readonly Verdict[]): Verdict | undefined {
  return [...verdicts].sort(([a], [b]) => RANK[b] - RANK[a])[0];
}

function condition(name: string, [status, reason, message]: Verdict): Condition {
  return { name, status, reason, message };
}
