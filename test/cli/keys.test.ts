import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { KeyKeeper } from '../../lib/keys/key-keeper.ts';
import { firstKeySet } from '../../lib/keys/key-set.ts';
import { sealClaims } from '../../lib/services/grant-claims.ts';
import { openUpstreamTokens, sealUpstreamTokens } from '../../lib/services/kept-upstream-tokens.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { createEnvelopes, type Envelopes } from '../../lib/tokens/envelope.ts';
import { generateSigningKey } from '../../lib/tokens/signing-keys.ts';
import { allowOf, HOUR, MINUTE, newLogin, newPending, newRequestId } from '../contract/records.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { noteSecret } from '../support/secrets.ts';
import { runCommandIn, type Outcome } from './run-command.ts';

const NOW = Date.UTC(2026, 10, 26);
const issuer = 'https://auth.example.com';
const [OLD, NEW, GONE] = ['old', 'new', 'gone'].map((name) => name.padEnd(40, '-')) as [
  string,
  string,
  string,
];
for (const secret of [OLD, NEW, GONE]) noteSecret(secret);

let now: number;
let store: MemoryStore;
beforeEach(() => {
  now = NOW;
  // What a command reaches is shared with servers.
  store = Object.assign(new MemoryStore({ now: () => now }), { shared: true as false });
});

const sealing = (...secrets: string[]): Envelopes =>
  createEnvelopes({ secrets, issuer, randomBytes });
const keys = (secret: string, word: string, ...more: string[]): Promise<Outcome> =>
  runCommandIn({ DCR_ISSUER: issuer, DCR_SECRET: secret }, store, 'keys', word, ...more);

async function makeFirstKey(...secrets: string[]): Promise<string> {
  const { logger } = createLogRecorder();
  const envelopes = sealing(...secrets);
  const keeper = new KeyKeeper({ store, envelopes, logger, newRequestId: randomUUID });
  const { set } = await keeper.agree((kept, at) => kept ?? firstKeySet(at, generateSigningKey));
  return set.keys[0]?.key.kid ?? '';
}

/** A grant whose person came from elsewhere, sealed for these secrets. */
async function makeGrant(...secrets: string[]): Promise<string> {
  const envelopes = sealing(...secrets);
  const pending = newPending();
  const { grant_id } = pending;
  const kept = { upstream: 'corporate', tokens: { access_token: 'x', token_type: 'Bearer' } };
  const tokens = sealUpstreamTokens(envelopes, grant_id, kept);
  const claims = sealClaims(envelopes, grant_id, { claims: { name: 'Zoe' } });
  await store.authorizations.insert(pending, 10 * MINUTE);
  const login = newLogin({ tokens });
  await store.authorizations.completeLogin(grant_id, login, { requestId: newRequestId() });
  expect(await store.authorizations.allow({ ...allowOf(pending, { claims }), login })).toBe('done');
  return grant_id;
}

describe('keys', () => {
  it('are those of the configuration where there are any', async () => {
    const env = { DCR_ISSUER: issuer, DCR_SECRET: OLD, DCR_SIGNING_KEYS: SIGNING_KEY };
    for (const words of [['list'], ['rotate'], ['replace', '--yes']]) {
      const { code, answer, explanation } = await runCommandIn(env, store, 'keys', ...words);
      expect({ code, answer }).toEqual({ code: 1, answer: '' });
      expect(explanation).toContain('changed in DCR_SIGNING_KEYS');
    }
  });

  it('are none before a server made any, and no command makes one', async () => {
    expect(await keys(OLD, 'list')).toMatchObject({ code: 0, answer: '' });
    expect(await keys(OLD, 'list', '--json')).toMatchObject({ code: 0, answer: '[]' });
    expect(await keys(OLD, 'rotate')).toMatchObject({ code: 1, answer: '' });
    expect(await keys(OLD, 'replace', '--yes')).toMatchObject({ code: 1, answer: '' });
    expect((await keys(OLD, 'rewrap')).answer).toMatch(/^Signing keys +there are none yet$/m);
    expect(await store.keys.read()).toBeUndefined();
  });

  it('stay closed to another secret', async () => {
    await makeFirstKey(OLD);
    for (const word of ['list', 'rotate', 'replace', 'rewrap']) {
      expect(await keys(NEW, word)).toEqual({
        code: 1,
        answer: '',
        explanation: 'the signing keys do not open (unknown secret)',
      });
    }
  });
});

