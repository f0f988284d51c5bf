import { describe, expect, it } from '@jest/globals';
import { describeError } from '../../lib/operations/logger.ts';
import { identityOf } from '../../lib/upstream/identity.ts';
import { answerTo, logIn, loginAt, provider, request } from './support.ts';

const seconds = (): number => Math.floor(Date.now() / 1000);

describe('an error of the provider (FED-05)', () => {
  it.each([
    ['access_denied', 'access_denied'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
    ['login_required', 'login_required'],
    ['consent_required', 'consent_required'],
    ['interaction_required', 'interaction_required'],
    ['account_selection_required', 'interaction_required'],
    ['server_error', 'server_error'],
    ['invalid_scope', 'invalid_request'],
    ['constructor', 'invalid_request'],
    ['<script>alert(1)</script>', 'invalid_request'],
  ])('%s becomes %s, and nothing else of it goes on', async (error, code) => {
    const idp = await provider({
      answer: (answer) => {
        answer.delete('code');
        answer.set('error', error);
        answer.set('error_description', '<b>their words</b>\n{"level":"info"}');
        answer.set('error_uri', 'data:text/html,alert(1)');
      },
    });
    const thrown: unknown = await logIn(loginAt(idp)).catch((caught: unknown) => caught);
    expect(thrown).toMatchObject({ name: 'UpstreamRefusedError', code });
    expect(JSON.stringify(describeError(thrown))).not.toMatch(/script|their words|data:|level/);
    expect(idp.asked('token')).toEqual([]);
  });

  it.each<[string, (answer: URLSearchParams) => void]>([
    ['of somebody else', (answer) => answer.set('iss', 'https://accounts.example.net')],
    ['that does not say whose it is, of a provider that always does', (a) => a.delete('iss')],
    ['with two issuers', (answer) => answer.append('iss', 'https://accounts.example.net')],
    ['with another state', (answer) => answer.set('state', 'another')],
    ['without a state', (answer) => answer.delete('state')],
    ['with two codes', (answer) => answer.append('code', 'another')],
    ['without a code', (answer) => answer.delete('code')],
    ['with tokens in it', (answer) => answer.set('id_token', 'eyJ')],
    [
      'that is an error with another state',
      (answer) => {
        answer.set('error', 'access_denied');
        answer.set('state', 'another');
      },
    ],
  ])('an answer %s is refused before a code is exchanged', async (_name, answer) => {
    const idp = await provider({ answer });
    await expect(logIn(loginAt(idp))).rejects.toMatchObject({ code: 'server_error' });
    expect(idp.asked('token')).toEqual([]);
  });

  it('takes an answer without iss of a provider that does not know it (RFC 9207 §2.4)', async () => {
    const idp = await provider({ iss: false });
    expect(await logIn(loginAt(idp))).toMatchObject({ sub: 'alice-upstream' });
  });
});

describe('what nobody here knows', () => {
  it('is ignored, in the answer and in that of the token endpoint (RFC 6749 §4.1.2, §5.1)', async () => {
    const idp = await provider({
      answer: (answer) => {
        answer.set('session_state', 'x');
        answer.append('foo', 'one');
        answer.append('foo', 'two');
      },
      tokens: (body) => Object.assign(body, { example_parameter: 'x', not_before_policy: 0 }),
    });
    const { sub, tokens } = await logIn(loginAt(idp));
    expect(sub).toBe('alice-upstream');
    expect(Object.keys(tokens).sort()).toEqual([
      'access_token',
      'expires_at',
      'id_token',
      'refresh_token',
      'scope',
      'token_type',
    ]);
  });
});

describe('the token endpoint', () => {
  it.each(['unavailable', 'busy', 'garbage', 'redirect', 'huge', 'reset'] as const)(
    'that is %s refuses nobody: the person may try again',
    async (fault) => {
      const idp = await provider({ faults: { token: fault } });
      const error: unknown = await logIn(loginAt(idp)).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'ERR_DCR_UPSTREAM_UNAVAILABLE' });
      expect(idp.asked('canary')).toEqual([]);
      expect(JSON.stringify(describeError(error))).not.toMatch(/upstream-|xxxx|Please sign in/);
    },
  );

  it('that says no is believed, in words of ours', async () => {
    const idp = await provider();
    const login = loginAt(idp, { clientSecret: 'a-wrong-secret' });
    const error: unknown = await logIn(login).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'server_error',
      message: 'the provider does not accept the client id and its secret',
    });
    expect(JSON.stringify(describeError(error))).not.toMatch(/own words|a-wrong-secret|upstream-/);
  });

  it.each(['client_secret_basic', 'client_secret_post'] as const)(
    'is told the secret by %s',
    async (clientAuthentication) => {
      const idp = await provider();
      await logIn(loginAt(idp, { clientAuthentication }));
      const [asked] = idp.asked('token');
      expect({
        basic: asked?.headers.authorization !== undefined,
        post: asked?.body.has('client_secret'),
      }).toEqual({
        basic: clientAuthentication === 'client_secret_basic',
        post: clientAuthentication === 'client_secret_post',
      });
    },
  );

  it('is told no secret where there is none', async () => {
    const idp = await provider({ clientSecret: undefined });
    expect(await logIn(loginAt(idp))).toMatchObject({ sub: 'alice-upstream' });
  });

  it.each<[string, (body: Record<string, unknown>) => void]>([
    ['a token that is bound to a key', (body) => (body['token_type'] = 'DPoP')],
    ['a token that cannot stand in a header', (body) => (body['access_token'] = 'a\r\nx: y')],
    ['no token', (body) => delete body['access_token']],
  ])('that gives %s is refused', async (_name, tokens) => {
    const idp = await provider({ tokens });
    await expect(logIn(loginAt(idp))).rejects.toMatchObject({ code: 'server_error' });
    expect(idp.asked('userinfo')).toEqual([]);
  });
});

