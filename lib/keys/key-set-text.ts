/**
 * A key set as a text, the way it is sealed.
 *
 * @module
 */
import { UnopenedError } from '../tokens/envelope.ts';
import type { PrivateJsonWebKey } from '../tokens/private-jwk.ts';
import { parseSigningKeys, privateJwk } from '../tokens/signing-keys.ts';
import type { KeptKey, KeySet } from './key-set.ts';

const VERSION = 1;

type Unread = Readonly<Record<string, unknown>>;

/** Holds the private keys: to be sealed, and shown to nobody. */
export function formatKeySet({ replaced_at, keys }: KeySet): string {
  return JSON.stringify({
    v: VERSION,
    replaced_at,
    keys: keys.map(({ key, ...times }) => ({ jwk: privateJwk(key), ...times })),
  });
}

/**
 * Reads what {@link formatKeySet} wrote.
 *
 * @throws {UnopenedError} For anything else. Nothing of the text is in it.
 */
export function parseKeySet(text: string): KeySet {
  const { v, replaced_at, keys } = parsed(text);
  if (v !== VERSION) throw new UnopenedError(typeof v === 'number' ? 'unknown version' : 'damaged');
  const set = {
    replaced_at: whole(replaced_at),
    keys: (Array.isArray(keys) ? keys : []).map(parseKey),
  };
  must(set.keys.length > 0 && set.keys.at(-1)?.ends_at === undefined);
  must(set.keys.every((key, i) => key.signs_from >= (set.keys[i - 1]?.signs_from ?? 0)));
  return set;
}

function parseKey(unread: unknown): KeptKey {
  const { jwk, published_at, signs_from, ends_at } = Object(unread) as Unread;
  const [key] = attempt(() => parseSigningKeys({ keys: [Object(jwk) as PrivateJsonWebKey] }));
  if (!key) throw new UnopenedError('damaged');
  return {
    key,
    published_at: whole(published_at),
    signs_from: whole(signs_from),
    ...(ends_at !== undefined && { ends_at: whole(ends_at) }),
  };
}

function parsed(text: string): Unread {
  return Object(attempt(() => JSON.parse(text) as unknown)) as Unread;
}

/** The messages of what fails here may quote the text. */
function attempt<Value>(read: () => Value): Value {
  try {
    return read();
  } catch {
    throw new UnopenedError('damaged');
  }
}

function whole(value: unknown): number {
  must(typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);
  return value as number;
}

function must(condition: boolean): void {
  if (!condition) throw new UnopenedError('damaged');
}
