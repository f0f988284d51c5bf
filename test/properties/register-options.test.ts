import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Express } from 'express';
import supertest from 'supertest';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { createTestApp } from '../support/app.ts';
import { MARK, METADATA_NAMES, objectWith } from './hostile.ts';
import { expectOAuthRefusal, type Answered } from './oauth-answer.ts';
import { mayBeRegistered } from './redirect-uri-oracle.ts';
import { honestUri, nearMissOf } from './redirect-uris.ts';
import { expectRegistrationAnswer } from './registration-answer.ts';
import { runs } from './runs.ts';
import { keptBy, registeredBy, registrableBy, type Settings } from './scope-oracle.ts';
import { SERVERS, unfitUri } from './unfit-uris.ts';

const [OWN_ENDPOINTS = []] = SERVERS;
const FORCED = 'https://forced.example.com/cb';
const TOKEN = 'an-initial-access-token-that-is-long-enough-for-it';

/** One scope of four is restricted. */
const SETTINGS: Settings = {
  scopesSupported: ['openid', 'offline_access', 'files', 'admin:read'],
  restrictedScopes: ['admin:*'],
  baselineClientScopes: ['openid'],
  defaultClientScopes: ['files'],
  unsupportedScopes: 'reject',
  scopeCeiling: 'registered',
};

const DEFAULTS = {
  ...SETTINGS,
  registration: 'open',
  confidentialClients: true,
  invalidRedirectUris: 'reject',
  forceConfidentialRedirectUris: [] as readonly string[],
} as const satisfies Partial<AuthorizationServerOptions>;

type Options = {
  readonly [Name in keyof typeof DEFAULTS]: NonNullable<AuthorizationServerOptions[Name]>;
};

const DECISIONS: { readonly name: string; readonly options: Partial<Options> }[] = [
  { name: 'nothing', options: {} },
  { name: 'unsupported scopes are left out', options: { unsupportedScopes: 'drop' } },
  { name: 'bad redirect URIs are left out', options: { invalidRedirectUris: 'drop' } },
  {
    name: 'both are, and the ceiling is wide',
    options: { unsupportedScopes: 'drop', invalidRedirectUris: 'drop', scopeCeiling: 'supported' },
  },
  { name: 'the ceiling is wide', options: { scopeCeiling: 'supported' } },
  {
    name: 'some are confidential whatever they ask for',
    options: { forceConfidentialRedirectUris: [FORCED] },
  },
  {
    name: 'some are, and bad redirect URIs are left out',
    options: { forceConfidentialRedirectUris: [FORCED], invalidRedirectUris: 'drop' },
  },
  { name: 'nobody is confidential', options: { confidentialClients: false } },
  { name: 'an initial access token is needed', options: { registration: 'token' } },
];

const uri = fc.oneof(
  { weight: 6, arbitrary: honestUri },
  { weight: 8, arbitrary: fc.constantFrom(FORCED, `${FORCED}?a=1`, 'https://app.example.com/cb') },
  nearMissOf(honestUri),
  unfitUri,
);
const scope = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('openid', 'offline_access', 'files') },
  fc.constantFrom('admin:read', 'admin:', MARK, 'OpenID', '__proto__'),
);

interface Sent {
  readonly redirect_uris: readonly string[];
  readonly token_endpoint_auth_method?: string | undefined;
  readonly scope?: string | undefined;
}

const sent: fc.Arbitrary<Sent> = fc.record({
  redirect_uris: fc.uniqueArray(uri, { minLength: 1, maxLength: 3 }),
  token_endpoint_auth_method: fc.constantFrom(
    ...[undefined, 'none', 'client_secret_basic', 'client_secret_post', 'client_secret_basic'],
    ...['private_key_jwt', MARK],
  ),
  scope: fc.option(
    fc.uniqueArray(scope, { maxLength: 4 }).map((scopes) => scopes.join(' ')),
    { nil: undefined },
  ),
});