describe('userinfo', () => {
  it('is asked for what the scopes promise and the ID token does not say', async () => {
    const idp = await provider({ inIdToken: [] });
    expect(await logIn(loginAt(idp))).toMatchObject({
      sub: 'alice-upstream',
      name: 'Alice Upstream',
      email: 'alice@example.com',
    });
    expect(idp.asked('userinfo')).toHaveLength(1);
  });

  it.each([
    ['it was told not to', { userinfo: false }, {}],
    ['nothing was promised', { scopes: ['openid'] }, {}],
    ['the ID token says all', {}, { inIdToken: ['name', 'email'] }],
    [
      'there is no endpoint',
      {},
      { document: (document: object) => ({ ...document, userinfo_endpoint: null }) },
    ],
  ])('is not asked when %s', async (_name, options, script) => {
    const idp = await provider({ inIdToken: [], ...script });
    expect(await logIn(loginAt(idp, options))).toMatchObject({ sub: 'alice-upstream' });
    expect(idp.asked('userinfo')).toEqual([]);
  });

  it.each<[string, (claims: Record<string, unknown>) => void]>([
    ['about somebody else', (claims) => (claims['sub'] = 'bob-upstream')],
    ['about nobody', (claims) => delete claims['sub']],
  ])('%s is refused (FED-20)', async (_name, userinfo) => {
    const idp = await provider({ inIdToken: [], userinfo });
    await expect(logIn(loginAt(idp))).rejects.toMatchObject({ code: 'server_error' });
  });

  it('does not overrule the ID token', async () => {
    const idp = await provider({
      inIdToken: ['email'],
      userinfo: (claims) => (claims['email'] = 'mallory@example.com'),
    });
    expect(await logIn(loginAt(idp))).toMatchObject({ email: 'alice@example.com' });
  });

  it('is away: nobody logs in whose claims the host could not judge', async () => {
    const idp = await provider({ inIdToken: [], faults: { userinfo: 'unavailable' } });
    await expect(logIn(loginAt(idp))).rejects.toMatchObject({
      code: 'ERR_DCR_UPSTREAM_UNAVAILABLE',
    });
  });
});

describe('what is said of a person', () => {
  it('leaves an address that nobody has checked what it is (FED-08)', async () => {
    const idp = await provider();
    idp.script.person = { sub: 'm', name: 'M', email: 'alice@example.com', email_verified: false };
    const identity = await logIn(loginAt(idp));
    expect(identity).toMatchObject({ sub: 'm', claims: { email_verified: false } });
  });

  it('leaves out names and addresses that are none', async () => {
    const idp = await provider({ inIdToken: ['name', 'email', 'amr'] });
    idp.script.person = { sub: 'm', name: { first: 'M' }, email: ['m@example.com'], amr: 'pwd' };
    const identity = await logIn(loginAt(idp));
    expect(Object.keys(identity).sort()).toEqual(['auth_time', 'claims', 'sub', 'tokens']);
  });

  it.each([
    { name: 'a name that fills a page', claims: { name: 'n'.repeat(321) } },
    { name: 'an address that is none', claims: { email: `${'e'.repeat(310)}@example.com` } },
    { name: 'a way to log in that is no word', claims: { amr: ['p'.repeat(65)] } },
  ])('leaves out what nobody has: $name', ({ claims }) => {
    expect(identityOf('m', claims)).toEqual({ sub: 'm', claims });
  });

  it('keeps the longest that there are', () => {
    const claims = {
      name: 'n'.repeat(320),
      email: `${'e'.repeat(308)}@example.com`,
      amr: Array<string>(16).fill('p'.repeat(64)),
    };
    expect(identityOf('m', claims)).toEqual({ sub: 'm', ...claims, claims });
    const { amr } = identityOf('m', { amr: [...claims.amr, 'pwd'] });
    expect(amr).toEqual(claims.amr);
  });
});

