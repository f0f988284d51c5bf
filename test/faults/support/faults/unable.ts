/**
 * Servers that are there and cannot do what they should.
 *
 * @module
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ask, info, lookInto, until } from '../../../support/redis-ask.ts';
import type { FaultBench } from '../bench.ts';
import { ALL, asked, configured, ONE, PLAIN, says, type Fault } from './fault.ts';

export const UNABLE: readonly Fault[] = [
  {
    row: '22',
    name: 'the snapshot cannot be written',
    on: ONE,
    stops: 'writes',
    ms: 2_000,
    inject: async ({ nodes: [node], healthy }) => {
      if (!node) throw new Error('there is no server');
      // Where it has to go there is a folder: so it is for the superuser too.
      const file = join(node.folder, 'dump.rdb');
      await rm(file, { recursive: true, force: true });
      await mkdir(file);
      await ask(node, 'CONFIG', 'SET', 'save', '3600 1');
      await ask(node, 'BGSAVE');
      const status = async (): Promise<string | undefined> =>
        (await info(node, 'persistence'))['rdb_last_bgsave_status'];
      await until('the snapshot fails', async () => (await status()) === 'err');
      return async () => {
        await rm(file, { recursive: true, force: true });
        await ask(node, 'BGSAVE');
        await until('the snapshot is written', async () => (await status()) === 'ok');
        await ask(node, 'CONFIG', 'SET', 'save', '');
        await healthy();
      };
    },
  },
  {
    row: '23',
    name: 'there are too few replicas',
    on: ALL,
    stops: 'writes',
    ms: 2_000,
    inject: withoutReplicas,
  },
  {
    row: '23',
    name: 'the server has become a replica',
    on: ONE,
    stops: 'writes',
    ms: 2_000,
    inject: asked(['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']),
  },
  {
    row: '23',
    name: 'the server is a replica without its master and says so',
    on: ONE,
    stops: 'everything',
    ms: 2_000,
    inject: async (bench) => {
      const stale = await configured(['replica-serve-stale-data', 'no', 'yes'])(bench);
      const replica = await asked(
        ['REPLICAOF', '127.0.0.1', '1'],
        ['REPLICAOF', 'NO', 'ONE'],
      )(bench);
      return async () => {
        await replica();
        await stale();
      };
    },
  },
  {
    row: '23',
    name: 'a script does not end and the server says so',
    on: PLAIN,
    stops: 'everything',
    ms: 2_000,
    inject: async (bench) => {
      const limit = await configured(['lua-time-limit', 10, 5_000])(bench);
      const masters = await bench.masters();
      const endless = masters.map((node) =>
        ask(node, 'EVAL', 'while true do end', '0').catch(() => undefined),
      );
      for (const node of masters) await says(node, 'PING', 'BUSY');
      return async () => {
        for (const node of masters) await says(node, 'SCRIPT KILL', 'OK');
        await Promise.all(endless);
        await limit();
      };
    },
  },
  {
    row: '2',
    name: 'a script does not end and the server is silent',
    on: ONE,
    stops: 'everything',
    ms: 2_000,
    inject: async ({ nodes: [node], healthy }) => {
      if (!node) throw new Error('there is no server');
      const script = `
local function ms() local time = redis.call('TIME') return time[1] * 1000 + time[2] / 1000 end
local over = ms() + 2500
while ms() < over do end`;
      const operator = lookInto(node);
      const over = operator.eval(script, 0).catch(() => undefined);
      await wait(20);
      return async () => {
        await over;
        operator.disconnect();
        await until('the server answers', async () => (await ask(node, 'PING')) === 'PONG');
        await healthy();
      };
    },
  },
  {
    row: '21',
    name: 'the server loads its data',
    on: ONE,
    stops: 'everything',
    ms: 2_000,
    inject: async ({ nodes: [node], healthy }) => {
      if (!node) throw new Error('there is no server');
      const fill = "for i = 1, 20000 do redis.call('SET', 'filled-' .. i, '', 'PX', 60000) end";
      await ask(node, 'EVAL', fill, '0');
      // For each command that is read, in microseconds; every thousand of them it looks around.
      await ask(node, 'CONFIG', 'SET', 'key-load-delay', '200');
      await ask(node, 'CONFIG', 'REWRITE');
      await node.kill();
      const restarted = node.restart();
      await says(node, 'GET any', 'LOADING');
      return async () => {
        await says(node, 'CONFIG SET key-load-delay 0', 'OK');
        await restarted;
        await ask(node, 'CONFIG', 'REWRITE');
        await healthy();
      };
    },
  },
  {
    row: '22',
    name: 'the disk is full under the append-only file',
    on: ONE,
    stops: 'writes',
    ms: 2_000,
    inject: diskFull,
  },
];

/** More of them are asked for than there are; set back to what each server had. */
async function withoutReplicas({ nodes, healthy }: FaultBench): Promise<() => Promise<void>> {
  const name = 'min-replicas-to-write';
  const before = await Promise.all(
    nodes.map(async (node) => Object.values((await ask(node, 'CONFIG', 'GET', name)) as object)),
  );
  for (const node of nodes) await ask(node, 'CONFIG', 'SET', name, '3');
  return async () => {
    for (const [i, node] of nodes.entries()) {
      await ask(node, 'CONFIG', 'SET', name, String(before[i]?.at(-1) ?? 0));
    }
    await healthy();
  };
}

/** The file has reached the size that the server's files may have; a new one has room again. */
async function diskFull({ nodes: [node], healthy }: FaultBench): Promise<() => Promise<void>> {
  if (!node) throw new Error('there is no server');
  const rewriting = async (percentage: string): Promise<unknown> =>
    ask(node, 'CONFIG', 'SET', 'auto-aof-rewrite-percentage', percentage);
  const status = async (): Promise<string | undefined> =>
    (await info(node, 'persistence'))['aof_last_write_status'];
  await rewriting('0');
  const fill = `
for i = 1, 8 do redis.call('SET', 'filled', string.rep('.', 1024 * 1024), 'PX', 60000) end`;
  await until('the file cannot grow any more', async () => {
    // Refused when it is so.
    await ask(node, 'EVAL', fill, '0').catch(() => undefined);
    return (await status()) === 'err';
  });
  return async () => {
    await ask(node, 'BGREWRITEAOF');
    await until('the file is written again', async () => (await status()) === 'ok');
    await rewriting('100');
    await healthy();
  };
}
