/**
 * What the parts of the store ask of Redis: to read records, to run one transition.
 *
 * Every transition brings back Redis' time, which keeps the clock of this instance right.
 *
 * @module
 */
import { ArgumentError } from '../../diagnostics/argument-error.ts';
import { StoreUnavailableError, type StoreLogger } from '../store.ts';
import type { RemoteClock } from './clock.ts';
import type { Wait } from '../../timing/deadlines.ts';
import type { RedisConnection } from './connection.ts';
import { UnreadableRecordError, unavailable } from './failure.ts';
import type { RedisClient } from './ioredis.ts';
import { scanKeys, type ScannedKeys, type ScanPosition } from './scanned-keys.ts';
import type { Refusal, Script } from './script.ts';

/**
 * How long after its caller has given up a script may still run, for the estimate of Redis' clock is
 * not exact. What it did then is safe to repeat.
 */
const DEADLINE_SLACK_MS = 600;

export interface CommandsOptions {
  readonly connection: RedisConnection;
  readonly clock: RemoteClock;
  readonly commandTimeoutMs: number;
  readonly clockOffsetMs: () => number;
  readonly logger: StoreLogger;
}

/** One run of a script. */
export interface Run<Tag extends string> {
  readonly script: Script<Tag>;
  readonly keys: readonly string[];
  /** Kept by transitions that answer a repetition as they answered the first time. */
  readonly requestId?: string;
  readonly args?: readonly (string | number)[];
}

export interface Answer<Tag extends string> {
  readonly tag: Tag;
  /** The numbers that come with some answers. */
  readonly values: readonly number[];
}

type ScriptCommand = (...args: (string | number)[]) => Promise<unknown>;

export class Commands {
  readonly #options: CommandsOptions;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** Redis' clock; a test may move it. */
  now(): number {
    return this.#options.clock.now() + this.#options.clockOffsetMs();
  }

  /** Reads a record that is one text. */
  async text<Value>(key: string, parse: (text: string) => Value): Promise<Value | undefined> {
    const text = await this.#options.connection.call((client) => client.get(key));
    return text === null ? undefined : this.#parse(key, () => parse(text));
  }

  /** Reads a record that is a hash. */
  async hash<Value>(
    key: string,
    parse: (fields: Record<string, string>) => Value,
  ): Promise<Value | undefined> {
    const fields = await this.#options.connection.call((client) => client.hgetall(key));
    return Object.keys(fields).length === 0 ? undefined : this.#parse(key, () => parse(fields));
  }

  /** Reads records that are one text each, all in one slot; without those that are absent or unreadable. */
  async texts<Value>(
    keys: readonly string[],
    parse: (text: string, nth: number) => Value,
  ): Promise<Value[]> {
    if (keys.length === 0) return [];
    const texts = await this.#options.connection.call((client) => client.mget(...keys));
    return texts.flatMap((text, nth) => {
      if (text === null) return [];
      return this.#readable(keys[nth] ?? '', () => parse(text, nth));
    });
  }

