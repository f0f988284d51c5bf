import type { KeyObject } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  SignJWT,
  type JSONWebKeySet,
} from 'jose';
import supertest from 'supertest';
import type { SigningKeysInput } from '../../lib/tokens/signing-keys.ts';
import { ISSUER, RESOURCE, type TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { obtainTokens, refreshRequest, type Tokens } from '../support/flow.ts';
import { ALGORITHMS, jwkOf, makeKey, pemOf } from '../support/signing-keys.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SCOPE = 'openid offline_access';

/** How an operator changes the key: add the new one last, move it first, take the old one out. */
function steps(old: KeyObject, next: KeyObject): [string, string, string, string] {
  return [pemOf(old), pemOf(old, next), pemOf(next, old), pemOf(next)];
}

async function callStatus({ app }: TestApp, token: string): Promise<number> {
  return (await supertest(app).get('/mcp').auth(token, { type: 'bearer' })).status;
}

async function jwksOf({ app }: TestApp): Promise<JSONWebKeySet> {
  return (await supertest(app).get('/oauth/jwks')).body as JSONWebKeySet;
}

/** What an API elsewhere does with the keys that it has kept. */
async function verifyWith(keys: JSONWebKeySet, token: string): Promise<unknown> {
  const options = { issuer: ISSUER, audience: RESOURCE, typ: 'at+jwt' };
  return (await jwtVerify(token, createLocalJWKSet(keys), options)).payload.sub;
}

describe.each(STORE_KINDS)('changing the signing key ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  const start = (signingKeys: SigningKeysInput): TestApp => deployment.start({ signingKeys });

  beforeEach(() => {
    deployment = createDeployment(storeKind, { baselineClientScopes: ['offline_access'] });
  });
  afterEach(async () => {
    await deployment.close();
  });

  it('ends no token while its key is there, and each when it is gone (META-06)', async () => {
    const [before, added, moved, gone] = steps(makeKey('ES256'), makeKey('ES256')).map(start);
    if (!before || !added || !moved || !gone) throw new Error('there are four steps');
    const { access_token, ...grant } = await obtainTokens(before.app, SCOPE);
    expect(await callStatus(added, access_token)).toBe(200);
    expect(await callStatus(moved, access_token)).toBe(200);

    const refused = await supertest(gone.app).get('/mcp').auth(access_token, { type: 'bearer' });
    expect(refused).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    // The grant is none of the key's business: the client refreshes and goes on.
    const refreshed = await refreshRequest(gone.app, grant.client_id, grant.refresh_token);
    expect(refreshed.status).toBe(200);
    expect(await callStatus(gone, (refreshed.body as Tokens).access_token)).toBe(200);
  });

  it.each([
    { step: 'adding the new key', from: 0, to: 1 },
    { step: 'moving it first', from: 1, to: 2 },
    { step: 'taking the old key out', from: 2, to: 3 },
  ])('lets the instances before and after $step stand side by side (META-06)', async (row) => {
    const all = steps(makeKey('ES256'), makeKey('ES256'));
    const [before, after] = [start(all[row.from] ?? ''), start(all[row.to] ?? '')];
    for (const [maker, reader] of [
      [before, after],
      [after, before],
    ] as const) {
      const { access_token, client_id, refresh_token } = await obtainTokens(maker.app, SCOPE);
      expect(await callStatus(reader, access_token)).toBe(200);
      const refreshed = await refreshRequest(reader.app, client_id, refresh_token);
      expect(refreshed.status).toBe(200);
      expect(await callStatus(maker, (refreshed.body as Tokens).access_token)).toBe(200);
    }
  });

  it('needs the step in which the new key is only added: without it instances disagree', async () => {
    const [old, , moved] = steps(makeKey('ES256'), makeKey('ES256'));
    const [before, after] = [start(old), start(moved)];
    const { access_token } = await obtainTokens(after.app, SCOPE);
    expect(await callStatus(after, access_token)).toBe(200);
    expect(await callStatus(before, access_token)).toBe(401);
  });

  it('publishes a key before it is used: whoever kept the keys of the step before can verify (META-06)', async () => {
    const instances = steps(makeKey('ES256'), makeKey('ES256')).map(start);
    let kept: JSONWebKeySet | undefined;
    for (const instance of instances) {
      const { access_token } = await obtainTokens(instance.app, SCOPE);
      const now = await jwksOf(instance);
      expect(await verifyWith(kept ?? now, access_token)).toBe('alice');
      expect(await verifyWith(now, access_token)).toBe('alice');
      kept = now;
    }
    expect(kept?.keys).toHaveLength(1);
  });

  it('publishes both keys in their order, and lets them be kept for minutes (META-06)', async () => {
    const [, added, moved] = steps(makeKey('ES256'), makeKey('ES256'));
    const [one, other] = [start(added), start(moved)];
    const [first, second] = [await jwksOf(one), await jwksOf(other)];
    expect(first.keys).toHaveLength(2);
    expect(second.keys).toEqual([...first.keys].reverse());
    const answers = await Promise.all(
      [one, other].map(({ app }) => supertest(app).get('/oauth/jwks')),
    );
    const headers = answers.map((answer) => answer.headers as Record<string, string>);
    expect(headers.map((each) => each['cache-control'])).toEqual(
      Array.from({ length: 2 }, () => 'public, max-age=300'),
    );
    // Who asks whether the kept document is still good is told that it is not.
    const etags = headers.map(({ etag = '' }) => etag);
    expect(new Set(etags).size).toBe(2);
    const asked = await supertest(other.app)
      .get('/oauth/jwks')
      .set('If-None-Match', etags[0] ?? '');
    expect(asked.status).toBe(200);
  });

  it('may change the algorithm with it, from any to any', async () => {
    for (const from of ALGORITHMS) {
      for (const to of ALGORITHMS) {
        const [old, , moved, gone] = steps(makeKey(from), makeKey(to));
        const [before, after, last] = [start(old), start(moved), start(gone)];
        const first = await obtainTokens(before.app, SCOPE);
        const second = await refreshRequest(after.app, first.client_id, first.refresh_token);
        const { access_token } = second.body as Tokens;
        expect(decodeProtectedHeader(first.access_token).alg).toBe(from);
        expect(decodeProtectedHeader(access_token).alg).toBe(to);
        expect(await callStatus(after, first.access_token)).toBe(200);
        expect(await callStatus(after, access_token)).toBe(200);
        expect(await callStatus(last, first.access_token)).toBe(401);
        expect(await callStatus(last, access_token)).toBe(200);
      }
    }
  });
});

