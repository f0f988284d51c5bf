/**
 * Decisions about clients in Redis: a hash for each client that there is one about.
 *
 * @module
 */
import {
  SCHEMA_VERSION,
  type ClientState,
  type ClientStatePage,
  type ClientStateStore,
} from '../store.ts';
import type { Commands } from './commands.ts';
import type { Keys } from './keys.ts';
import { digits, oneOf, optional, text } from './reading.ts';
import { cursorOf, positionOf, SCAN_COUNT } from './scanned-keys.ts';
import { script, type Script } from './script.ts';

/**
 * Nothing that stands there keeps an operator from deciding: what is not understood is written over. The
 * key is deleted first, which takes the expiry away, and which a Redis whose memory is full allows, and
 * then the rest.
 */
const DECIDE = `
local function kept(name)
  local value = redis.pcall('HGET', KEYS[1], name)
  return type(value) == 'string' and value or nil
end
local since, reason = kept('blocked_at'), kept('reason')
since = since and (whole(since) or now)

local function decide(blocked_at, why)
  local fields = { 'v', '${SCHEMA_VERSION}', 'client_id', ARGV[4],
    'revoked_before', digits(math.max(whole(kept('revoked_before')) or 0, now)) }
  for name, value in pairs({ blocked_at = blocked_at and digits(blocked_at), reason = why }) do
    table.insert(fields, name)
    table.insert(fields, value)
  end
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], unpack(fields))
end
`;

/** KEYS: state. ARGV: client id; the reason, where there is one. */
const BLOCK = script(
  'dcrBlockClient',
  1,
  ['blocked', 'blocked already'],
  DECIDE,
  `
decide(since or now, ARGV[5] or reason)
return answer(since and 'blocked already' or 'blocked')
`,
);

/** KEYS: state. ARGV: client id; how long what is left of it is kept. */
const UNBLOCK = script(
  'dcrUnblockClient',
  1,
  ['unblocked', 'not blocked'],
  DECIDE,
  `
if not since then return answer('not blocked') end
decide()
expire(KEYS[1], now + tonumber(ARGV[5]))
return answer('unblocked')
`,
);

/** KEYS: state. ARGV: client id; how long it is kept, where the client is not blocked. */
const END_GRANTS = script(
  'dcrEndGrants',
  1,
  ['ended'],
  DECIDE,
  `
decide(since, reason)
if not since then expire(KEYS[1], now + tonumber(ARGV[5])) end
return answer('ended')
`,
);

export class RedisClientStates implements ClientStateStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  find(clientId: string): Promise<ClientState | undefined> {
    return this.#commands.hash(this.#keys.clientState(clientId), parseState);
  }

  async scan(cursor?: string): Promise<ClientStatePage> {
    const position = positionOf(cursor);
    const { keys, next, entries } = await this.#commands.scan(
      position,
      this.#keys.clientStatePattern,
    );
    const read = await this.#commands.hashes(keys, (fields, nth) => {
      const state = parseState(fields);
      // What stands elsewhere counts for nobody.
      oneOf(keys[nth], this.#keys.clientState(state.client_id));
      return state;
    });
    return { states: read, ...cursorOf(next), looked: SCAN_COUNT, entries };
  }

  async block(clientId: string, reason?: string): Promise<boolean> {
    const args = reason === undefined ? [] : [reason];
    return (await this.#run(BLOCK, clientId, args)) === 'blocked';
  }

  async unblock(clientId: string, ttlMs: number): Promise<boolean> {
    return (await this.#run(UNBLOCK, clientId, [ttlMs])) === 'unblocked';
  }

  async endGrants(clientId: string, ttlMs: number): Promise<void> {
    await this.#run(END_GRANTS, clientId, [ttlMs]);
  }

  async #run<Tag extends string>(
    decision: Script<Tag>,
    clientId: string,
    args: readonly (string | number)[],
  ): Promise<string> {
    const keys = [this.#keys.clientState(clientId)];
    return (await this.#commands.run({ script: decision, keys, args: [clientId, ...args] })).tag;
  }
}

function parseState(fields: Readonly<Record<string, string>>): ClientState {
  oneOf(Number(fields['v']), SCHEMA_VERSION);
  const { blocked_at: since } = optional(fields, 'blocked_at', digits);
  return {
    client_id: text(fields['client_id']),
    ...(since !== undefined && { blocked: { since, ...optional(fields, 'reason', text) } }),
    revoked_before: digits(fields['revoked_before']),
  };
}
