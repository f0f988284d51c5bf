import { describe, expect, it } from '@jest/globals';
import type { Examination } from './support/examination.ts';
import { judge } from './support/ledger.ts';
import type { Entry, FaultSpan } from './support/record.ts';
import { slotsAskedBy, type SlotRange } from './support/slots.ts';
import { slotOf } from '../support/key-slot.ts';

const NOTHING: Examination = { clients: [], grants: [] };
const GRANT = 'g'.repeat(22);
const CODE = `${GRANT}.mac`;
const token = (generation: number, grant = GRANT): string => `${grant}.${generation}.mac`;

const FAULT: FaultSpan = { name: 'a fault', from: 100, since: 100, until: 5_000, to: 5_000 };

function entry(more: Partial<Entry> = {}): Entry {
  const { startedAt = 1_000 } = more;
  return {
    endpoint: 'refresh',
    instance: 'A',
    startedAt,
    endedAt: startedAt + 10,
    stalledMs: 0,
    status: 200,
    contentType: 'application/json; charset=utf-8',
    isRight: true,
    used: {},
    got: {},
    ...more,
  };
}

const UNAVAILABLE: Partial<Entry> = {
  status: 503,
  retryAfter: '3',
  error: 'temporarily_unavailable',
  members: ['error', 'error_description'],
};
const PAGE: Partial<Entry> = { endpoint: 'authorize', contentType: 'text/html; charset=utf-8' };
const GONE: Partial<Entry> = { status: 400, error: 'invalid_grant' };
const REGISTERED = entry({ endpoint: 'register', status: 201, got: { client_id: 'c' } });
const REDEEMED = entry({
  endpoint: 'redeem',
  used: { client_id: 'c', code: CODE },
  got: { client_id: 'c', refresh_token: token(1) },
});
const ROTATED = entry({
  used: { client_id: 'c', refresh_token: token(1) },
  got: { client_id: 'c', refresh_token: token(2) },
});

function rulesBroken(
  entries: readonly Entry[],
  examination: Partial<Examination> = {},
  faults: readonly FaultSpan[] = [FAULT],
): string[] {
  const { violations } = judge({ entries, faults }, { ...NOTHING, ...examination });
  return violations.map(({ rule }) => rule);
}

