import { describe, expect, it } from '@jest/globals';
import { serverMetadata } from '../../lib/protocol/server-metadata.ts';

describe('authorization server metadata (RFC 8414 §2)', () => {
  it('says what it was told, and what always holds', () => {
    const document = serverMetadata({
      issuer: 'https://a.example/tenant',
      endpoints: {
        authorize: 'https://a.example/tenant/oauth/authorize',
        token: 'https://a.example/tenant/oauth/token',
        register: 'https://a.example/tenant/oauth/register',
        jwks: 'https://a.example/tenant/oauth/jwks',
      },
      scopes: ['openid', 'offline_access'],
      grantTypes: ['authorization_code', 'refresh_token'],
      responseTypes: ['code'],
      authMethods: ['none'],
    });
    expect(document).toEqual({
      issuer: 'https://a.example/tenant',
      authorization_endpoint: 'https://a.example/tenant/oauth/authorize',
      token_endpoint: 'https://a.example/tenant/oauth/token',
      registration_endpoint: 'https://a.example/tenant/oauth/register',
      jwks_uri: 'https://a.example/tenant/oauth/jwks',
      scopes_supported: ['openid', 'offline_access'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  });
});