describe('keys rotate', () => {
  it('publishes the next one, once, which signs an hour later', async () => {
    const first = await makeFirstKey(OLD);
    now += 24 * HOUR;
    const rotated = await keys(OLD, 'rotate', '--json');
    const { made, keys: listed } = JSON.parse(rotated.answer) as { made: string; keys: object[] };
    expect(listed).toEqual([
      expect.objectContaining({ kid: first, alg: 'ES256', use: 'signs' }),
      expect.objectContaining({ kid: made, use: 'next', signs_from: '2026-11-27T01:00:00.000Z' }),
    ]);
    const again = await keys(OLD, 'rotate');
    expect(again.explanation).toBe('The next key was published already: it stays the next.');
    expect(again.answer.split('\n')).toHaveLength(3);
    now += HOUR;
    const { answer } = await keys(OLD, 'list');
    const [heading, ...rows] = answer.split('\n').map((line) => line.split(/ {2,}/));
    expect(heading).toEqual(['KEY', 'ALG', 'USE', 'PUBLISHED', 'SIGNS FROM', 'ENDS']);
    expect(rows.map(([kid, , use, , , end]) => [kid, use, end])).toEqual([
      [made, 'signs', '-'],
      [first, 'previous', '2026-11-27T02:05:00.000Z'],
    ]);
  });

  it('says when the new one signs, and nothing private', async () => {
    await makeFirstKey(OLD);
    now += HOUR;
    const { code, answer, explanation } = await keys(OLD, 'rotate');
    expect(code).toBe(0);
    expect(explanation).toMatch(/^Key [\w-]{43} is published, and signs from 2026-11-26T02:00:00/);
    expect(answer + explanation).not.toMatch(/"d"|PRIVATE/);
  });
});

describe('keys replace', () => {
  it('does nothing before it is told for sure', async () => {
    const first = await makeFirstKey(OLD);
    const asked = await keys(OLD, 'replace');
    expect(asked).toMatchObject({ code: 1, answer: '' });
    expect(asked.explanation).toContain('Nothing was done: add --yes to do it.');
    expect((await keys(OLD, 'list')).answer).toContain(first);
  });

  it('leaves one key, which signs at once, and none of those before', async () => {
    const first = await makeFirstKey(OLD);
    now += HOUR;
    await keys(OLD, 'rotate');
    const replaced = await keys(OLD, 'replace', '--yes', '--json');
    const { made, keys: listed } = JSON.parse(replaced.answer) as { made: string; keys: object[] };
    expect(made).not.toBe(first);
    expect(listed).toEqual([expect.objectContaining({ kid: made, use: 'signs' })]);
    expect(JSON.parse((await keys(OLD, 'list', '--json')).answer)).toEqual(listed);
    const again = await keys(OLD, 'replace', '--yes');
    expect(again.explanation).toMatch(/^Key [\w-]{43} signs, and no other counts/);
    expect(again.answer + again.explanation).not.toContain(made);
  });
});

describe('keys rewrap', () => {
  it('seals what was sealed for the old secret alone, and says how far that is', async () => {
    await makeFirstKey(OLD);
    const [before, since] = [await makeGrant(OLD), await makeGrant(NEW, OLD)];
    const { code, answer } = await keys(`${NEW} ${OLD}`, 'rewrap', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(answer)).toEqual({
      secrets: 2,
      signingKeys: 'sealed',
      upstreamTokens: { sealed: 1, current: 1, waiting: 0, unopened: 0 },
      claims: { sealed: 0, current: 1, waiting: 1, unopened: 0 },
    });
    for (const grantId of [before, since]) {
      const sealed = (await store.upstreamTokens.find(grantId)) ?? '';
      const { tokens } = openUpstreamTokens(sealing(NEW), grantId, sealed);
      expect(tokens).toMatchObject({ access_token: 'x' });
    }
    const again = await keys(`${NEW} ${OLD}`, 'rewrap');
    expect(again.answer.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['Secrets', '2'],
      ['Signing keys', 'sealed for these secrets already'],
      ['Tokens of providers', '2 already'],
      ['Claims of people', '1 already, 1 not yet'],
    ]);
  });

  it('fails for what none of the secrets opens, and leaves it as it is', async () => {
    const [lost, good] = [await makeGrant(GONE), await makeGrant(OLD)];
    const sealed = await store.upstreamTokens.find(lost);
    const { code, answer, explanation } = await keys(`${NEW} ${OLD}`, 'rewrap');
    expect(code).toBe(1);
    expect(answer).toMatch(/^Tokens of providers +1 sealed anew, 1 not opened$/m);
    expect(explanation).toContain('none of the secrets opens 2 of them');
    expect(await store.upstreamTokens.find(lost)).toBe(sealed);
    expect(await store.upstreamTokens.find(good)).toContain(' ');
  });

  it('leaves tokens to the instance that refreshes them', async () => {
    const grantId = await makeGrant(OLD);
    await store.upstreamTokens.lock(grantId, 'an instance', MINUTE);
    const { answer } = await keys(`${NEW} ${OLD}`, 'rewrap');
    expect(answer).toMatch(/^Tokens of providers +1 not yet$/m);
  });
});
