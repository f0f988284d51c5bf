import { describe, expect, it } from '@jest/globals';
import { createAuthorizationServer } from '../../lib/authorization-server.ts';
import { optionsFromEnv } from '../../lib/env.ts';
import { hostLogin } from '../../lib/login/host-login.ts';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { createTestApp } from '../support/app.ts';
import { register } from '../support/flow.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { linesOf } from './support.ts';

const issuer = 'https://auth.example.com';
const login = hostLogin({ user: () => undefined, url: '/login' });

const CONFIDENTIAL = 'confidentialClients (DCR_CONFIDENTIAL_CLIENTS)';
const FORCED = 'forceConfidentialRedirectUris (DCR_FORCE_CONFIDENTIAL_REDIRECT_URIS)';
const GOOD = 'https://app.example.com/cb';

function problemsOf(options: object): string[] {
  const { logger } = createLogRecorder();
  return linesOf(() => createAuthorizationServer({ issuer, login, logger, ...options }));
}

function problemsOfEnv(env: Record<string, string>): string[] {
  return linesOf(() => optionsFromEnv({ DCR_ISSUER: issuer, ...env }));
}

const notHttps = (...uris: string[]): string =>
  `${FORCED}: contains ${uris.map((uri) => `"${uri}"`).join(', ')} which a confidential client cannot have: https with a public host, without fragment, written in its normal form, no pattern, and none of the endpoints of this server`;

/** In two parts: lint takes the whole for a program. */
const SCRIPT = 'javascript';

const UNSUITABLE = [
  'http://app.example.com/cb',
  'http://localhost:8080/cb',
  'http://127.0.0.1/cb',
  'https://localhost/cb',
  'https://127.0.0.1/cb',
  'https://[::1]/cb',
  'https://10.0.0.1/cb',
  'com.example.app:/cb',
  'cursor://anysphere.cursor-deeplink/mcp/auth',
  `${SCRIPT}:alert(1)`,
  'https://app.example.com/*',
  'https://*.example.com/cb',
  '*',
  'https://app.example.com/cb#x',
  'https://app.example.com/cb#',
  'https://user@app.example.com/cb',
  'https://APP.example.com/cb',
  'https://app.example.com:443/cb',
  'https://app.example.com/a/../cb',
  'https://app.example.com/cb?code=1',
  'app.example.com/cb',
  '/cb',
  'https://',
  `https://app.example.com/${'a'.repeat(2048)}`,
].map((uri) => ({ uri, name: uri.slice(0, 60) }));

describe('the option confidentialClients', () => {
  it.each(['true', 'false', '', 1, 0, null, 'yes', [], {}])(
    'is refused when it is %j',
    (confidentialClients) => {
      expect(problemsOf({ confidentialClients })).toEqual([
        `${CONFIDENTIAL}: ${JSON.stringify(confidentialClients)} is neither true nor false`,
      ]);
    },
  );

  it.each(['yes', 'no', '1', '0', 'TRUE', 'False', 'on'])(
    'is refused when its variable is %s',
    (value) => {
      expect(problemsOfEnv({ DCR_CONFIDENTIAL_CLIENTS: value })).toEqual([
        `${CONFIDENTIAL}: "${value}" is neither true nor false`,
      ]);
    },
  );

  it.each([true, false])('is read from its variable: %s', (value) => {
    expect(optionsFromEnv({ DCR_ISSUER: issuer, DCR_CONFIDENTIAL_CLIENTS: String(value) })).toEqual(
      { issuer, confidentialClients: value },
    );
    expect(problemsOf({ confidentialClients: value })).toEqual([]);
  });

  it.each([{}, { confidentialClients: undefined }, { confidentialClients: true }])(
    'is true without being set: %j',
    async (given: object) => {
      const options: Partial<AuthorizationServerOptions> = given;
      const { app } = createTestApp({ options });
      const metadata = {
        redirect_uris: [GOOD],
        token_endpoint_auth_method: 'client_secret_basic',
      };
      expect((await register(app, metadata)).status).toBe(201);
    },
  );

  it('is left alone when its variable is empty', () => {
    expect(optionsFromEnv({ DCR_ISSUER: issuer, DCR_CONFIDENTIAL_CLIENTS: '' })).toEqual({
      issuer,
    });
  });
});

