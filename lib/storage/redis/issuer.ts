/**
 * The issuer that a prefix belongs to: two servers on one prefix would see each other's clients.
 *
 * @module
 */
import { SCHEMA_VERSION, StoreUnavailableError } from '../store.ts';
import type { Commands } from './commands.ts';
import type { Keys } from './keys.ts';
import { oneOf, text } from './reading.ts';
import { script } from './script.ts';

/** KEYS: issuer. ARGV: the issuer that claims the prefix. */
const CLAIM = script(
  'dcrClaim',
  1,
  ['claimed', 'taken already'],
  `
if redis.call('EXISTS', KEYS[1]) == 1 then return answer('taken already') end
redis.call('HSET', KEYS[1], 'v', '${SCHEMA_VERSION}', 'issuer', ARGV[4])
return answer('claimed')
`,
);

export class RedisIssuer {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async claim(issuer: string): Promise<string> {
    const owner = await this.owner();
    if (owner !== undefined) return owner;
    const { tag } = await this.#commands.run({
      script: CLAIM,
      keys: [this.#keys.issuer],
      args: [issuer],
    });
    if (tag === 'claimed') return issuer;
    const winner = await this.owner();
    if (winner !== undefined) return winner;
    throw new StoreUnavailableError('the store is unavailable (issuer changed meanwhile)');
  }

  owner(): Promise<string | undefined> {
    return this.#commands.hash(this.#keys.issuer, (fields) => {
      oneOf(Number(fields['v']), SCHEMA_VERSION);
      return text(fields['issuer']);
    });
  }
}
