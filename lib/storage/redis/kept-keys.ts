/**
 * The sealed signing keys in Redis.
 *
 * @module
 */
import {
  SCHEMA_VERSION,
  type KeptText,
  type KeyStore,
  type ReplaceOutcome,
  type ReplaceText,
} from '../store.ts';
import type { Commands } from './commands.ts';
import type { Keys } from './keys.ts';
import { must, oneOf, text } from './reading.ts';
import { script } from './script.ts';

/** KEYS: signing keys. ARGV: the revision that was read, or nothing; the new text. */
const REPLACE_KEYS = script(
  'dcrReplaceKeys',
  1,
  ['replaced', 'changed'],
  `
local expected, sealed = ARGV[4], ARGV[5]
local f = redis.call('HMGET', KEYS[1], 'v', 'revision')
local revision = f[2] or ''
if redis.call('EXISTS', KEYS[1]) == 1 and (f[1] ~= '${SCHEMA_VERSION}' or revision == '') then
  return answer('corrupt')
end
if revision == request_id then return answer('replaced') end
if revision ~= expected then return answer('changed') end
redis.call('HSET', KEYS[1], 'v', '${SCHEMA_VERSION}', 'revision', request_id, 'keys', sealed)
return answer('replaced')
`,
);

export class RedisKeys implements KeyStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  read(): Promise<KeptText | undefined> {
    return this.#commands.hash(this.#keys.signingKeys, parseKeptText);
  }

  async replace({ text: sealed, expected = '', requestId }: ReplaceText): Promise<ReplaceOutcome> {
    const { tag } = await this.#commands.run({
      script: REPLACE_KEYS,
      keys: [this.#keys.signingKeys],
      requestId,
      args: [expected, sealed],
    });
    return tag;
  }
}

function parseKeptText(fields: Readonly<Record<string, string>>): KeptText {
  oneOf(Number(fields['v']), SCHEMA_VERSION);
  const kept = { text: text(fields['keys']), revision: text(fields['revision']) };
  must(kept.revision !== '');
  return kept;
}