const authorization = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(`Bearer ${TOKEN}`, `bearer ${TOKEN}`) },
  fc.constantFrom(
    ...[undefined, 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`],
    ...[`Bearer ${MARK}`, MARK, `Bearer ${TOKEN}, Bearer ${MARK}`, TOKEN],
  ),
);

async function registerWith(
  app: Express,
  header: string | undefined,
  body: object,
): Promise<Answered> {
  const request = supertest(app).post('/oauth/register').type('application/json');
  if (header !== undefined) request.set('Authorization', header);
  return request.send(JSON.stringify(body));
}

/** What a client that asks for nothing odd is to be answered; `undefined` for a refusal. */
function registrationBy(options: Options, { redirect_uris, ...wishes }: Sent): object | undefined {
  const { token_endpoint_auth_method: asked = 'none', scope: text = '' } = wishes;
  const methods = ['none', 'client_secret_basic', 'client_secret_post'];
  const isForced = options.forceConfidentialRedirectUris.some((one) => redirect_uris.includes(one));
  const method = isForced && asked === 'none' ? 'client_secret_post' : asked;
  if (!methods.includes(asked)) return undefined;
  if (asked !== 'none' && !options.confidentialClients) return undefined;

  const by = { ownEndpoints: OWN_ENDPOINTS, confidential: method !== 'none' };
  const fine = redirect_uris.filter((one) => mayBeRegistered(one, by));
  const isAnyLost = fine.length < redirect_uris.length && options.invalidRedirectUris === 'reject';
  if (fine.length === 0 || isAnyLost) return undefined;

  const wish = text === '' ? undefined : text.split(' ');
  const isWithin = wish?.every((one) => registrableBy(options).includes(one)) ?? true;
  if (!isWithin && options.unsupportedScopes === 'reject') return undefined;
  return {
    redirect_uris: fine,
    token_endpoint_auth_method: method,
    scope: registeredBy(options, keptBy(options, wish)).join(' '),
  };
}

describe('POST /oauth/register, whatever the operator has decided', () => {
  it.each(DECISIONS)(
    'registers a client as it is described, or refuses it and repeats nothing: $name',
    async ({ options: decided }) => {
      const options: Options = { ...DEFAULTS, ...decided };
      const isOpen = options.registration === 'open';
      const tokens = isOpen ? {} : { initialAccessTokens: [TOKEN] };
      const { app, log } = createTestApp({ options: { ...options, ...tokens } });
      const junk = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, objectWith(METADATA_NAMES));
      let registrations = 0;
      await fc.assert(
        fc.asyncProperty(sent, junk, authorization, async (metadata, more, header) => {
          const answer = await registerWith(app, header, { ...metadata, ...more });
          expect(log.at('error')).toEqual([]);
          expect(JSON.stringify([answer.headers, answer.text])).not.toContain(TOKEN);
          if (!isOpen && header?.toLowerCase() !== `bearer ${TOKEN}`) {
            expect(expectOAuthRefusal(answer)).toBe('invalid_token');
            return;
          }
          const client = expectRegistrationAnswer(answer);
          if (client) {
            const by = {
              ownEndpoints: OWN_ENDPOINTS,
              confidential: client.token_endpoint_auth_method !== 'none',
            };
            for (const one of client.redirect_uris) expect(mayBeRegistered(one, by)).toBe(true);
            const scopes = client.scope.split(' ');
            expect(scopes).toContain('openid');
            for (const one of scopes) expect(registrableBy(options)).toContain(one);
          }
          if (Object.keys(more).length > 0) return;
          const expected = registrationBy(options, metadata);
          if (expected) expect(client).toMatchObject(expected);
          else expect(client).toBeUndefined();
          if (client) registrations += 1;
        }),
        runs(80),
      );
      expect(registrations).toBeGreaterThan(0);
    },
  );
});
