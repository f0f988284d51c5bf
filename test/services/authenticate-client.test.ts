import { describe, expect, it } from '@jest/globals';
import { createScopePolicy } from '../../lib/policy/scope-policy.ts';
import { OAuthError } from '../../lib/protocol/errors.ts';
import { proveClient } from '../../lib/services/authenticate-client.ts';
import { resolveClient } from '../../lib/services/resolve-client.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import type { ClientRecord } from '../../lib/storage/store.ts';
import { sha256 } from '../../lib/tokens/digest.ts';
import { newClient } from '../contract/records.ts';
import { INVALID_CLIENT } from '../support/confidential.ts';

const { client_id, ...rest } = newClient();
const SECRET = 'k'.repeat(43);

function record(method: 'none' | 'client_secret_post', more: object = {}): ClientRecord {
  const metadata = { ...rest.metadata, token_endpoint_auth_method: method };
  return { ...rest, v: 1, client_id, metadata, expires_at: 9e15, used: true, ...more };
}

const CONFIDENTIAL = record('client_secret_post', { secret_digest: sha256(SECRET) });
const PUBLIC = record('none');

/** The answer, which ids were looked up, and how often a secret was read from what was presented. */
async function authenticate(stored: ClientRecord | undefined, ...presented: string[]) {
  const looked: string[] = [];
  const reads: string[] = [];
  const secrets = new Proxy(presented, {
    get(target, property) {
      if (typeof property === 'string' && /^\d+$/.test(property)) reads.push(property);
      return Reflect.get(target, property) as unknown;
    },
  });
  const clients = {
    find: (id: string) => {
      looked.push(id);
      return Promise.resolve(stored);
    },
  };
  const { assertions, clientStates } = new MemoryStore();
  const publishedKeys = { find: async () => [] };
  const scopePolicy = createScopePolicy({});
  const deps = {
    clients,
    clientSources: {},
    clientStates,
    revokedBefore: () => 0,
    scopePolicy,
    assertions,
    publishedKeys,
    now: Date.now,
    storeNow: () => 0,
  };
  const place = { audiences: [], network: undefined };
  const known = await resolveClient(deps, client_id, place);
  const answer = await proveClient(deps, known, { client_id, secrets }, place).then(
    (client) => client.client_id,
    (error: unknown) => {
      if (error instanceof OAuthError) return error.toJSON();
      throw error;
    },
  );
  return { answer, looked, reads };
}

describe('authenticating a client: refused', () => {
  it.each<{ name: string; stored: ClientRecord | undefined; secrets: string[] }>([
    { name: 'one that does not exist', stored: undefined, secrets: [] },
    { name: 'one that does not exist, with a secret', stored: undefined, secrets: [SECRET] },
    { name: 'one that does not exist, with two', stored: undefined, secrets: ['a b', 'a+b'] },
    { name: 'a confidential one without a secret', stored: CONFIDENTIAL, secrets: [] },
    { name: 'a confidential one with another secret', stored: CONFIDENTIAL, secrets: ['x'] },
    { name: 'a confidential one with two others', stored: CONFIDENTIAL, secrets: ['a b', 'a+b'] },
    { name: 'a confidential one with an empty secret', stored: CONFIDENTIAL, secrets: [''] },
    {
      name: 'a confidential one with the digest',
      stored: CONFIDENTIAL,
      secrets: [sha256(SECRET)],
    },
    { name: 'a public one with a secret', stored: PUBLIC, secrets: ['x'] },
    { name: 'a public one with an empty secret', stored: PUBLIC, secrets: [''] },
    {
      name: 'a confidential one of which no digest is kept',
      stored: record('client_secret_post'),
      secrets: [SECRET],
    },
    {
      name: 'a confidential one of which no digest is kept, with an empty secret',
      stored: record('client_secret_post'),
      secrets: [''],
    },
    {
      name: 'a public one of which a digest is kept, with its secret',
      stored: record('none', { secret_digest: sha256(SECRET) }),
      secrets: [SECRET],
    },
  ])('$name, after looking once and reading every secret (TOKEN-28)', async (given) => {
    expect(await authenticate(given.stored, ...given.secrets)).toEqual({
      answer: INVALID_CLIENT,
      looked: [client_id],
      reads: given.secrets.map((_, index) => String(index)),
    });
  });

  it.each(['', '-', '-'.repeat(43), '=', 'undefined', 'null', SECRET, sha256(SECRET).slice(1)])(
    'one whose stored digest is %j, whatever it presents (TOKEN-15)',
    async (secret_digest) => {
      const stored = record('client_secret_post', { secret_digest });
      for (const secret of ['', secret_digest, SECRET, '-'.repeat(43), 'undefined', '\0']) {
        expect(await authenticate(stored, secret)).toMatchObject({ answer: INVALID_CLIENT });
      }
      expect(await authenticate(stored)).toMatchObject({ answer: INVALID_CLIENT });
    },
  );
});

describe('authenticating a client: accepted', () => {
  it.each<{ name: string; stored: ClientRecord; secrets: string[] }>([
    { name: 'a public one that presents nothing', stored: PUBLIC, secrets: [] },
    { name: 'a confidential one with its secret', stored: CONFIDENTIAL, secrets: [SECRET] },
    { name: 'by the first reading', stored: CONFIDENTIAL, secrets: [SECRET, 'x'] },
    { name: 'by the second reading', stored: CONFIDENTIAL, secrets: ['x', SECRET] },
  ])('$name, after reading every secret', async ({ stored, secrets }) => {
    expect(await authenticate(stored, ...secrets)).toEqual({
      answer: client_id,
      looked: [client_id],
      reads: secrets.map((_, index) => String(index)),
    });
  });

  it.each(['p\u00e4ss w\u00f6rd', 'a+b', '50%', 'a:b', '%00', 'x'.repeat(100)])(
    'one whose secret is %j, byte for byte',
    async (secret) => {
      const stored = record('client_secret_post', { secret_digest: sha256(secret) });
      expect(await authenticate(stored, secret)).toMatchObject({ answer: client_id });
      expect(await authenticate(stored, `${secret} `)).toMatchObject({ answer: INVALID_CLIENT });
    },
  );
});
