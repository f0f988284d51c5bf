/**
 * What requests notice of the command line that goes through all clients.
 *
 * @module
 */
import { Driver } from '../load/drive.ts';
import { operations } from '../operations/index.ts';
import { present } from '../present.ts';
import { beginCommand } from './command.ts';
import type { Site } from './site.ts';

/** Requests while the command runs as a ratio to those while it is held: one at a time. */
export interface Disturbance {
  readonly p50: number;
  readonly p99: number;
}

/** So few that the command does not take it for an outage of Redis when it is held. */
const IN_TURN = 40;
const WARM_UP = 500;

export async function disturbance(site: Site): Promise<Disturbance> {
  const { server } = site;
  const driver = new Driver(server.origins, 1);
  try {
    const refresh = present(operations.find(({ name }) => name === 'refresh'));
    const next = await refresh.prepare({ server, clients: driver.clients, requests: 0 });
    await driver.drive(WARM_UP, next);
    const { child, ended } = beginCommand(site, ['reconcile', '--dry-run']);
    const over = new AbortController();
    const done = ended.finally(() => over.abort());
    const [during, held]: [number[], number[]] = [[], []];
    // In turn: what else the machine does meets both.
    while (!over.signal.aborted) {
      during.push(...(await driver.drive(IN_TURN, next)).latencies);
      child.kill('SIGSTOP');
      held.push(...(await driver.drive(IN_TURN, next)).latencies);
      child.kill('SIGCONT');
    }
    await done;
    return { p50: at(during, 0.5) / at(held, 0.5), p99: at(during, 0.99) / at(held, 0.99) };
  } finally {
    await driver.close();
  }
}

function at(latencies: readonly number[], part: number): number {
  const sorted = [...latencies].sort((one, other) => one - other);
  return present(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]);
}
