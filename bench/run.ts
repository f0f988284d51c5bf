/**
 * Measures what requests cost, against the least that Express can do: `npm run bench`.
 *
 * @module
 */
import { parseArgs } from 'node:util';
import { startRedisServer } from '../test/support/redis-server.ts';
import { contenders, isContenderName, type ContenderName } from './contenders/index.ts';
import { overGuard } from './guard.ts';
import { measure, type Extent, type Measured } from './measure.ts';
import { operations } from './operations/index.ts';
import type { Operation } from './operations/operation.ts';
import { startContender } from './process/contender-process.ts';
import { joined, ofAllStarts, summarize, type OperationSummary } from './report/summary.ts';
import { tableOf } from './report/table.ts';
import { writeReport, writeUnlimited } from './report/write.ts';

const { values } = parseArgs({
  options: {
    contender: { type: 'string', multiple: true },
    operation: { type: 'string', multiple: true },
    /** Of both processes of a pair: V8 does not compile the same code in the same way each time. */
    starts: { type: 'string', default: '3' },
    /** For each start. */
    rounds: { type: 'string', default: '3' },
    requests: { type: 'string', default: '3000' },
    /** As many as it takes until V8 has compiled what it will. */
    'warm-up': { type: 'string', default: '8000' },
    workers: { type: 'string', default: '16' },
    /** Nobody counts requests: those who keep their counts in memory then do the same as all others. */
    unlimited: { type: 'boolean', default: false },
    /** Ends with an error where this project uses far more than it may. */
    guard: { type: 'boolean', default: false },
    /** Puts the table and the picture into the documents. */
    write: { type: 'boolean', default: false },
    /** A folder for profiles of processor time. */
    profile: { type: 'string' },
  },
});

/** Who is held against the floor. */
type Challenger = Exclude<ContenderName, 'floor'>;

const extent: Extent = {
  rounds: Number(values.rounds),
  requests: Number(values.requests),
  warmUp: Number(values['warm-up']),
  workers: Number(values.workers),
};
const all = Object.keys(contenders) as ContenderName[];
const wanted = (values.contender ?? all)
  .filter(isContenderName)
  .filter((name): name is Challenger => name !== 'floor');
if (wanted.length === 0) throw new Error('there is no such contender');
const measured = operations.filter(
  ({ name }) => values.operation === undefined || values.operation.includes(name),
);
if (measured.length === 0) throw new Error('there is no such operation');

const redis = await startRedisServer();
const summaries: OperationSummary[] = [];
try {
  for (const operation of measured) {
    const summary = await summaryOf(operation);
    summaries.push(summary);
    console.log(`\n${tableOf([summary])}\n(floor: ${summary.floorCpuMicros.toFixed(0)} us of CPU)`);
  }
} finally {
  await redis.stop();
}
if (values.write) await (values.unlimited ? writeUnlimited : writeReport)(summaries);
if (values.guard) {
  const problems = overGuard(summaries);
  for (const problem of problems) console.error(problem);
  console.log(`${summaries.length - problems.length} passed, ${problems.length} failed`);
  if (problems.length > 0) process.exitCode = 1;
}

/**
 * One after the other beside the floor, in processes of their own: the more servers wait for their turn,
 * the colder is each when it comes, and who has more code pays more for that.
 */
async function summaryOf(operation: Operation): Promise<OperationSummary> {
  const pairs: OperationSummary[] = [];
  for (const contender of wanted) pairs.push(await besideTheFloor(operation, contender));
  return joined(pairs);
}

async function besideTheFloor(
  operation: Operation,
  contender: Challenger,
): Promise<OperationSummary> {
  const starts: Measured[][] = [];
  for (let start = 0; start < Number(values.starts); start += 1)
    starts.push(await oneStart(operation, contender));
  return summarize(operation, ofAllStarts(starts));
}

async function oneStart(operation: Operation, contender: Challenger): Promise<Measured[]> {
  const options = {
    redisUrl: redis.url,
    profileTo: values.profile,
    limited: !values.unlimited,
  };
  const pair = ['floor', contender] as const;
  const servers = await Promise.all(pair.map((name) => startContender(name, options)));
  try {
    return await measure(operation, servers, extent);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}