describe('when the person logged in', () => {
  it.each([
    { name: 'before there were seconds', auth_time: -1 },
    { name: 'a little before that', auth_time: -0.5 },
    { name: 'in milliseconds', auth_time: 1_800_000_000_000 },
    { name: 'more than a record holds', auth_time: 1e17 },
    { name: 'without an end', auth_time: Infinity },
    { name: 'not a number', auth_time: NaN },
    { name: 'a text', auth_time: '1800000000' },
  ])('is not known when the provider says what it cannot be: $name', ({ auth_time }) => {
    expect(identityOf('m', { auth_time })).toEqual({ sub: 'm', claims: { auth_time } });
  });

  it.each([
    { auth_time: 0, want: 0 },
    { auth_time: 1_800_000_000.9, want: 1_800_000_000 },
    { auth_time: 100_000_000_000, want: 100_000_000_000 },
  ])('is kept as whole seconds: $auth_time', ({ auth_time, want }) => {
    expect(identityOf('m', { auth_time })).toMatchObject({ auth_time: want });
  });

  it('cannot be said in milliseconds where a recent login is asked for', async () => {
    const login = loginAt(await provider({ authTime: () => Date.now() }));
    const asked = { auth_time_not_before: seconds() - 60 };
    await expect(login.complete({ ...(await answerTo(login)), ...asked })).rejects.toMatchObject({
      code: 'login_required',
    });
  });
});

describe('how recent the login is', () => {
  it.each([
    { name: 'within max_age', age: 50, from: -60, isFresh: true },
    {
      name: 'a little beyond max_age, as clocks differ',
      age: 80,
      from: -60,
      isFresh: true,
    },
    { name: 'far beyond max_age', age: 120, from: -60, isFresh: false },
    { name: 'after the request', age: 0, from: 0, isFresh: true },
    {
      name: 'long before the request',
      age: 300,
      from: -60,
      isFresh: false,
    },
    {
      name: 'long after a request that took its time',
      age: 300,
      from: -310,
      isFresh: true,
    },
    { name: 'in the future', age: -3600, from: -60, isFresh: false },
    { name: 'never said', age: undefined, from: -60, isFresh: false },
    { name: 'never said, and nobody asked', age: undefined, from: undefined, isFresh: true },
  ])('is enough or not: $name', async ({ age, from, isFresh }) => {
    const idp = await provider({ authTime: age === undefined ? undefined : () => seconds() - age });
    const login = loginAt(idp);
    const notBefore = from === undefined ? {} : { auth_time_not_before: seconds() + from };
    const done = login.complete({ ...(await answerTo(login)), ...notBefore });
    if (isFresh) expect(await done).toMatchObject({ sub: 'alice-upstream' });
    else await expect(done).rejects.toMatchObject({ code: 'login_required' });
  });
});

describe('what is asked of the provider', () => {
  it.each([
    { always: undefined, prompt: undefined, want: null },
    { always: 'consent', prompt: undefined, want: 'consent' },
    { always: 'consent', prompt: 'login', want: 'login consent' },
    { always: 'consent select_account', prompt: 'select_account', want: 'select_account consent' },
    { always: 'consent', prompt: 'none', want: 'none' },
  ] as const)(
    'is prompt=$want for $prompt and always $always',
    async ({ always, prompt, want }) => {
      const idp = await provider();
      const login = loginAt(idp, {
        authorizationParameters: { access_type: 'offline', ...(always && { prompt: always }) },
      });
      const { searchParams } = await login.begin(request(prompt && { prompt }));
      expect(searchParams.get('prompt')).toBe(want);
      expect(searchParams.get('access_type')).toBe('offline');
    },
  );

  it('is max_age with prompt=login, for only then does a provider have to say when it was', async () => {
    const { searchParams } = await loginAt(await provider()).begin(request({ prompt: 'login' }));
    expect(searchParams.get('max_age')).toBe('0');
  });

  it('is nothing that only the provider may ask: prompt=none comes back as login_required', async () => {
    const idp = await provider({ person: undefined });
    await expect(logIn(loginAt(idp), { prompt: 'none' })).rejects.toMatchObject({
      code: 'login_required',
    });
  });
});
