/**
 * Pushed authorization requests in Redis: a hash for each, and its two transitions.
 *
 * @module
 */
import { ArgumentError } from '../../diagnostics/argument-error.ts';
import { requireDigest } from '../ids.ts';
import {
  SCHEMA_VERSION,
  type BindOutcome,
  type NewPushedRequest,
  type PushedRequest,
  type PushedRequestStore,
} from '../store.ts';
import type { Commands } from './commands.ts';
import type { Keys } from './keys.ts';
import { digest, digits, oneOf, optional, someText, type Unread } from './reading.ts';
import { script } from './script.ts';

/** KEYS: pushed request. ARGV: lifetime, client, parameters. */
const INSERT_PUSHED = script(
  'dcrInsertPushed',
  1,
  ['inserted'],
  `
local ends_at, client, parameters = now + tonumber(ARGV[4]), ARGV[5], ARGV[6]
if redis.call('EXISTS', KEYS[1]) == 1 then
  local f = redis.call('HMGET', KEYS[1], 'client_id', 'parameters')
  return answer(f[1] == client and f[2] == parameters and 'inserted' or 'taken')
end
redis.call('HSET', KEYS[1], 'v', '${SCHEMA_VERSION}', 'client_id', client,
  'parameters', parameters, 'expires_at', digits(ends_at))
expire(KEYS[1], ends_at)
return answer('inserted')
`,
);

/** KEYS: pushed request. ARGV: digest of the browser. */
const BIND_PUSHED = script(
  'dcrBindPushed',
  1,
  ['bound', 'foreign', 'gone'],
  `
local f = redis.call('HMGET', KEYS[1], 'v', 'expires_at', 'browser')
if redis.call('EXISTS', KEYS[1]) == 0 then return answer('gone') end
local ends_at, browser = whole(f[2]), f[3]
if f[1] ~= '${SCHEMA_VERSION}' or not ends_at then return answer('corrupt') end
if now >= ends_at then return answer('gone') end
if browser then return answer(browser == ARGV[4] and 'bound' or 'foreign') end
redis.call('HSET', KEYS[1], 'browser', ARGV[4])
return answer('bound')
`,
);

export class RedisPushedRequests implements PushedRequestStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async insert(
    { request_id, client_id, parameters }: NewPushedRequest,
    ttlMs: number,
  ): Promise<void> {
    const key = this.#keys.pushedRequest(request_id);
    if (key === undefined)
      throw new ArgumentError('request_id must be 16 random bytes in base64url');
    const args = [ttlMs, client_id, parameters];
    await this.#commands.run({ script: INSERT_PUSHED, keys: [key], args });
  }

  async find(requestId: string): Promise<PushedRequest | undefined> {
    const key = this.#keys.pushedRequest(requestId);
    if (key === undefined) return undefined;
    const found = await this.#commands.hash(key, (fields) => parsePushed(fields, requestId));
    return found && this.#commands.now() < found.expires_at ? found : undefined;
  }

  async bind(requestId: string, browser: string): Promise<BindOutcome> {
    requireDigest(browser);
    const key = this.#keys.pushedRequest(requestId);
    if (key === undefined) return 'gone';
    const run = { script: BIND_PUSHED, keys: [key], args: [browser] };
    return (await this.#commands.run(run)).tag;
  }
}

function parsePushed(fields: Unread, request_id: string): PushedRequest {
  return {
    v: oneOf(Number(fields['v']), SCHEMA_VERSION),
    request_id,
    client_id: someText(fields['client_id']),
    parameters: someText(fields['parameters']),
    ...optional(fields, 'browser', digest),
    expires_at: digits(fields['expires_at']),
  };
}
