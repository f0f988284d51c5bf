import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { KeyKeeper } from '../../lib/keys/key-keeper.ts';
import { firstKeySet } from '../../lib/keys/key-set.ts';
import { SILENT } from '../../lib/operations/logger.ts';
import { subjectDigest } from '../../lib/services/index-grant.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { createEnvelopes } from '../../lib/tokens/envelope.ts';
import { generateSigningKey } from '../../lib/tokens/signing-keys.ts';
import { DAY, newClient, redeemedGrant } from '../contract/records.ts';
import { ISSUER } from '../support/app.ts';
import { documentedEvents } from '../support/documented-events.ts';
import { runCommandAt, type Outcome } from './run-command.ts';
import { temporaryFiles } from './temporary-files.ts';

const SECRET = 's'.repeat(32);
const NOW = Date.UTC(2026, 10, 26, 12);
const TIMESTAMP = '2026-11-26T12:00:00.000Z';
const DOCUMENT = 'https://app.example.com/client.json';
const BEFORE = '2026-11-26T10:00:00Z';
const ENV = {
  DCR_ISSUER: ISSUER,
  DCR_SECRET: SECRET,
  DCR_SCOPES_SUPPORTED: 'openid offline_access',
  DCR_BASELINE_SCOPES: 'offline_access',
};
const IMPORTED = {
  client_id: 'imported-1',
  redirect_uris: ['http://localhost/callback'],
  scope: 'openid',
};

const files = temporaryFiles();
let store: MemoryStore;
let id: string;
let grant: string;

beforeEach(async () => {
  store = Object.assign(new MemoryStore({ now: () => NOW }), { shared: true as false });
  const client = newClient();
  id = client.client_id;
  await store.clients.insert(client, 90 * DAY);
  grant = await granted('alice');
});

async function granted(subject: string): Promise<string> {
  const grantId = await redeemedGrant(store, { client_id: id, subject });
  const person = subjectDigest(ISSUER, subject);
  await store.grants.index({ grantId, subjectDigest: person, clientId: id, ttlMs: DAY });
  return grantId;
}

async function makeFirstKey(): Promise<void> {
  const envelopes = createEnvelopes({ secrets: [SECRET], issuer: ISSUER, randomBytes });
  const keeper = new KeyKeeper({ store, envelopes, logger: SILENT, newRequestId: randomUUID });
  await keeper.agree((kept, at) => kept ?? firstKeySet(at, generateSigningKey));
}

const inJob = (...words: string[]): Promise<Outcome> =>
  runCommandAt({ env: ENV, store, isTerminal: false }, ...words);
const atTerminal = (...words: string[]): Promise<Outcome> =>
  runCommandAt({ env: ENV, store }, ...words);

type Line = Readonly<Record<string, unknown>>;

const linesIn = ({ explanation }: Outcome): Line[] =>
  explanation
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));

interface Act {
  readonly name: string;
  readonly words: () => string[];
  readonly before?: () => Promise<unknown>;
  readonly event: string;
  /** Beside the name and `by`. */
  readonly members: () => Line;
}

const ACTS: readonly Act[] = [
  {
    name: 'clients block',
    words: () => ['clients', 'block', id, '--reason', 'stolen'],
    event: 'client.blocked',
    members: () => ({ client_id: id, reason: 'stolen' }),
  },
  {
    name: 'clients unblock',
    before: () => atTerminal('clients', 'block', id),
    words: () => ['clients', 'unblock', id],
    event: 'client.unblocked',
    members: () => ({ client_id: id }),
  },
  {
    name: 'clients delete',
    words: () => ['clients', 'delete', id],
    event: 'client.deleted',
    members: () => ({ client_id: id }),
  },
  {
    name: 'clients import',
    words: () => ['clients', 'import', files.holding(IMPORTED)],
    event: 'client.imported',
    members: () => ({
      client_id: 'imported-1',
      requested: ['openid'],
      baseline: [{ scope: 'offline_access', rule: 'global' }],
      registered: expect.arrayContaining([expect.objectContaining({ scope: 'offline_access' })]),
    }),
  },
  {
    name: 'grants revoke --grant',
    words: () => ['grants', 'revoke', '--grant', grant],
    event: 'grant.revoked',
    members: () => ({ client_id: id, subject: 'alice', grant_id: grant }),
  },
  {
    name: 'grants revoke --client',
    words: () => ['grants', 'revoke', '--client', id],
    event: 'grants.revoked',
    members: () => ({ client_id: id }),
  },
  {
    name: 'revoke --all',
    words: () => ['revoke', '--all', '--before', BEFORE, '--yes'],
    event: 'grants.revoked',
    members: () => ({ reason: expect.stringContaining('2026-11-26T10:00:00') }),
  },
  {
    name: 'registration close',
    words: () => ['registration', 'close', '--reason', 'a flood'],
    event: 'registration.closed',
    members: () => ({ reason: 'a flood' }),
  },
  {
    name: 'registration open',
    before: () => atTerminal('registration', 'close'),
    words: () => ['registration', 'open'],
    event: 'registration.opened',
    members: () => ({}),
  },
  {
    name: 'tokens create',
    words: () => ['tokens', 'create'],
    event: 'initial_access_token.created',
    members: () => ({ token_id: expect.stringMatching(/^[0-9a-f]{16}$/) }),
  },
  {
    name: 'tokens revoke',
    words: () => ['tokens', 'revoke', made],
    before: async () => {
      const { explanation } = await atTerminal('tokens', 'create');
      made = explanation.split(' ')[1] ?? '';
    },
    event: 'initial_access_token.revoked',
    members: () => ({ token_id: made }),
  },
  {
    name: 'keys rotate',
    before: makeFirstKey,
    words: () => ['keys', 'rotate'],
    event: 'signing_key.published',
    members: () => ({ kid: expect.stringMatching(/./) }),
  },
  {
    name: 'keys replace',
    before: makeFirstKey,
    words: () => ['keys', 'replace', '--yes'],
    event: 'signing_key.replaced',
    members: () => ({ kid: expect.stringMatching(/./) }),
  },
];