  /** Reads records that are hashes; without those that are absent or unreadable. */
  async hashes<Value>(
    keys: readonly string[],
    parse: (fields: Record<string, string>, nth: number) => Value,
  ): Promise<Value[]> {
    const all = await this.#options.connection.call((client) =>
      Promise.all(keys.map((key) => client.hgetall(key))),
    );
    return all.flatMap((fields, nth) =>
      Object.keys(fields).length === 0
        ? []
        : this.#readable(keys[nth] ?? '', () => parse(fields, nth)),
    );
  }

  /** A part of the names of all keys; never for a request. */
  scan(position: ScanPosition, pattern: string): Promise<ScannedKeys> {
    return this.#options.connection.call((client) => scanKeys(client, position, pattern));
  }

  /** Removes a record; tells one caller that it was there. */
  async remove(key: string): Promise<boolean> {
    return (await this.#options.connection.call((client) => client.del(key))) === 1;
  }

  /** Reads members of a sorted set by their scores, from one score on. */
  async range(
    key: string,
    {
      from,
      offset,
      count,
    }: { readonly from: number; readonly offset: number; readonly count: number },
  ): Promise<{ readonly member: string; readonly score: number }[]> {
    const reply = await this.#options.connection.call((client) =>
      client.zrangebyscore(key, from, '+inf', 'WITHSCORES', 'LIMIT', offset, count),
    );
    const pairs = reply.length / 2;
    return Array.from({ length: pairs }, (_, nth) => ({
      member: reply[2 * nth] ?? '',
      score: Number(reply[2 * nth + 1]),
    }));
  }

  /** How many members of a sorted set have a score that is a time to come. */
  async countAfterNow(key: string): Promise<number> {
    const after = `(${String(Math.floor(this.now()))}`;
    return this.#options.connection.call((client) => client.zcount(key, after, '+inf'));
  }

  /** Takes members out of a sorted set. */
  async drop(key: string, members: readonly string[]): Promise<void> {
    if (members.length === 0) return;
    await this.#options.connection.call((client) => client.zrem(key, ...members));
  }

  /** Runs a transition, once, or not at all. */
  run<Tag extends string>(run: Run<Tag>): Promise<Answer<Tag>> {
    const sent = this.#options.connection.call((client, wait) => this.#send(client, run, wait));
    return sent.then((answer) => {
      if (isAnswerOf(run.script, answer)) return answer;
      throw this.#refused(answer.tag, run.keys);
    });
  }

  /** @param wait - That of the caller; absent the second time. */
  #send(client: RedisClient, run: Run<string>, wait?: Wait): Promise<Answer<string>> {
    const { clock, commandTimeoutMs, clockOffsetMs } = this.#options;
    const { script, keys, requestId = '', args = [] } = run;
    const mark = clock.mark();
    // Taken when it is sent: until then the clock may not have been heard.
    const deadline = clock.now() + commandTimeoutMs + DEADLINE_SLACK_MS;
    const given = [...keys, deadline, clockOffsetMs(), requestId];
    for (const arg of args) given.push(typeof arg === 'number' ? wholeNumber(arg) : arg);
    return runScript(client, script, given).then((answer) => {
      const [time, tag, ...values] = answer as [string, string, ...string[]];
      clock.heard(Number(time), mark);
      // It did nothing. While the caller still waits, it was our clock that was wrong, or this process
      // stood still before it was sent; now the clock is right.
      if (tag === 'late' && wait?.isOver === false) return this.#send(client, run);
      return { tag, values: values.map(Number) };
    });
  }

  /** Among many records one that nobody can read is left out, and told to the log. */
  #readable<Value>(key: string, parse: () => Value): Value[] {
    try {
      return [this.#parse(key, parse)];
    } catch (error) {
      if (error instanceof StoreUnavailableError) return [];
      throw error;
    }
  }

  #parse<Value>(key: string, parse: () => Value): Value {
    try {
      return parse();
    } catch (error) {
      if (error instanceof UnreadableRecordError) throw this.#refused('corrupt', [key]);
      throw error;
    }
  }

  /** Key names hold nothing but ids of ours, which give no power to who knows them. */
  #refused(refusal: Refusal | (string & {}), keys: readonly string[]): StoreUnavailableError {
    if (refusal !== 'late')
      this.#options.logger.error('stored record not usable', {
        code: 'ERR_DCR_RECORD_NOT_USABLE',
        refusal,
        keys,
      });
    return unavailable(refusal);
  }
}

/** ioredis sends the digest of a script, and its text to a server that does not know it. */
function runScript(
  client: RedisClient,
  { name, numberOfKeys, lua }: Pick<Script<string>, 'name' | 'numberOfKeys' | 'lua'>,
  args: (string | number)[],
): Promise<unknown> {
  const commands = client as unknown as Record<string, ScriptCommand | undefined>;
  if (!commands[name]) client.defineCommand(name, { lua, numberOfKeys });
  const command = commands[name];
  return command ? command.apply(client, args) : Promise.reject(new TypeError());
}

function isAnswerOf<Tag extends string>(
  script: Script<Tag>,
  answer: Answer<string>,
): answer is Answer<Tag> {
  return (script.tags as readonly string[]).includes(answer.tag);
}

/** Lua would read `NaN` as a number, and every comparison with it as false. */
function wholeNumber(value: number): number {
  const whole = Math.round(value);
  if (!Number.isSafeInteger(whole)) throw new ArgumentError('a duration must be a finite number');
  return whole;
}
