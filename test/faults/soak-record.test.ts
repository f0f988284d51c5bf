import { describe, expect, it } from '@jest/globals';
import { check, resolveConfig } from 'prettier';
import type { Entry } from './support/record.ts';
import { formatSoak, type SoakPart } from './support/soak-record.ts';

const FACTS = { seed: 7, seconds: 60, versions: ['Node 20.19.0', 'Redis 7.0.15'] };

function entry(startedAt: number, status: number, tookMs: number, stalledMs = 0): Entry {
  return {
    endpoint: 'refresh',
    instance: 'A',
    startedAt,
    endedAt: startedAt + tookMs,
    stalledMs,
    status,
    contentType: 'application/json',
    isRight: true,
    used: { refresh_token: 'a-refresh-token' },
    got: {},
  };
}

const PART: SoakPart = {
  bench: 'standalone',
  startedAt: 1_000,
  endedAt: 61_000,
  record: {
    entries: [entry(2_000, 200, 5), entry(6_000, 503, 400), entry(20_000, 200, 700, 690)],
    faults: [{ name: 'a fault', from: 5_000, since: 5_100, until: 8_000, to: 8_500 }],
  },
  examination: {
    clients: [
      { client_id: 'one', isKnown: true },
      { client_id: 'two', isKnown: false },
    ],
    grants: [{ grant: 'g', isAlive: true, isCodeAlive: false, alsoAlive: 0 }],
  },
  ledger: { violations: [], excused: 1 },
};

describe('the record of a soak', () => {
  const text = formatSoak(FACTS, [PART]);

  it('says what was asked, what was done and what came of it', () => {
    const cells = text.split('\n').map((line) => line.replace(/\s+/g, ' '));
    expect(cells).toContain('| Seed | 7 |');
    expect(cells).toContain('| Violations | none |');
    expect(cells).toContain('| 4.0 | a fault | 3.5 | 1 |');
    expect(cells).toContain('| refresh | 200: 2, 503: 1 | 400 | 700 | 700 | 400 |');
    expect(text).toContain('1 of 2 registered clients are known');
    expect(text).toContain('1 of 1 grants live, 1 refusals');
  });

  it('lists each violation', () => {
    const ledger = {
      excused: 0,
      violations: [{ rule: 'no answer is 500', detail: 'refresh at A' }],
    };
    const found = formatSoak(FACTS, [PART, { ...PART, ledger }]);
    expect(found).toContain('- no answer is 500: refresh at A');
    expect(found.replace(/ +/g, ' ')).toContain('| Violations | 1 |');
  });

  it('names no credential', () => {
    expect(text).not.toContain('a-refresh-token');
  });

  it('is formatted as the repository asks', async () => {
    const config = await resolveConfig(new URL('../../docs/soak.md', import.meta.url));
    expect(await check(`${text}\n`, { ...config, parser: 'markdown' })).toBe(true);
  });
});
