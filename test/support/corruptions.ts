/**
 * Records that are not what we write: cut off, of a version to come, of another kind, or by somebody else.
 *
 * @module
 */
import type { Redis } from 'ioredis';

/** In whatever is written over a record: none of it may be said to anybody. */
export const MARK = 'MARK-OF-A-RECORD';
const MEGABYTES = MARK.repeat((5 * 2 ** 20) / MARK.length);
const HTML = `<!doctype html><title>${MARK}</title><script>alert(1)</script>`;

export type RecordKind =
  'client' | 'authorization' | 'grant of a code' | 'grant of a refresh token';

/** One way to spoil a record. */
export interface Corruption {
  readonly name: string;
  readonly corrupt: (redis: Redis, key: string) => Promise<unknown>;
}

type Members = Readonly<Record<string, unknown>>;

const texts: readonly Corruption[] = ['', '{', 'null', '[]', `{"v":99,"x":"${MARK}"}`, HTML].map(
  (text) => ({ name: `"${text}"`, corrupt: (redis, key) => redis.set(key, text) }),
);

const changed = (name: string, change: (record: Members) => Members): Corruption => ({
  name,
  corrupt: async (redis, key) => {
    const record = JSON.parse((await redis.get(key)) ?? '') as Members;
    return redis.set(key, JSON.stringify(change(record)));
  },
});

/** As JSON has it: a member of that name, and no prototype. */
const asPrototype = (record: unknown): Members =>
  JSON.parse(`{"__proto__":${JSON.stringify(record)}}`) as Members;

const ofClient: readonly Corruption[] = [
  ...texts,
  { name: '5 MB', corrupt: (redis, key) => redis.set(key, MEGABYTES) },
  { name: 'half of it', corrupt: async (redis, key) => redis.setrange(key, 300, MARK) },
  changed('a future version', (record) => ({ ...record, v: 2 })),
  changed('no end', ({ expires_at: _, ...record }) => record),
  changed('redirect URIs that are a text', (record) => ({
    ...record,
    metadata: {
      ...(record['metadata'] as object),
      redirect_uris: 'http://localhost:8080/callback',
    },
  })),
  changed('all of it in a __proto__', asPrototype),
  changed('its metadata in a __proto__', (record) => ({
    ...record,
    metadata: asPrototype(record['metadata']),
  })),
];

const field = (name: string, value: string): Corruption => ({
  name: `${name} "${value.slice(0, 20)}"`,
  corrupt: (redis, key) => redis.hset(key, name, value),
});
const without = (name: string): Corruption => ({
  name: `no ${name}`,
  corrupt: (redis, key) => redis.hdel(key, name),
});

const ofAuthorization: readonly Corruption[] = [
  ...texts.slice(1),
  ...['', '{', 'null', '[]', '{"v":99}', HTML, MEGABYTES].map((text) => field('record', text)),
  {
    name: 'all of it in a __proto__',
    corrupt: async (redis, key) => {
      const record = JSON.parse((await redis.hget(key, 'record')) ?? '') as unknown;
      return redis.hset(key, 'record', JSON.stringify(asPrototype(record)));
    },
  },
  field('v', '2'),
  field('expires_at', 'inf'),
  field('decision', MARK),
  ...['v', 'record', 'created_at', 'expires_at'].map(without),
];

const ofGrant: readonly Corruption[] = [
  ...texts.slice(1),
  field('v', '2'),
  field('generation', MEGABYTES),
  field('generation', HTML),
  field('expires_at', ''),
  field('ends_at', '9'.repeat(400)),
  ...['v', 'client_id', 'subject', 'granted', 'redirect_uri', 'code_challenge', 'salt'].map(
    without,
  ),
  ...['refreshable', 'generation', 'ends_at', 'expires_at'].map(without),
];

export const CORRUPTIONS: readonly (Corruption & { readonly kind: RecordKind })[] = [
  ...ofClient.map((one) => ({ ...one, kind: 'client' as const })),
  ...ofAuthorization.map((one) => ({ ...one, kind: 'authorization' as const })),
  ...ofGrant.map((one) => ({ ...one, kind: 'grant of a code' as const })),
  ...ofGrant.map((one) => ({ ...one, kind: 'grant of a refresh token' as const })),
  { ...without('redeemed_at'), kind: 'grant of a refresh token' as const },
  { ...field('redeemed_at', '1'), kind: 'grant of a code' as const },
];
