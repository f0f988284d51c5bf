/**
 * How Redis is: all servers that take writes are asked at once, within the deadline of a command.
 *
 * @module
 */
import type { StoreHealth } from '../store-health.ts';
import type { RedisConnection } from './connection.ts';
import { isCluster, mastersOf } from './ioredis.ts';
import { serverConditions } from './server-conditions.ts';
import { reportOf, type ServerReport } from './server-report.ts';

/** @param key - A name with the prefix of the store. */
export async function checkHealth(connection: RedisConnection, key: string): Promise<StoreHealth> {
  const reports: ServerReport[] = [];
  try {
    await connection.call((client) => {
      const servers = mastersOf(client);
      reports.push(...servers.map(() => ({})));
      return Promise.all(
        servers.map(async (server, i) => {
          reports[i] = await reportOf(server, { inCluster: isCluster(client), key });
        }),
      );
    });
  } catch {
    // Who did not answer has said nothing: the others count.
  }
  const answers = [...reports];
  // Nobody asks anything else of an instance that is not ready.
  if (answers.some(isReplica)) connection.leaveReplica();
  return {
    conditions: serverConditions(answers),
    times: answers.flatMap(({ time }) => time ?? []),
  };
}

function isReplica({ info, writeRefusal }: ServerReport): boolean {
  return writeRefusal === 'READONLY' || info?.get('role') === 'slave';
}