describe('the ledger', () => {
  it.each<{ name: string; entries: Entry[]; rule: string }>([
    { name: 'no answer', entries: [entry({ status: 0 })], rule: 'every request is answered' },
    { name: 'a late answer', entries: [entry({ endedAt: 2_600 })], rule: 'answers are in time' },
    { name: 'a 500', entries: [entry({ status: 500 })], rule: 'no answer is 500' },
    {
      name: 'HTML at an API endpoint',
      entries: [entry({ ...UNAVAILABLE, contentType: 'text/html' })],
      rule: 'answers are of their type',
    },
    {
      name: 'a 503 without Retry-After',
      entries: [entry({ ...UNAVAILABLE, retryAfter: '' })],
      rule: 'a 503 says when',
    },
    {
      name: 'a 503 that says never',
      entries: [entry({ ...UNAVAILABLE, retryAfter: '3600' })],
      rule: 'a 503 says when',
    },
    {
      name: 'a 503 that is server_error',
      entries: [entry({ ...UNAVAILABLE, error: 'server_error' })],
      rule: 'a 503 is temporarily_unavailable',
    },
    {
      name: 'a 503 with more in it',
      entries: [entry({ ...UNAVAILABLE, members: ['error', 'error_description', 'stack'] })],
      rule: 'a 503 is temporarily_unavailable',
    },
    {
      name: 'a 503 long after the fault',
      entries: [entry({ ...UNAVAILABLE, startedAt: 20_000 })],
      rule: 'a 503 has a fault behind it',
    },
    {
      name: 'a document that was not there',
      entries: [entry({ ...UNAVAILABLE, endpoint: 'jwks' })],
      rule: 'documents and access tokens need no store',
    },
    {
      name: 'a redirect with an error',
      entries: [entry({ ...PAGE, status: 302, error: 'temporarily_unavailable' })],
      rule: 'no redirect carries an error',
    },
    {
      name: 'a wrong request that was granted',
      entries: [entry({ isRight: false })],
      rule: 'what is wrong is refused',
    },
    {
      name: 'a client that was refused',
      entries: [REGISTERED, entry({ status: 401, used: { client_id: 'c' } })],
      rule: 'nobody is refused because of an outage',
    },
    {
      name: 'a refresh that was refused though the answer before it was sure',
      entries: [REDEEMED, entry({ ...GONE, used: { refresh_token: token(1) } })],
      rule: 'nobody is refused because of an outage',
    },
    {
      name: 'a refresh that was refused within the grace window',
      entries: [
        entry({ ...UNAVAILABLE, used: { refresh_token: token(1) } }),
        entry({ ...GONE, startedAt: 4_000, used: { refresh_token: token(1) } }),
      ],
      rule: 'nobody is refused because of an outage',
    },
    {
      name: 'a code that was redeemed twice',
      entries: [REDEEMED, REDEEMED],
      rule: 'a code is redeemed once',
    },
    {
      name: 'a refresh token with two successors',
      entries: [
        ROTATED,
        { ...ROTATED, got: { ...ROTATED.got, refresh_token: `${token(2)}-of-another` } },
      ],
      rule: 'a grant has one chain of refresh tokens',
    },
    {
      name: 'a rotation that was done twice',
      entries: [{ ...ROTATED, got: { ...ROTATED.got, refresh_token: token(3) } }],
      rule: 'tokens follow one another',
    },
    {
      name: 'tokens of another grant',
      entries: [{ ...REDEEMED, got: { ...REDEEMED.got, refresh_token: token(1, 'h'.repeat(22)) } }],
      rule: 'tokens follow one another',
    },
  ])('finds $name', ({ entries, rule }) => {
    expect(rulesBroken(entries)).toEqual([rule]);
  });

  it.each<{ name: string; examination: Partial<Examination>; rule: string }>([
    {
      name: 'a client that was registered and is not known',
      examination: { clients: [{ client_id: 'c', isKnown: false }] },
      rule: 'every client that was registered is known',
    },
    {
      name: 'a grant that was given and does not live',
      examination: {
        grants: [{ grant: GRANT, isAlive: false, isCodeAlive: false, alsoAlive: 0 }],
      },
      rule: 'every grant that was given lives',
    },
    {
      name: 'a code that can be redeemed again',
      examination: { grants: [{ grant: GRANT, isAlive: true, isCodeAlive: true, alsoAlive: 0 }] },
      rule: 'a code is redeemed once',
    },
    {
      name: 'an older token that works beside the latest',
      examination: { grants: [{ grant: GRANT, isAlive: true, isCodeAlive: false, alsoAlive: 1 }] },
      rule: 'a grant has one chain of refresh tokens',
    },
  ])('finds $name', ({ examination, rule }) => {
    expect(rulesBroken([REGISTERED, REDEEMED, ROTATED], examination)).toEqual([rule]);
  });

  it.each<{ name: string; entries: Entry[]; faults?: FaultSpan[] }>([
    { name: 'a whole story', entries: [REGISTERED, REDEEMED, ROTATED] },
    { name: 'a 503 while the fault is there', entries: [entry(UNAVAILABLE)] },
    { name: 'a page that is 503', entries: [entry({ ...UNAVAILABLE, ...PAGE, status: 503 })] },
    { name: 'a wrong request that is refused', entries: [entry({ ...GONE, isRight: false })] },
    {
      name: 'an answer that was late because this process was busy',
      entries: [entry({ endedAt: 3_000, stalledMs: 1_500 })],
    },
    {
      name: 'a code that may have been spent',
      entries: [
        entry({ ...UNAVAILABLE, endpoint: 'redeem', used: { code: CODE } }),
        entry({ ...GONE, endpoint: 'redeem', startedAt: 2_000, used: { code: CODE } }),
      ],
    },
    {
      name: 'a refresh long after one that was not answered for sure',
      entries: [
        entry({ ...UNAVAILABLE, used: { refresh_token: token(1) } }),
        entry({ ...GONE, startedAt: 40_000, used: { refresh_token: token(1) } }),
      ],
    },
    {
      name: 'a client that was lost',
      entries: [REGISTERED, entry({ status: 401, startedAt: 6_000, used: { client_id: 'c' } })],
      faults: [{ ...FAULT, lost: { from: -Infinity, to: 5_000 } }],
    },
    {
      name: 'no answer of an instance that is gone',
      entries: [entry({ status: 0 })],
      faults: [{ ...FAULT, instance: 'A' }],
    },
  ])('has nothing against $name', ({ entries, faults }) => {
    expect(rulesBroken(entries, {}, faults)).toEqual([]);
  });

  describe('where one master of a Cluster was away', () => {
    const client_id = '00000000-0000-4000-8000-000000000000';
    const used = { client_id, refresh_token: token(1) };
    const asked = entry({ ...UNAVAILABLE, used });
    const [client = -1, grant = -1] = slotsAskedBy(asked) ?? [];
    const away = (...slots: SlotRange[]): FaultSpan => ({ ...FAULT, slots, replacedBy: 3_000 });

    it.each([
      { name: 'its client', slots: [[client, client]] as const },
      {
        name: 'its grant',
        slots: [
          [0, 0],
          [grant, grant],
        ] as const,
      },
    ])('lets a request be answered 503 that needs $name from it', ({ slots }) => {
      expect(rulesBroken([asked], {}, [away(...slots)])).toEqual([]);
    });

    it('lets what is new be answered 503, for nobody knows where it goes', () => {
      const page = entry({ ...UNAVAILABLE, ...PAGE, status: 503, used: { client_id } });
      expect(rulesBroken([page], {}, [away([0, 0])])).toEqual([]);
    });

    it('finds a 503 where the others hold all that was needed (row 11)', () => {
      const between = away([0, Math.min(client, grant) - 1], [Math.max(client, grant) + 1, 16_383]);
      expect(rulesBroken([asked], {}, [between])).toEqual(['a 503 has a fault behind it']);
    });

    it('finds a 503 that comes when its replica should have taken over (row 11)', () => {
      const late = { ...asked, startedAt: 3_500, endedAt: 3_510 };
      const met = away([client, client]);
      expect(rulesBroken([late], {}, [met])).toEqual(['a 503 has a fault behind it']);
    });
  });

  it.each([
    { key: '123456789', slot: 0x31c3 },
    { key: 'other:{123456789}:more', slot: 0x31c3 },
  ])('knows the slot of $key as the specification has it', ({ key, slot }) => {
    expect(slotOf(key)).toBe(slot);
  });

  it('does not take a loss for an excuse of what was given after it', () => {
    const later = entry({ endpoint: 'register', startedAt: 6_000, got: { client_id: 'c' } });
    const refused = entry({ status: 401, startedAt: 7_000, used: { client_id: 'c' } });
    const lost = [{ ...FAULT, lost: { from: -Infinity, to: 5_000 } }];
    expect(rulesBroken([later, refused], {}, lost)).toEqual([
      'nobody is refused because of an outage',
    ]);
  });

  it('names no credential', () => {
    const entries = [entry({ status: 401, used: { client_id: 'c', refresh_token: token(1) } })];
    expect(JSON.stringify(judge({ entries, faults: [] }, NOTHING))).not.toContain(GRANT);
  });
});
