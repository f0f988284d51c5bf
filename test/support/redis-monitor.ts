/**
 * Everything that a Redis server executes, in the order in which it does.
 *
 * @see https://redis.io/docs/latest/commands/monitor/
 * @module
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { ask, lookInto, type Place } from './redis-ask.ts';

/** Keys of what is told and looked at now and then, whether or not requests come. */
export const OF_NO_REQUEST = /:(stats:\d+|issuer)$/;

export interface Executed {
  readonly name: string;
  readonly args: readonly string[];
  /** What a script called, after the script itself. */
  readonly calls: readonly Call[];
}

export type Call = Pick<Executed, 'name' | 'args'>;

export interface Monitor {
  /** Ends it. What came through a socket, as from the tests themselves, is left out. */
  stop(): Promise<Executed[]>;
}

/** Reads the lines itself: ioredis loses the first ones of a busy server. */
export async function monitor(place: Place): Promise<Monitor> {
  const socket = connect(place.socket);
  const login = place.password === undefined ? '' : `AUTH ${place.password}\r\n`;
  socket.write(`${login}MONITOR\r\n`);
  const lines = createInterface({ input: socket });
  const executed: (Executed & { calls: Call[] })[] = [];
  const mark = `end-of-watch-${randomUUID()}`;
  let ended: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  lines.on('line', (line) => {
    const [, source = '', rest = ''] = /^\+\S+ \[\d+ (\S+)\] (.*)$/.exec(line) ?? [];
    const [name = '', ...args] = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) =>
      unescaped(word),
    );
    const call = { name: name.toLowerCase(), args };
    if (args[0] === mark) ended();
    else if (source === 'lua') executed.at(-1)?.calls.push(call);
    else if (source !== '' && !source.startsWith('unix:')) executed.push({ ...call, calls: [] });
  });
  await once(lines, 'line');
  return {
    async stop() {
      await ask(place, 'ECHO', mark);
      await end;
      socket.destroy();
      return executed;
    },
  };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b' };

/** As the server writes bytes: those that are no printable ASCII as `\xHH`. */
function unescaped(word = ''): string {
  const bytes = word.replace(/\\(x[0-9a-f]{2}|.)/g, (_all, escape: string) =>
    escape.length === 3
      ? String.fromCharCode(parseInt(escape.slice(1), 16))
      : (ESCAPES[escape] ?? escape),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The keys of commands, as the server itself finds them. */
export async function keysOf(place: Place, calls: readonly Call[]): Promise<string[][]> {
  const answers = await askAll(
    place,
    calls.map(({ name, args }) => ['COMMAND', 'GETKEYS', name, ...args]),
  );
  return answers.map(([error, keys]) => {
    if (!error) return (keys as unknown[]).map(String);
    if (/no key arguments|wrong number of arguments/.test(error.message)) return [];
    throw error;
  });
}

/** The slots of keys. */
export async function slotsOf(
  place: Place,
  keys: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> {
  const names = [...keys];
  const answers = await askAll(
    place,
    names.map((key) => ['CLUSTER', 'KEYSLOT', key]),
  );
  return new Map(names.map((key, i) => [key, Number(answers[i]?.[1])]));
}

/** Some thousands of questions, so many at a time that no answer is late. */
async function askAll(
  place: Place,
  questions: readonly (readonly [string, ...string[]])[],
): Promise<[Error | null, unknown][]> {
  const AT_ONCE = 500;
  const redis = lookInto(place);
  const answers: [Error | null, unknown][] = [];
  try {
    for (let i = 0; i < questions.length; i += AT_ONCE) {
      const batch = redis.pipeline();
      for (const [name, ...args] of questions.slice(i, i + AT_ONCE)) batch.call(name, ...args);
      answers.push(...((await batch.exec()) ?? []));
    }
    return answers;
  } finally {
    redis.disconnect();
  }
}
