import { describe, expect, it } from '@jest/globals';
import { isRefreshable, type RefreshTokenRule } from '../../lib/policy/refresh.ts';
import { applyRegistrationPolicy, type RegistrationPolicy } from '../../lib/policy/registration.ts';
import { refusalOf } from '../protocol/refusal.ts';

/** Written apart, for lint takes the whole for a program. */
const SCRIPT = 'javascript';

const POLICY: RegistrationPolicy = {
  ownEndpoints: ['https://auth.example.com/oauth/token'],
  confidentialClients: true,
  forceConfidentialRedirectUris: [],
  invalidRedirectUris: 'reject',
};
const LEAST = { redirect_uris: ['https://app.example.com/cb'], kept: {} };

const apply = (more: object = {}): object => applyRegistrationPolicy({ ...LEAST, ...more }, POLICY);

describe('registration policy: refused', () => {
  it.each(['client_secret_jwt', 'tls_client_auth', 'NONE', 'none ', '__proto__'])(
    'the authentication method %s',
    (token_endpoint_auth_method) => {
      expect(refusalOf(() => apply({ token_endpoint_auth_method }))).toEqual({
        error: 'invalid_client_metadata',
        error_description:
          'token_endpoint_auth_method must be none or client_secret_basic or client_secret_post or private_key_jwt',
      });
    },
  );

  it.each([['refresh_token'], ['password'], ['client_credentials', 'implicit'], ['constructor']])(
    'grant types that leave nothing to begin with: %s',
    (...grant_types) => {
      expect(refusalOf(() => apply({ grant_types }))).toEqual({
        error: 'invalid_client_metadata',
        error_description: 'grant_types must contain authorization_code',
      });
    },
  );

  it.each([['token'], ['id_token', 'code token']])(
    'response types without code: %s',
    (...response_types) => {
      expect(refusalOf(() => apply({ response_types }))).toEqual({
        error: 'invalid_client_metadata',
        error_description: 'response_types must contain code',
      });
    },
  );

  it('eleven redirect URIs', () => {
    const redirect_uris = Array.from({ length: 11 }, (_, i) => `https://app.example.com/${i}`);
    expect(refusalOf(() => apply({ redirect_uris }))).toEqual({
      error: 'invalid_redirect_uri',
      error_description: 'at most 10 redirect URIs can be registered',
    });
  });

  it.each([
    { name: 'the only one', redirect_uris: [`${SCRIPT}:alert(1)`] },
    {
      name: 'one among good ones',
      redirect_uris: [
        'https://app.example.com/cb',
        'http://localhost/cb',
        'http://app.example.com/',
      ],
    },
    { name: 'an endpoint of our own', redirect_uris: ['https://auth.example.com/oauth/token'] },
  ])('a redirect URI that will not do: $name', ({ redirect_uris }) => {
    expect(refusalOf(() => apply({ redirect_uris }))).toEqual({
      error: 'invalid_redirect_uri',
      error_description:
        'a redirect URI must be https, http on localhost, 127.0.0.1 or [::1], or a private-use scheme, without fragment and written in its normal form',
    });
  });
});

describe('registration policy: accepted', () => {
  const EFFECTIVE = {
    redirect_uris: ['https://app.example.com/cb'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  };

  it.each([
    { name: 'a public client of both grants when it says nothing', more: {}, want: EFFECTIVE },
    {
      name: 'what it says',
      more: { token_endpoint_auth_method: 'none', grant_types: ['authorization_code'] },
      want: { ...EFFECTIVE, grant_types: ['authorization_code'] },
    },
    {
      name: 'what is offered of what it says',
      more: {
        grant_types: [
          'refresh_token',
          'urn:ietf:params:oauth:grant-type:device_code',
          'authorization_code',
        ],
        response_types: ['token', 'code', 'none'],
      },
      want: EFFECTIVE,
    },
    {
      name: 'the members for people as they are',
      more: { kept: { client_name: 'An app', software_id: 'x' } },
      want: { ...EFFECTIVE, client_name: 'An app', software_id: 'x' },
    },
  ])('$name', ({ more, want }) => {
    expect(apply(more)).toEqual(want);
  });

  it('ten redirect URIs', () => {
    const redirect_uris = Array.from({ length: 10 }, (_, i) => `https://app.example.com/${i}`);
    expect(apply({ redirect_uris })).toEqual({ ...EFFECTIVE, redirect_uris });
  });
});

interface RefreshRow {
  readonly granted: readonly string[];
  readonly grantTypes: readonly string[];
  readonly rule?: RefreshTokenRule;
  readonly isWithheld?: boolean;
  readonly want: boolean;
}

describe('a grant', () => {
  it.each([
    { granted: ['openid'], grantTypes: ['authorization_code', 'refresh_token'], want: false },
    { granted: ['openid'], grantTypes: ['authorization_code'], rule: 'grant_type', want: false },
    { granted: ['openid'], grantTypes: ['refresh_token'], rule: 'grant_type', want: true },
    {
      granted: ['openid'],
      grantTypes: ['refresh_token'],
      rule: 'grant_type',
      isWithheld: true,
      want: false,
    },
    {
      granted: ['offline_access'],
      grantTypes: ['refresh_token'],
      rule: 'grant_type',
      isWithheld: true,
      want: true,
    },
    { granted: ['offline_access'], grantTypes: ['authorization_code'], want: false },
    { granted: [], grantTypes: ['refresh_token'], want: false },
    {
      granted: ['openid', 'offline_access'],
      grantTypes: ['authorization_code', 'refresh_token'],
      want: true,
    },
  ] as const)(
    'of $granted for a client with $grantTypes can be refreshed by the rule $rule (withheld: $isWithheld): $want',
    ({ granted, grantTypes, rule = 'offline_access', isWithheld = false, want }: RefreshRow) => {
      expect(isRefreshable(granted, grantTypes, { rule, isWithheld })).toBe(want);
    },
  );
});
