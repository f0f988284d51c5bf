/**
 * What stands for callers in the names of keys.
 *
 * @module
 */
import { createLRU } from 'lru.min';
import type { RequestGateDeps } from './services/request-gate.ts';
import type { Keyring } from './tokens/keyring.ts';

/** Callers come again within moments; so many at a time are not computed anew. */
const MAX_REMEMBERED = 2_000;

/** As long as anybody's are who is what it says. What strangers write may be as long as a request. */
const MAX_REMEMBERED_LENGTH = 200;

/** A MAC of who it is, which nobody else can make: the same for the same parts, whoever computes it. */
export function rateLimitKeys(keyring: Pick<Keyring, 'mac'>): RequestGateDeps['keyOf'] {
  const known = createLRU<string, string>({ max: MAX_REMEMBERED });
  return (parts) => {
    const whose = JSON.stringify(parts);
    if (whose.length > MAX_REMEMBERED_LENGTH) return keyring.mac('rate_limit', parts);
    let key = known.get(whose);
    if (key === undefined) known.set(whose, (key = keyring.mac('rate_limit', parts)));
    return key;
  };
}