/** The id of a token that one act is about. */
let made = '';

describe('the audit event of an operator on the command line', () => {
  it('is there for each that is told of an operator', () => {
    const told = documentedEvents().filter(({ by }) => by.includes('operator'));
    const names = new Set(told.map(({ name }) => name));
    expect(new Set(ACTS.map(({ event }) => event))).toEqual(names);
  });

  it.each(ACTS)(
    'is one line beside the answer, as the log of a server would have it: $name',
    async ({ before, words, event, members }) => {
      await before?.();
      const outcome = await inJob(...words());
      expect(outcome).toMatchObject({ code: 0 });
      const { level, message } = documentedEvents().find(({ name }) => name === event) ?? {};
      const of = { level, message, event, by: 'operator', timestamp: TIMESTAMP };
      expect(linesIn(outcome)).toEqual([{ ...of, ...members() }]);
      expect(outcome.answer).not.toContain('"event"');
    },
  );

  it.each(ACTS)(
    'is left to the sentence on a terminal, unless --audit asks for it: $name',
    async ({ before, words }) => {
      await before?.();
      const told = await atTerminal(...words(), '--audit');
      // In the place of a progress bar, which may stand there.
      expect(told.explanation).toContain('\r\u001B[2K{"level":"');
    },
  );

  it('is not there on a terminal that did not ask', async () => {
    const { explanation } = await atTerminal('clients', 'block', id);
    expect(explanation).toBe(`Client ${id} is blocked.`);
  });

  it.each<{ name: string; words: () => string[] }>([
    {
      name: 'an import that is only tried',
      words: () => ['clients', 'import', files.holding(IMPORTED), '--dry-run'],
    },
    { name: 'an import that is refused', words: () => ['clients', 'import', files.holding({})] },
    { name: 'a client that is not blocked', words: () => ['clients', 'unblock', id] },
    { name: 'a client that is not there', words: () => ['clients', 'delete', 'x'] },
    {
      name: 'a grant that is not there',
      words: () => ['grants', 'revoke', '--grant', 'x'.repeat(22)],
    },
    { name: 'a token that is not there', words: () => ['tokens', 'revoke', '0'.repeat(16)] },
    { name: 'a revocation without --yes', words: () => ['revoke', '--all', '--before', 'now'] },
  ])('is not there where nothing was done: $name', async ({ words }) => {
    expect(linesIn(await inJob(...words()))).toEqual([]);
  });

  it.each(['\n', '\r', '\u001B[2J', '\u2028', '\u0085', '\u009B', '\u202E', '\uD800'])(
    'forges no line and moves no cursor, whatever is in its texts: %j (LOG-01)',
    async (end) => {
      const forged = `x${end}{"level":"info","message":"admin login ok"}`;
      const of = `${DOCUMENT}?${forged}`;
      const outcome = await inJob('clients', 'block', of, '--reason', forged);
      const ended = await inJob('grants', 'revoke', '--grant', await granted(forged));
      for (const { explanation } of [outcome, ended]) {
        expect(explanation.split('\n')).toHaveLength(2);
        expect(explanation.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }
      const [line] = linesIn(outcome);
      expect(line?.['event']).toBe('client.blocked');
      expect(line?.['reason']).toMatch(/^x<U\+[0-9A-F]{4}>/);
    },
  );

  it('is whole, however long the id is', async () => {
    const long = `${DOCUMENT}?${'x'.repeat(1_500)}`;
    expect(linesIn(await inJob('clients', 'block', long))).toMatchObject([{ client_id: long }]);
  });
});
