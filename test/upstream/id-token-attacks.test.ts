import { describe, expect, it } from '@jest/globals';
import { describeError } from '../../lib/operations/logger.ts';
import type { IdTokenPlan } from '../support/identity-provider-tokens.ts';
import { ANOTHER_JWK } from '../support/identity-provider-tokens.ts';
import { logIn, loginAt, provider } from './support.ts';

interface Attack {
  readonly name: string;
  readonly change: (plan: IdTokenPlan, canary: string) => void;
  /** Said in the log. */
  readonly why: RegExp;
}

const now = (): number => Math.floor(Date.now() / 1000);
const SIGNATURE = /unsupported operation|signature|JWS/;

const ATTACKS: readonly Attack[] = [
  {
    name: 'without a signature, alg none',
    change: (plan) => Object.assign(plan, { header: { alg: 'none' }, signedWith: 'nothing' }),
    why: SIGNATURE,
  },
  {
    name: 'with HS256, keyed with the public key',
    change: (plan) => {
      plan.header['alg'] = 'HS256';
      plan.signedWith = 'public key as secret';
    },
    why: SIGNATURE,
  },
  {
    name: 'signed by another key that says the kid of the provider',
    change: (plan) => (plan.signedWith = 'another key'),
    why: SIGNATURE,
  },
  {
    name: 'with its signature cut off',
    change: (plan) => (plan.signedWith = 'nothing'),
    why: SIGNATURE,
  },
  {
    name: 'with a kid that nobody knows',
    change: (plan) => Object.assign(plan, { header: { alg: 'RS256', kid: 'unknown' } }),
    why: /no applicable keys/,
  },
  {
    name: 'signed by a key that its jku names',
    change: (plan, jku) => {
      plan.header['jku'] = jku;
      plan.signedWith = 'another key';
    },
    why: SIGNATURE,
  },
  {
    name: 'signed by a key that its x5u names',
    change: (plan, x5u) => {
      plan.header['x5u'] = x5u;
      plan.signedWith = 'another key';
    },
    why: SIGNATURE,
  },
  {
    name: 'signed by the key that it brings along as jwk',
    change: (plan) => {
      plan.header['jwk'] = ANOTHER_JWK;
      plan.signedWith = 'another key';
    },
    why: SIGNATURE,
  },
  {
    name: 'with a critical header that nobody understands',
    change: (plan) => Object.assign(plan.header, { crit: ['exp'], exp: now() + 300 }),
    why: /crit/,
  },
  {
    name: 'for another client',
    change: (plan) => (plan.claims['aud'] = 'somebody-else'),
    why: /aud/,
  },
  {
    name: 'for several clients, without azp',
    change: (plan) => (plan.claims['aud'] = ['express-dcr', 'somebody-else']),
    why: /aud/,
  },
  {
    name: 'for several clients, issued to another one',
    change: ({ claims }) => {
      claims['aud'] = ['express-dcr', 'somebody-else'];
      claims['azp'] = 'somebody-else';
    },
    why: /azp/,
  },
  {
    name: 'of another issuer',
    change: (plan) => (plan.claims['iss'] = 'https://accounts.example.net'),
    why: /iss/,
  },
  {
    name: 'of the same issuer with a slash at the end',
    change: (plan) => (plan.claims['iss'] = `${String(plan.claims['iss'])}/`),
    why: /iss/,
  },
  { name: 'without a nonce', change: (plan) => delete plan.claims['nonce'], why: /nonce/ },
  {
    name: 'with the nonce of another login',
    change: (plan) => (plan.claims['nonce'] = 'another'),
    why: /nonce/,
  },
  {
    name: 'that has expired',
    change: (plan) => (plan.claims['exp'] = now() - 60),
    why: /expir|timestamp/,
  },
  { name: 'that never expires', change: (plan) => delete plan.claims['exp'], why: /exp/ },
  {
    name: 'that was issued in an hour',
    change: (plan) => (plan.claims['iat'] = now() + 3600),
    why: /in the future/,
  },
  {
    name: 'that is not good yet',
    change: (plan) => (plan.claims['nbf'] = now() + 3600),
    why: /nbf|timestamp/,
  },
  { name: 'without a sub', change: (plan) => delete plan.claims['sub'], why: /sub/ },
  {
    name: 'with an empty sub',
    change: (plan) => (plan.claims['sub'] = ''),
    why: /who the person is/,
  },
  { name: 'with a number as sub', change: (plan) => (plan.claims['sub'] = 7), why: /sub/ },
  {
    name: 'with control characters in its sub',
    change: (plan) => (plan.claims['sub'] = 'alice\r\nbob'),
    why: /who the person is/,
  },
  {
    name: 'with a sub that is longer than anything that is kept',
    change: (plan) => (plan.claims['sub'] = 'x'.repeat(201)),
    why: /who the person is/,
  },
];

describe('an ID token (OpenID Connect Core §3.1.3.7)', () => {
  it.each(ATTACKS)('refuses one $name (FED-03)', async ({ change, why }) => {
    const idp = await provider({
      // Whatever the provider claims to do.
      document: (document) => ({
        ...document,
        id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
      }),
    });
    idp.script.idToken = (plan) => change(plan, idp.url('canary'));
    const login = loginAt(idp);
    const error: unknown = await logIn(login).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UpstreamRefusedError', code: 'server_error' });
    const logged = JSON.stringify(describeError(error));
    expect(logged).toMatch(why);
    expect(logged).not.toMatch(/eyJ|upstream-|alice|somebody-else|accounts\.example/);
    expect(idp.asked('canary')).toEqual([]);
  });

  it('refuses an answer without one (FED-03)', async () => {
    const idp = await provider({ tokens: (body) => delete body['id_token'] });
    await expect(logIn(loginAt(idp))).rejects.toMatchObject({ code: 'server_error' });
  });

  it('refuses one that is none (FED-03)', async () => {
    const idp = await provider({ tokens: (body) => (body['id_token'] = 'not.a.token') });
    await expect(logIn(loginAt(idp))).rejects.toMatchObject({ code: 'server_error' });
  });

  it('takes an algorithm that the provider announces, and no other', async () => {
    const idp = await provider({
      document: (document) => ({ ...document, id_token_signing_alg_values_supported: ['ES256'] }),
    });
    await expect(logIn(loginAt(idp))).rejects.toMatchObject({ code: 'server_error' });
  });

  it('takes one for several clients that was issued to this one', async () => {
    const idp = await provider({
      idToken: ({ claims }) => {
        claims['aud'] = ['express-dcr', 'somebody-else'];
        claims['azp'] = 'express-dcr';
      },
    });
    expect(await logIn(loginAt(idp))).toMatchObject({ sub: 'alice-upstream' });
  });

  it('takes one whose clock is a little ahead', async () => {
    const idp = await provider({ idToken: (plan) => (plan.claims['iat'] = now() + 10) });
    expect(await logIn(loginAt(idp))).toMatchObject({ sub: 'alice-upstream' });
  });
});
