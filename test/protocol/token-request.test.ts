import { describe, expect, it } from '@jest/globals';
import { Parameters } from '../../lib/protocol/parameters.ts';
import { parseTokenRequest } from '../../lib/protocol/token-request.ts';
import { refusalOf } from './refusal.ts';

const CODE = 'grant_type=authorization_code&code=K&code_verifier=V';
const REFRESH = 'grant_type=refresh_token&refresh_token=R';

const missing = (name: string): object => ({
  error: 'invalid_request',
  error_description: `the parameter ${name} is missing`,
});
const twice = (name: string): object => ({
  error: 'invalid_request',
  error_description: `the parameter ${name} was given more than once`,
});
const UNSUPPORTED = {
  error: 'unsupported_grant_type',
  error_description: 'the grant type is not supported',
};

describe('a token request (RFC 6749 §4.1.3, §6): refused', () => {
  it.each([
    { form: '', want: missing('grant_type') },
    { form: 'grant_type=', want: missing('grant_type') },
    { form: `${CODE}&grant_type=refresh_token`, want: twice('grant_type') },
    ...[
      'password',
      'client_credentials',
      'implicit',
      'Authorization_Code',
      'constructor',
      'urn:ietf:params:oauth:grant-type:token-exchange',
    ].map((type) => ({ form: `${CODE}&`.replace('authorization_code', type), want: UNSUPPORTED })),
    { form: CODE.replace('code=K', ''), want: missing('code') },
    { form: CODE.replace('code=K', 'code='), want: missing('code') },
    { form: CODE.replace('code_verifier=V', ''), want: missing('code_verifier') },
    ...['code', 'code_verifier'].map((name) => ({
      form: `${CODE}&${name}=x`,
      want: twice(name),
    })),
    { form: `${CODE}&redirect_uri=a&redirect_uri=a`, want: twice('redirect_uri') },
    {
      form: `${CODE}&resource=https://a.example&resource=https://b.example`,
      want: {
        error: 'invalid_target',
        error_description: 'only one resource can be asked for at a time',
      },
    },
    { form: REFRESH.replace('refresh_token=R', ''), want: missing('refresh_token') },
    { form: `${REFRESH}&refresh_token=R`, want: twice('refresh_token') },
    { form: `${REFRESH}&scope=a&scope=b`, want: twice('scope') },
    {
      form: `${REFRESH}&scope=a%22b`,
      want: { error: 'invalid_scope', error_description: 'scope is malformed' },
    },
  ])('$form', ({ form, want }) => {
    expect(refusalOf(() => parseTokenRequest(Parameters.fromEncoded(form)))).toEqual(want);
  });
});

describe('a token request (RFC 6749 §4.1.3, §6): read', () => {
  it.each([
    {
      form: CODE,
      want: { grant_type: 'authorization_code', code: 'K', code_verifier: 'V' },
    },
    {
      form: `${CODE}&redirect_uri=cursor://a&resource=https://a.example&scope=openid&x=1&x=2`,
      want: {
        grant_type: 'authorization_code',

        code: 'K',
        code_verifier: 'V',
        redirect_uri: 'cursor://a',
        resource: 'https://a.example',
      },
    },
    {
      form: REFRESH,
      want: { grant_type: 'refresh_token', refresh_token: 'R' },
    },
    {
      form: `${REFRESH}&scope=&resource=`,
      want: { grant_type: 'refresh_token', refresh_token: 'R' },
    },
    {
      form: `${REFRESH}&scope=b+a+b&resource=https://a.example&code=K`,
      want: {
        grant_type: 'refresh_token',

        refresh_token: 'R',
        scope: ['b', 'a'],
        resource: 'https://a.example',
      },
    },
  ])('$form', ({ form, want }) => {
    expect(parseTokenRequest(Parameters.fromEncoded(form))).toEqual(want);
  });
});
