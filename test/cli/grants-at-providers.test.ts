import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { createEnvelopes } from '../../lib/tokens/envelope.ts';
import { ISSUER } from '../support/app.ts';
import {
  createScriptedUpstream,
  grantWithTokens,
  tokensAt,
  type ScriptedUpstream,
} from '../support/scripted-upstream.ts';
import { runCommandAt, type Outcome } from './run-command.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const SECRET = 's'.repeat(32);
const tokens = tokensAt(NOW);
const envelopes = createEnvelopes({ secrets: [SECRET], issuer: ISSUER, randomBytes });

let store: MemoryStore;
let login: ScriptedUpstream;
let grant: string;

beforeEach(async () => {
  store = Object.assign(new MemoryStore({ now: () => NOW }), { shared: true as false });
  login = createScriptedUpstream();
  grant = await grantWithTokens(store, envelopes, tokens);
});

const revoke = (...words: string[]): Promise<Outcome> => {
  const env = { DCR_ISSUER: ISSUER, DCR_SECRET: SECRET };
  return runCommandAt({ env, store, login }, 'grants', 'revoke', ...words);
};

describe('grants revoke, where the person came from an identity provider', () => {
  it('says when the provider did not take the tokens back: the grant is over all the same', async () => {
    login.revokes(() => Promise.reject(new Error(`refused: ${tokens.access_token}`)));
    const { code, explanation } = await revoke('--grant', grant);
    expect(code).toBe(0);
    expect(explanation).toBe(
      `Grant ${grant} is over, but its tokens at the identity provider may live on: they could not be revoked there.\n1 grant is revoked.`,
    );
    expect(await store.grants.find(grant)).toBeUndefined();
  });

  it('gives the tokens back, and keeps none', async () => {
    const outcome = await revoke('--grant', grant);
    expect(outcome).toEqual({ code: 0, answer: '', explanation: '1 grant is revoked.' });
    expect(login.revoked).toEqual([tokens]);
    expect(await store.upstreamTokens.take(grant)).toBeUndefined();
  });

  it('gives back nothing for a grant that does not fit', async () => {
    expect((await revoke('--grant', grant, '--client', 'other')).code).toBe(1);
    expect(login.revoked).toEqual([]);
    expect(await store.grants.find(grant)).toBeDefined();
  });
});