describe.each(STORE_KINDS)(
  'a key that came from another server with its name ($kind)',
  (storeKind) => {
    const key = makeKey('RS256');
    const named = { keys: [jwkOf(key, { kid: 'from-before', alg: 'RS256', use: 'sig' })] };
    let deployment: TestDeployment;

    beforeEach(() => {
      deployment = createDeployment(storeKind);
    });
    afterEach(async () => {
      await deployment.close();
    });

    it('verifies with the copy of the keys that others kept from there (RFC 7517 §4.5)', async () => {
      const { keys } = await jwksOf(deployment.start({ signingKeys: named }));
      const { kty, n, e } = jwkOf(key);
      const keptFromThere = { keys: [{ kty, n, e, kid: 'from-before' }] } as JSONWebKeySet;
      expect(keys).toEqual([{ ...keptFromThere.keys[0], alg: 'RS256', use: 'sig' }]);
      const made = deployment.start({ signingKeys: named });
      const { access_token } = await obtainTokens(made.app, SCOPE);
      expect(await verifyWith(keptFromThere, access_token)).toBe('alice');
    });

    it('is good for what the other server signed with it, in the form of RFC 9068', async () => {
      const made = deployment.start({ signingKeys: named });
      const now = Math.floor(made.clock.now() / 1000);
      const claims = {
        iss: ISSUER,
        sub: 'alice',
        aud: RESOURCE,
        client_id: 'of-the-other-server',
        scope: 'openid',
        jti: 'of-the-other-server',
        iat: now,
        exp: now + 60,
      };
      const signed = (kid: string): Promise<string> =>
        new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid }).sign(key);
      expect(await callStatus(made, await signed('from-before'))).toBe(200);
      expect(await callStatus(made, await signed('from-elsewhere'))).toBe(401);
    });

    it('is good for what it signed under that name, and under no other', async () => {
      const [one, renamed] = [
        deployment.start({ signingKeys: named }),
        deployment.start({ signingKeys: pemOf(key) }),
      ];
      const { access_token } = await obtainTokens(one.app, SCOPE);
      expect(await callStatus(one, access_token)).toBe(200);
      expect(await callStatus(renamed, access_token)).toBe(401);
      await expect(verifyWith(await jwksOf(renamed), access_token)).rejects.toThrow(
        errors.JWKSNoMatchingKey,
      );
    });

    it('stays good as the previous one behind a new key', async () => {
      const before = deployment.start({ signingKeys: named });
      const keys = [jwkOf(makeKey('ES256')), ...named.keys];
      const after = deployment.start({ signingKeys: { keys } });
      const { access_token } = await obtainTokens(before.app, SCOPE);
      expect(await callStatus(after, access_token)).toBe(200);
      expect((await jwksOf(after)).keys.map(({ kid }) => kid === 'from-before')).toEqual([
        false,
        true,
      ]);
    });
  },
);
