/**
 * What a fault is, and how servers are set, asked and set back.
 *
 * @module
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { ask, until } from '../../../support/redis-ask.ts';
import type { RedisProcess } from '../../../support/redis-process.ts';
import type { BenchName, FaultBench } from '../bench.ts';
import type { FaultSpan } from '../record.ts';

/** Says more of the fault that is being injected. */
export type Note = (more: Pick<FaultSpan, 'slots' | 'replacedBy'>) => void;

export interface Fault {
  /** Of the table in README.md. */
  readonly row: string;
  /** What it is, as the end of a sentence that begins with "while". */
  readonly name: string;
  readonly on: readonly BenchName[];
  /**
   * What cannot work meanwhile: `some` of what is asked, where only a part of it is met; `perhaps`,
   * where that is a matter of moments.
   */
  readonly stops: 'everything' | 'writes' | 'some' | 'perhaps' | 'nothing';
  /** How long it lasts in the suite. */
  readonly ms: number;
  /** Resolves when it is there, with what ends it; that one resolves when the servers are well. */
  readonly inject: (bench: FaultBench, note: Note) => Promise<() => Promise<void>>;
  /** When that was given which may be lost, where data can be. */
  readonly loses?: (span: FaultSpan) => NonNullable<FaultSpan['lost']>;
}

export const ALL: readonly BenchName[] = ['standalone', 'sentinel', 'cluster'];
export const PLAIN: readonly BenchName[] = ['standalone', 'cluster'];
export const ONE: readonly BenchName[] = ['standalone'];

type Argument = string | number;

/** One about which there is no more to say. */
type Injection = (bench: FaultBench) => ReturnType<Fault['inject']>;

/** Sets something on every node, and sets it back. */
export function configured(
  ...settings: readonly (readonly [name: string, value: Argument, back: Argument])[]
): Injection {
  return async ({ nodes, healthy }) => {
    const set = async (which: 1 | 2): Promise<void> => {
      for (const node of nodes) {
        for (const setting of settings) {
          await ask(node, 'CONFIG', 'SET', setting[0], String(setting[which]));
        }
      }
    };
    await set(1);
    return async () => {
      await set(2);
      await healthy();
    };
  };
}

/** Every process that holds data is gone, and comes back with it. */
export const killed: Injection = async ({ nodes, healthy }) => {
  await Promise.all(nodes.map((node) => node.kill()));
  return async () => {
    await Promise.all(nodes.map((node) => node.restart()));
    await healthy();
  };
};

/** Every process that holds data stands still, and goes on. */
export const frozen: Injection = async ({ nodes, healthy }) => {
  for (const node of nodes) node.pause();
  return async () => {
    for (const node of nodes) node.resume();
    await healthy();
  };
};

/** Asks every node, and asks every node for the opposite. */
export function asked(begin: readonly string[], end: readonly string[]): Injection {
  return async ({ nodes, healthy }) => {
    const all = async ([command = '', ...args]: readonly string[]): Promise<void> => {
      await Promise.all(nodes.map((node) => ask(node, command, ...args)));
    };
    await all(begin);
    return async () => {
      await all(end);
      await healthy();
    };
  };
}

/** Cuts the connections of everybody, so that new ones meet what was changed. */
export async function disconnectAll(nodes: readonly RedisProcess[]): Promise<void> {
  await Promise.all(nodes.map((node) => ask(node, 'CLIENT', 'KILL', 'TYPE', 'normal')));
}

/** Without a handshake, which such a server would refuse; asks until this is the answer. */
export async function says(
  { socket: path }: RedisProcess,
  command: string,
  answer: string,
): Promise<void> {
  await until(`${command} is answered with ${answer}`, async () => {
    const socket = connect(path);
    socket.setTimeout(1_000, () => socket.destroy(new Error('no answer')));
    try {
      socket.write(`${command}\r\n`);
      const [reply] = (await once(socket, 'data')) as [Buffer];
      return reply.toString().slice(1).startsWith(answer);
    } finally {
      socket.destroy();
    }
  });
}

/**
 * How far a replica may be behind when it takes over. Between processes that run it is a millisecond;
 * on a busy machine one of them may have to wait for its turn.
 */
export const BEHIND_MS = 1_000;

/** What the dead one had answered in its last moments may not have reached the other. */
export function justBefore({ from, since }: FaultSpan): NonNullable<FaultSpan['lost']> {
  return { from: from - BEHIND_MS, to: since };
}