describe('the option forceConfidentialRedirectUris', () => {
  it.each(UNSUITABLE)('is refused with $name', ({ uri }) => {
    expect(problemsOf({ forceConfidentialRedirectUris: [GOOD, uri] })).toEqual([notHttps(uri)]);
  });

  it.each(UNSUITABLE)('is refused with $name in its variable', ({ uri }) => {
    const env = { DCR_FORCE_CONFIDENTIAL_REDIRECT_URIS: `${GOOD} ${uri}` };
    expect(problemsOfEnv(env)).toEqual([notHttps(uri)]);
  });

  it.each([
    '/oauth/authorize',
    '/oauth/token?x=1',
    '/oauth/consent',
    '/oauth/register',
    '/oauth/jwks',
    '/.well-known/anything',
  ])('is refused with the own endpoint %s, by either spelling of the host', (path) => {
    const uris = [`${issuer}${path}`, `${issuer}.${path}`];
    expect(problemsOf({ forceConfidentialRedirectUris: uris })).toEqual([notHttps(...uris)]);
    const env = { DCR_FORCE_CONFIDENTIAL_REDIRECT_URIS: uris.join(' ') };
    expect(problemsOfEnv(env)).toEqual([notHttps(...uris)]);
  });

  it('is refused with an own endpoint where that was renamed, and not where it was', () => {
    const paths = { token: '/t' };
    const [now, before] = [`${issuer}/t`, `${issuer}/oauth/token`];
    expect(problemsOf({ forceConfidentialRedirectUris: [now, before], paths })).toEqual([
      notHttps(now),
    ]);
    expect(problemsOf({ forceConfidentialRedirectUris: [now] })).toEqual([]);
  });

  it('is not held against endpoints of an issuer that is none', () => {
    const options = { issuer: 'nowhere', forceConfidentialRedirectUris: [GOOD] };
    expect(problemsOf(options)).toEqual([expect.stringMatching(/^issuer \(DCR_ISSUER\): /)]);
  });

  it('is refused with everything that will not do, at once', () => {
    const uris = ['http://app.example.com/cb', GOOD, '*'];
    const want = [notHttps('http://app.example.com/cb', '*')];
    expect(problemsOf({ forceConfidentialRedirectUris: uris })).toEqual(want);
    const env = { DCR_FORCE_CONFIDENTIAL_REDIRECT_URIS: uris.join(', ') };
    expect(problemsOfEnv(env)).toEqual(want);
  });

  it.each([GOOD, null, {}, [1], [null], [[GOOD]], [GOOD, undefined]])(
    'is refused when it is no list of texts: %j',
    (forceConfidentialRedirectUris) => {
      expect(problemsOf({ forceConfidentialRedirectUris })).toEqual([
        `${FORCED}: must be a list of texts`,
      ]);
    },
  );

  it('is refused where there are no confidential clients', () => {
    const want = [`${FORCED}: has no effect while confidentialClients is false`];
    const options = { forceConfidentialRedirectUris: [GOOD], confidentialClients: false };
    expect(problemsOf(options)).toEqual(want);
    const env = {
      DCR_FORCE_CONFIDENTIAL_REDIRECT_URIS: GOOD,
      DCR_CONFIDENTIAL_CLIENTS: 'false',
    };
    expect(problemsOfEnv(env)).toEqual(want);
  });

  it('is one problem among others, each with its option and its variable', () => {
    const options = { forceConfidentialRedirectUris: ['*'], confidentialClients: 'no' };
    expect(problemsOf(options)).toEqual([
      `${CONFIDENTIAL}: "no" is neither true nor false`,
      notHttps('*'),
    ]);
  });

  it.each([
    { name: 'empty', uris: [] },
    { name: 'empty where there are no confidential clients', uris: [], confidentialClients: false },
    { name: 'one', uris: [GOOD] },
    { name: 'one with a port and a query', uris: ['https://app.example.com:8443/cb?tenant=1'] },
    { name: 'a page of the host', uris: [`${issuer}/playground/callback`] },
    { name: 'several', uris: [GOOD, 'https://other.example.com/', 'https://third.example.com'] },
  ])('is accepted: $name', ({ uris, confidentialClients = true }) => {
    const options = { forceConfidentialRedirectUris: uris, confidentialClients };
    expect(problemsOf(options)).toEqual([]);
  });

  it('is read from its variable', () => {
    const DCR_FORCE_CONFIDENTIAL_REDIRECT_URIS = `${GOOD},https://other.example.com/cb`;
    expect(optionsFromEnv({ DCR_ISSUER: issuer, DCR_FORCE_CONFIDENTIAL_REDIRECT_URIS })).toEqual({
      issuer,
      forceConfidentialRedirectUris: [GOOD, 'https://other.example.com/cb'],
    });
  });

  it('is copied: what the host does to its list later changes nothing', async () => {
    const forced = [GOOD];
    const { app } = createTestApp({ options: { forceConfidentialRedirectUris: forced } });
    forced[0] = 'https://other.example.com/cb';
    const first = await register(app, { redirect_uris: [GOOD] });
    expect(first.body).toMatchObject({ token_endpoint_auth_method: 'client_secret_post' });
    const second = await register(app, { redirect_uris: ['https://other.example.com/cb'] });
    expect(second.body).toMatchObject({ token_endpoint_auth_method: 'none' });
  });
});

describe('the option baseline', () => {
  const must = 'baseline: must be a function';
  const mustNot =
    'baseline: must not be an async function: it is asked at each request and nobody waits for it, so fetch beforehand what it needs';

  it.each<{ name: string; baseline: unknown; problem: string }>([
    { name: 'a list', baseline: ['openid'], problem: must },
    { name: 'null', baseline: null, problem: must },
    { name: 'an async function', baseline: async () => ['openid'], problem: mustNot },
  ])('is refused as $name', ({ baseline, problem }) => {
    expect(problemsOf({ baseline })).toEqual([problem]);
  });

  it('adds nothing by a promise that nothing could be seen of before, and the log says so once', async () => {
    const late = async (): Promise<string[]> => ['email'];
    const baseline = late.bind(undefined) as never;
    const { app, log } = createTestApp({ options: { baseline } });
    for (let i = 0; i < 2; i += 1) {
      const { body } = await register(app, { scope: 'openid' });
      expect(body).toMatchObject({ scope: 'openid' });
    }
    expect(log.at('error').map(({ message }) => message)).toEqual([
      'baseline function refused: it adds nothing',
    ]);
  });

  it('is accepted', () => {
    expect(problemsOf({ baseline: () => [] })).toEqual([]);
  });
});
