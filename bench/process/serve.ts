/**
 * The process of one contender. It listens, says where, and tells what it has used when it is asked.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contenders, isContenderName, type Load } from '../contenders/index.ts';
import { countedRedis } from './counted-redis.ts';
import type { Ready, Usage } from './messages.ts';

const [, , name = '', redisUrl = '', prefix = '', issuer = '', limited = ''] = process.argv;
if (!isContenderName(name)) throw new Error(`there is no contender called ${name}`);

const server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
const { redis, traffic } = countedRedis(redisUrl);
const load: Load = contenders[name];
const loaded = await load();
const contender = await loaded.start({
  issuer: issuer || origin,
  redis,
  prefix,
  limited: limited === 'limited',
});
server.on('request', contender.handler);

process.on('message', () => process.send?.(usage()));
// Whoever measures is gone.
process.once('disconnect', () => process.exit());
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void (contender.close?.() ?? Promise.resolve()).then(() => process.exit());
});
process.send?.({ origin, paths: contender.paths } satisfies Ready);

/** Without collecting garbage for it: V8 forgets code with that, and whoever has more code pays more. */
function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system, residentSize: process.memoryUsage.rss(), redis: traffic() };
}
