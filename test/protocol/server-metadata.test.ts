import { describe, expect, it } from '@jest/globals';
import { serverMetadata } from '../../lib/protocol/server-metadata.ts';

const INPUT = {
  issuer: 'https://a.example/tenant',
  endpoints: {
    authorize: 'https://a.example/tenant/oauth/authorize',
    token: 'https://a.example/tenant/oauth/token',
    register: 'https://a.example/tenant/oauth/register',
    revoke: 'https://a.example/tenant/oauth/revoke',
    par: 'https://a.example/tenant/oauth/par',
    jwks: 'https://a.example/tenant/oauth/jwks',
  },
  scopes: ['openid', 'offline_access'],
  grantTypes: ['authorization_code', 'refresh_token'],
  responseTypes: ['code'],
  authMethods: ['none'],
  requirePushedRequests: true,
};

describe('authorization server metadata (RFC 8414 §2)', () => {
  it('says what it was told, and what always holds', () => {
    expect(serverMetadata(INPUT)).toEqual({
      issuer: 'https://a.example/tenant',
      authorization_endpoint: 'https://a.example/tenant/oauth/authorize',
      token_endpoint: 'https://a.example/tenant/oauth/token',
      registration_endpoint: 'https://a.example/tenant/oauth/register',
      pushed_authorization_request_endpoint: 'https://a.example/tenant/oauth/par',
      require_pushed_authorization_requests: true,
      jwks_uri: 'https://a.example/tenant/oauth/jwks',
      scopes_supported: ['openid', 'offline_access'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint: 'https://a.example/tenant/oauth/revoke',
      revocation_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  });

  it('says all that an OpenID provider must (OpenID Connect Discovery §3)', () => {
    const userinfo = 'https://a.example/tenant/oauth/userinfo';
    const openid = { userinfo, algorithms: ['EdDSA', 'ES256'], claims: ['sub', 'email'] };
    expect(serverMetadata({ ...INPUT, openid })).toEqual({
      ...serverMetadata(INPUT),
      userinfo_endpoint: userinfo,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['EdDSA', 'ES256'],
      claims_supported: ['sub', 'email'],
      prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
      claims_parameter_supported: false,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
    });
  });
});
