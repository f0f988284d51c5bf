/**
 * How one node of a Redis Cluster sees them all.
 *
 * @see https://redis.io/docs/latest/commands/cluster-nodes/
 * @module
 */
import { ask, type Place } from './redis-ask.ts';

export const SLOTS = 16_384;

export interface SeenNode {
  readonly id: string;
  readonly port: number;
  readonly role: 'master' | 'replica';
  /** Answers, and has been heard of by more than one. */
  readonly alive: boolean;
  /** Of its master; absent for a master. */
  readonly masterId: string | undefined;
  /** First and last of each range. */
  readonly slots: readonly (readonly [number, number])[];
}

export async function nodesSeenBy(place: Place): Promise<SeenNode[]> {
  const text = String(await ask(place, 'CLUSTER', 'NODES'));
  return text.split('\n').filter(Boolean).map(parseNode);
}

/** Their own line is the one that says so. */
export async function idOf(place: Place): Promise<string> {
  return String(await ask(place, 'CLUSTER', 'MYID'));
}

export function slotCount(node: SeenNode): number {
  return node.slots.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

function parseNode(line: string): SeenNode {
  const [id = '', address = '', flags = '', masterId = '', , , , link = '', ...slots] =
    line.split(' ');
  const marks = flags.split(',');
  return {
    id,
    port: Number(/:(\d+)@/.exec(address)?.[1]),
    role: marks.includes('master') ? 'master' : 'replica',
    alive:
      (link === 'connected' || marks.includes('myself')) &&
      !marks.some((mark) => ['fail', 'fail?', 'handshake', 'noaddr'].includes(mark)),
    masterId: masterId === '-' ? undefined : masterId,
    // A slot on the move stands in brackets, after the ranges.
    slots: slots
      .filter((range) => !range.startsWith('['))
      .map((range) => {
        const [first = 0, last = first] = range.split('-').map(Number);
        return [first, last];
      }),
  };
}
