/**
 * The switches in Redis: fields beside the issuer that the prefix belongs to.
 *
 * @module
 */
import {
  SCHEMA_VERSION,
  StoreUnavailableError,
  type Switches,
  type SwitchStore,
} from '../store.ts';
import type { Commands } from './commands.ts';
import type { Keys } from './keys.ts';
import { digits, oneOf, optional, text } from './reading.ts';
import { script, type Script } from './script.ts';

/**
 * Nobody switches anything in a store that is nobody's: it would become one's without an issuer. To delete
 * comes first, and what is not there: a Redis whose memory is full allows it, and then the rest.
 */
const CLAIMED = `
local version = redis.call('HGET', KEYS[1], 'v')
if not version then return answer('unclaimed') end
if version ~= '${SCHEMA_VERSION}' then return answer('corrupt') end
redis.call('HDEL', KEYS[1], '')
`;

/** KEYS: issuer. ARGV: the moment. Answers where it is now. */
const RAISE = script(
  'dcrRaiseEpoch',
  1,
  ['raised', 'unclaimed'],
  CLAIMED,
  `
local stored = whole(redis.call('HGET', KEYS[1], 'revoked_before')) or 0
local epoch = math.max(stored, math.min(tonumber(ARGV[4]), now))
redis.call('HSET', KEYS[1], 'revoked_before', digits(epoch))
return answer('raised', epoch)
`,
);

/** KEYS: issuer. ARGV: the reason, where there is one. */
const CLOSE_REGISTRATION = script(
  'dcrCloseRegistration',
  1,
  ['closed', 'closed already', 'unclaimed'],
  CLAIMED,
  `
local since = whole(redis.call('HGET', KEYS[1], 'registration_closed_at'))
if ARGV[4] then redis.call('HSET', KEYS[1], 'registration_closed_why', ARGV[4]) end
redis.call('HSET', KEYS[1], 'registration_closed_at', digits(since or now))
return answer(since and 'closed already' or 'closed')
`,
);

/** KEYS: issuer. */
const OPEN_REGISTRATION = script(
  'dcrOpenRegistration',
  1,
  ['opened', 'open already', 'unclaimed'],
  CLAIMED,
  `
local removed = redis.call('HDEL', KEYS[1], 'registration_closed_at', 'registration_closed_why')
return answer(removed > 0 and 'opened' or 'open already')
`,
);

export class RedisSwitches implements SwitchStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async read(): Promise<Switches> {
    const switches = await this.#commands.hash(this.#keys.issuer, parseSwitches);
    return switches ?? { revoked_before: 0 };
  }

  async raise(before: number): Promise<number> {
    const {
      values: [epoch = 0],
    } = await this.#switch(RAISE, [before]);
    return epoch;
  }

  async closeRegistration(reason?: string): Promise<boolean> {
    const args = reason === undefined ? [] : [reason];
    return (await this.#switch(CLOSE_REGISTRATION, args)).tag === 'closed';
  }

  async openRegistration(): Promise<boolean> {
    return (await this.#switch(OPEN_REGISTRATION, [])).tag === 'opened';
  }

  async #switch<Tag extends string>(
    transition: Script<Tag>,
    args: readonly (string | number)[],
  ): Promise<{ readonly tag: string; readonly values: readonly number[] }> {
    const keys = [this.#keys.issuer];
    const outcome = await this.#commands.run({ script: transition, keys, args });
    if (outcome.tag !== 'unclaimed') return outcome;
    throw new StoreUnavailableError('the store is unavailable (of no issuer yet)');
  }
}

function parseSwitches(fields: Readonly<Record<string, string>>): Switches {
  oneOf(Number(fields['v']), SCHEMA_VERSION);
  const { revoked_before = 0 } = optional(fields, 'revoked_before', digits);
  const { registration_closed_at: since } = optional(fields, 'registration_closed_at', digits);
  const { registration_closed_why: reason } = optional(fields, 'registration_closed_why', text);
  return {
    revoked_before,
    ...(since !== undefined && {
      registration_closed: { since, ...(reason !== undefined && { reason }) },
    }),
  };
}
