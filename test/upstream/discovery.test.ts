import { describe, expect, it } from '@jest/globals';
import { describeError } from '../../lib/operations/logger.ts';
import { createClock } from '../support/clock.ts';
import { answerTo, logIn, loginAt, provider, request } from './support.ts';

const UNAVAILABLE = {
  name: 'UpstreamUnavailableError',
  code: 'ERR_DCR_UPSTREAM_UNAVAILABLE',
} as const;

type Document = Readonly<Record<string, unknown>>;

describe('a discovery document that must not be used (FED-18)', () => {
  it.each<{ name: string; change: (document: Document, issuer: string) => object; why: string }>([
    {
      name: 'is that of another issuer',
      change: (document) => ({ ...document, issuer: 'https://accounts.example.net' }),
      why: 'the document is that of another issuer',
    },
    {
      name: 'has an issuer with a slash more',
      change: (document, issuer) => ({ ...document, issuer: `${issuer}/` }),
      why: 'the document is that of another issuer',
    },
    {
      name: 'has no issuer',
      change: (document) => ({ ...document, issuer: undefined }),
      why: 'invalid response',
    },
    {
      name: 'has its token endpoint elsewhere, over http',
      change: (document) => ({ ...document, token_endpoint: 'http://idp.example.com/token' }),
      why: 'token_endpoint must be an https URL',
    },
    {
      name: 'has its keys at an address that only machines in a cloud have',
      change: (document) => ({ ...document, jwks_uri: 'http://169.254.169.254/latest/meta-data' }),
      why: 'jwks_uri must be an https URL',
    },
    {
      name: 'has its keys there over https',
      change: (document) => ({ ...document, jwks_uri: 'https://169.254.169.254/keys' }),
      why: 'jwks_uri is in a private network',
    },
    {
      name: 'has its userinfo in a private network',
      change: (document) => ({ ...document, userinfo_endpoint: 'https://10.0.0.7/userinfo' }),
      why: 'userinfo_endpoint is in a private network',
    },
    {
      name: 'has a private address in the clothes of IPv6',
      change: (document) => ({ ...document, revocation_endpoint: 'https://[::ffff:10.0.0.7]/r' }),
      why: 'revocation_endpoint is in a private network',
    },
    {
      name: 'has a page of its own as its authorization endpoint',
      change: (document) => ({ ...document, authorization_endpoint: 'data:text/html,alert(1)' }),
      why: 'authorization_endpoint must be an https URL',
    },
    {
      name: 'has a file as its token endpoint',
      change: (document) => ({ ...document, token_endpoint: 'file:///etc/passwd' }),
      why: 'token_endpoint must be an https URL',
    },
    {
      name: 'has no token endpoint',
      change: (document) => ({ ...document, token_endpoint: undefined }),
      why: 'token_endpoint is not a URL',
    },
  ])('$name', async ({ change, why }) => {
    const idp = await provider();
    idp.script.document = (document) => change(document, idp.issuer);
    const login = loginAt(idp);
    const error: unknown = await login.begin(request()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(UNAVAILABLE);
    expect(JSON.stringify(describeError(error))).toContain(why);
    expect(idp.requests.map(({ endpoint }) => endpoint)).toEqual(['discovery']);
  });

  it('ends the use of the old one', async () => {
    const idp = await provider();
    const clock = createClock();
    const login = loginAt(idp, {}, { now: clock.now });
    await login.begin(request());
    idp.script.document = (document) => ({ ...document, jwks_uri: 'https://10.0.0.7/keys' });
    clock.advance(3_600_000);
    await expect(login.begin(request())).rejects.toMatchObject(UNAVAILABLE);
    await expect(login.begin(request())).rejects.toMatchObject(UNAVAILABLE);
    expect(idp.asked('discovery')).toHaveLength(2);
  });
});

describe('discovery', () => {
  it('happens once for all who ask at the same time', async () => {
    const idp = await provider();
    const login = loginAt(idp);
    await Promise.all(Array.from({ length: 20 }, () => login.begin(request())));
    expect(idp.asked('discovery')).toHaveLength(1);
  });

  it('happens again after an hour', async () => {
    const idp = await provider();
    const clock = createClock();
    const login = loginAt(idp, {}, { now: clock.now });
    await login.begin(request());
    clock.advance(3_599_999);
    await login.begin(request());
    expect(idp.asked('discovery')).toHaveLength(1);
    clock.advance(1);
    await login.begin(request());
    expect(idp.asked('discovery')).toHaveLength(2);
  });

  it('finds a provider that comes back, a few seconds later at the latest (FED-21)', async () => {
    const idp = await provider();
    await idp.stop();
    const clock = createClock();
    const login = loginAt(idp, {}, { now: clock.now });
    const error: unknown = await login.begin(request()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(UNAVAILABLE);
    expect(JSON.stringify(describeError(error))).toContain('no answer came: ECONNREFUSED');
    await idp.start();
    await expect(login.begin(request())).rejects.toMatchObject(UNAVAILABLE);
    expect(idp.requests).toEqual([]);
    clock.advance(5_000);
    expect((await login.begin(request())).origin).toBe(idp.issuer);
  });

  it('goes on with what is known while the provider is away, and asks only now and then', async () => {
    const idp = await provider();
    const clock = createClock();
    const login = loginAt(idp, {}, { now: clock.now });
    await login.begin(request());
    idp.script.faults.discovery = 'unavailable';
    clock.advance(3_600_000);
    for (let i = 0; i < 3; i += 1) await login.begin(request());
    expect(idp.asked('discovery')).toHaveLength(2);
    clock.advance(5_000);
    await login.begin(request());
    expect(idp.asked('discovery')).toHaveLength(3);
  });

  it.each(['unavailable', 'busy', 'garbage', 'redirect', 'huge', 'reset'] as const)(
    'takes a provider that is %s as away (FED-21)',
    async (fault) => {
      const idp = await provider({ faults: { discovery: fault } });
      await expect(loginAt(idp).begin(request())).rejects.toMatchObject(UNAVAILABLE);
      expect(idp.requests.map(({ endpoint }) => endpoint)).toEqual(['discovery']);
    },
  );

  it.each(['hang', 'stall'] as const)('does not wait for one that does %s', async (fault) => {
    const idp = await provider({ faults: { discovery: fault } });
    const login = loginAt(idp, {}, { deadlineMs: 100 });
    const error: unknown = await login.begin(request()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(UNAVAILABLE);
    expect(JSON.stringify(describeError(error))).toContain('it took too long');
  });

  it('finds an issuer with a path below it', async () => {
    const idp = await provider();
    const login = loginAt(idp, { issuer: `${idp.issuer}/tenant` });
    await expect(login.begin(request())).rejects.toMatchObject(UNAVAILABLE);
    expect(idp.requests).toMatchObject([{ endpoint: 'unknown', method: 'GET' }]);
  });
});

describe('the keys of the provider', () => {
  it('are not asked for again at once because of a kid that nobody knows', async () => {
    const idp = await provider();
    const login = loginAt(idp);
    await logIn(login);
    idp.script.idToken = (plan) => (plan.header['kid'] = 'unknown');
    await expect(logIn(login)).rejects.toMatchObject({ code: 'server_error' });
    await expect(logIn(login)).rejects.toMatchObject({ code: 'server_error' });
    expect(idp.asked('jwks')).toHaveLength(1);
  });

  it('are asked for again with the document, so that a new key is found', async () => {
    const idp = await provider();
    let ahead = 0;
    const login = loginAt(idp, {}, { now: () => Date.now() + ahead });
    await logIn(login);
    idp.keys.rotate();
    ahead = 3_600_000;
    expect(await logIn(login)).toMatchObject({ sub: 'alice-upstream' });
  });

  it('cannot be had: the provider is away, and nobody is refused for it', async () => {
    const idp = await provider({ faults: { jwks: 'unavailable' } });
    await expect(logIn(loginAt(idp))).rejects.toMatchObject(UNAVAILABLE);
  });

  it('come without an answer to anybody who did not ask', async () => {
    const idp = await provider();
    const login = loginAt(idp);
    const answer = await answerTo(login);
    await expect(login.complete({ ...answer, state: 'another' })).rejects.toMatchObject({
      code: 'server_error',
    });
    expect([...idp.asked('jwks'), ...idp.asked('token')]).toEqual([]);
  });
});
