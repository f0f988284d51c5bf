import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import supertest from 'supertest';
import { hostLogin } from '../../lib/login/host-login.ts';
import type { TestApp } from '../support/app.ts';
import {
  createPkce,
  obtainCode,
  obtainTokens,
  redemption,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import {
  callStatus,
  createSharingBench,
  jwksOf,
  privateMembers,
  verifyWith,
  type SharingBench,
} from '../support/kept-keys.ts';

const OLD = 'the old test secret that is long enough to be one';
const NEW = 'the new test secret that is long enough to be one';
const SCOPE = 'openid offline_access';

/** What an operator does: add the new one last, move it first, take the old one out. */
const STEPS: readonly (readonly string[])[] = [[OLD], [OLD, NEW], [NEW, OLD], [NEW]];

let bench: SharingBench;

beforeEach(() => {
  bench = createSharingBench();
});
afterEach(async () => {
  await bench.close();
});

const start = (step: number): TestApp => bench.start({ secret: STEPS[step] ?? [] });

/** Everything that one instance made is good at the other. */
async function expectGoodAt(reader: TestApp, maker: TestApp): Promise<void> {
  const client_id = await registeredClientId(maker.app);
  const pkce = createPkce();
  const code = await obtainCode(maker.app, client_id, pkce, { scope: SCOPE });
  const redeemed = await tokenRequest(reader.app, redemption(client_id, code, pkce));
  expect(redeemed.status).toBe(200);
  const { access_token, refresh_token } = redeemed.body as Tokens;
  expect(await callStatus(maker, access_token)).toBe(200);
  expect((await refreshRequest(maker.app, client_id, refresh_token)).status).toBe(200);

  const tokens = await obtainTokens(maker.app, SCOPE);
  expect(await callStatus(reader, tokens.access_token)).toBe(200);
  const refreshed = await refreshRequest(reader.app, tokens.client_id, tokens.refresh_token);
  expect(refreshed.status).toBe(200);
  const { access_token: again } = refreshed.body as Tokens;
  expect(await callStatus(maker, again)).toBe(200);
  expect(await verifyWith(await jwksOf(maker), again, bench.clock)).toBe('alice');
}

describe('a secret that is changed in a rolling deploy', () => {
  it.each([
    { step: 'the new one is added', from: 0 },
    { step: 'it is moved first', from: 1 },
    { step: 'the old one is taken out', from: 2 },
  ])('loses nothing between old and new instances while $step', async ({ from }) => {
    const old = [start(from), start(from)];
    const before = await Promise.all(old.map(jwksOf));
    const fresh = [start(from + 1), start(from + 1)];
    const after = await Promise.all([...old, ...fresh].map(jwksOf));
    expect(after).toEqual([...old, ...fresh].map(() => before[0]));
    const [[oldOne], [newOne]] = [old, fresh];
    if (!oldOne || !newOne) throw new Error('there are two of each');
    await expectGoodAt(newOne, oldOne);
    await expectGoodAt(oldOne, newOne);
  });

  it('keeps keys, grants and tokens from the first step to the last', async () => {
    let previous = start(0);
    const keys = await jwksOf(previous);
    const { client_id, ...tokens } = await obtainTokens(previous.app, SCOPE);
    let { refresh_token } = tokens;
    for (const step of [1, 2, 3]) {
      const next = start(step);
      expect(await jwksOf(next)).toEqual(keys);
      expect(await callStatus(next, tokens.access_token)).toBe(200);
      const refreshed = await refreshRequest(next.app, client_id, refresh_token);
      expect(refreshed.status).toBe(200);
      ({ refresh_token } = refreshed.body as Tokens);
      await previous.server.close();
      previous = next;
    }
    // And the one that was taken out opens nothing any more.
    await expect(privateMembers(bench, [OLD])).rejects.toThrow('unknown secret');
    expect(await privateMembers(bench, [NEW])).toHaveLength(1);
  });

  it('keeps what is known of a person for an OpenID client', async () => {
    const login = hostLogin({
      user: () => ({ sub: 'alice', email: 'a@example.com', amr: ['pwd'] }),
      url: '/login',
    });
    const at = (step: number): TestApp => bench.start({ secret: STEPS[step] ?? [], login });
    const scope = 'openid email offline_access';
    const { client_id, ...first } = await obtainTokens(at(0).app, scope);
    let tokens: Tokens & { id_token?: string } = { client_id, ...first };
    for (const step of [1, 2, 3]) {
      const { app } = at(step);
      const refreshed = await refreshRequest(app, client_id, tokens.refresh_token);
      expect(refreshed.status).toBe(200);
      tokens = refreshed.body as typeof tokens;
      expect(decodeJwt(tokens.id_token ?? '')).toMatchObject({ sub: 'alice', amr: ['pwd'] });
      const asked = supertest(app).get('/oauth/userinfo');
      const { body } = await asked.auth(tokens.access_token, { type: 'bearer' });
      expect(body).toEqual({ sub: 'alice', email: 'a@example.com' });
    }
  });

  it('that jumps to the end at once is refused, harms nothing and is undone by going back', async () => {
    const before = start(0);
    const keys = await jwksOf(before);
    const { access_token, client_id, refresh_token } = await obtainTokens(before.app, SCOPE);
    const jumped = start(3);
    await expect(jwksOf(jumped)).rejects.toThrow('503');
    // Not 400: they are good, and clients would throw them away.
    const pkce = createPkce();
    const code = await obtainCode(before.app, client_id, pkce, { scope: SCOPE });
    for (const refused of [
      await refreshRequest(jumped.app, client_id, refresh_token),
      await tokenRequest(jumped.app, redemption(client_id, code, pkce)),
    ]) {
      expect(refused).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    }
    expect((await tokenRequest(before.app, redemption(client_id, code, pkce))).status).toBe(200);
    expect(await callStatus(jumped, access_token)).toBe(503);
    const lines = jumped.log.at('error').filter(({ message }) => message.includes('do not open'));
    expect(lines).toEqual([
      {
        level: 'error',
        message: 'signing keys in the store do not open',
        fields: {
          code: 'ERR_DCR_KEYS_NOT_OPENED',
          situation: 'unknown secret',
          remedy: expect.stringContaining('none of the secrets opens them'),
        },
      },
    ]);
    expect(await jwksOf(before)).toEqual(keys);
    expect(await callStatus(before, access_token)).toBe(200);
    expect((await refreshRequest(before.app, client_id, refresh_token)).status).toBe(200);
    expect(await jwksOf(start(2))).toEqual(keys);
  });
});
