import { describe, expect, it } from '@jest/globals';
import {
  AUTHORIZATION_PARAMETERS,
  parseAuthorizationRequest,
  readClientId,
  readRedirectUri,
  readState,
} from '../../lib/protocol/authorization-request.ts';
import { Parameters } from '../../lib/protocol/parameters.ts';
import { refusalOf } from './refusal.ts';

const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

type Given = Readonly<Record<string, string | readonly string[] | undefined>>;

function parameters(more: Given = {}): Parameters {
  const query = new URLSearchParams();
  const given: Given = {
    response_type: 'code',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...more,
  };
  for (const [name, value] of Object.entries(given)) {
    for (const item of [value ?? []].flat()) query.append(name, item);
  }
  return Parameters.fromEncoded(query.toString());
}

describe('who asks for authorization', () => {
  it.each([
    { name: 'no client', given: { redirect_uri: 'https://app.example.com/cb' } },
    { name: 'a client without a value', given: { client_id: '' } },
    { name: 'two clients', given: { client_id: ['a', 'b'] } },
  ])('is not known with $name', ({ given }) => {
    expect(refusalOf(() => readClientId(parameters(given))).error).toBe('invalid_request');
  });

  it('is the client that is named', () => {
    expect(readClientId(parameters({ client_id: 'a' }))).toBe('a');
  });
});

describe('where the answer is to go', () => {
  it('is said once, or by the registration', () => {
    const twice = parameters({ redirect_uri: ['x', 'x'] });
    expect(refusalOf(() => readRedirectUri(twice)).error).toBe('invalid_request');
    expect(readRedirectUri(parameters({ redirect_uri: '' }))).toBeUndefined();
    expect(readRedirectUri(parameters({ redirect_uri: 'cursor://b' }))).toBe('cursor://b');
  });
});

describe('the state to answer with', () => {
  it.each([
    { name: 'was not sent', state: undefined },
    { name: 'is empty', state: '' },
    { name: 'was sent twice', state: ['a', 'b'] },
    { name: 'was sent twice alike', state: ['a', 'a'] },
    { name: 'has a line end', state: 'a\r\nb' },
    { name: 'has a character beyond ASCII', state: 'caf\u00e9' },
    { name: 'is longer than 4096 characters', state: 'a'.repeat(4097) },
  ])('is none when it $name', ({ state }) => {
    expect(readState(parameters({ state }))).toBeUndefined();
  });

  it.each(['xyz', ' a b ', '"<>&', '~', 'a'.repeat(4096)])('is what was sent', (state) => {
    expect(readState(parameters({ state }))).toBe(state);
    expect(parseAuthorizationRequest(parameters({ state })).state).toBe(state);
  });
});

describe('an authorization request (OAuth 2.1 §4.1.1): refused', () => {
  it.each([
    {
      name: 'without response_type',
      given: { response_type: undefined },
      error: 'invalid_request',
      error_description: 'the parameter response_type is missing',
    },
    ...['token', 'id_token', 'code id_token', 'none', 'CODE', 'code '].map((response_type) => ({
      name: `with response_type ${JSON.stringify(response_type)}`,
      given: { response_type },
      error: 'unsupported_response_type',
      error_description: 'response_type must be code',
    })),
    ...['fragment', 'form_post', 'query.jwt', 'QUERY'].map((response_mode) => ({
      name: `with response_mode ${response_mode}`,
      given: { response_mode },
      error: 'invalid_request',
      error_description: 'response_mode must be query',
    })),
    {
      name: 'without a challenge',
      given: { code_challenge: undefined },
      error: 'invalid_request',
      error_description: 'PKCE is required: code_challenge is missing',
    },
    {
      name: 'with an empty challenge',
      given: { code_challenge: '' },
      error: 'invalid_request',
      error_description: 'PKCE is required: code_challenge is missing',
    },
    ...[undefined, '', 'plain', 's256', 'S512'].map((code_challenge_method) => ({
      name: `with the challenge method ${String(code_challenge_method)}`,
      given: { code_challenge_method },
      error: 'invalid_request',
      error_description: 'code_challenge_method must be S256',
    })),
    ...[CHALLENGE.slice(1), `${CHALLENGE}=`, `${CHALLENGE}A`].map((code_challenge) => ({
      name: `with the challenge ${code_challenge}`,
      given: { code_challenge },
      error: 'invalid_request',
      error_description: 'code_challenge is not an S256 challenge',
    })),
    {
      name: 'with a malformed scope',
      given: { scope: 'openid "profile"' },
      error: 'invalid_scope',
      error_description: 'scope is malformed',
    },
    {
      name: 'with a state that is not printable',
      given: { state: 'a\nb' },
      error: 'invalid_request',
      error_description: 'state is too long or not printable ASCII',
    },
    {
      name: 'with a state of 4097 characters',
      given: { state: 'a'.repeat(4097) },
      error: 'invalid_request',
      error_description: 'state is too long or not printable ASCII',
    },
    {
      name: 'with eleven resources',
      given: {
        resource: Array.from({ length: 11 }, (_, nth) => `https://a.example/${String(nth)}`),
      },
      error: 'invalid_target',
      error_description: 'at most 10 resources can be asked for at a time',
    },
    {
      name: 'with a nonce of 513 characters',
      given: { nonce: 'a'.repeat(513) },
      error: 'invalid_request',
      error_description: 'nonce is too long',
    },
    ...['none login', 'login none', 'none consent'].map((prompt) => ({
      name: `with prompt ${prompt}`,
      given: { prompt },
      error: 'invalid_request',
      error_description: 'prompt none cannot be combined with other values',
    })),
    ...['-1', '1.5', '1e3', 'soon', '0x10', ' 1', '12345678901'].map((max_age) => ({
      name: `with max_age ${JSON.stringify(max_age)}`,
      given: { max_age },
      error: 'invalid_request',
      error_description: 'max_age must be a number of seconds',
    })),
    {
      name: 'with a request object',
      given: { request: 'eyJhbGciOiJub25lIn0.e30.' },
      error: 'request_not_supported',
      error_description: 'the parameter request is not supported',
    },
    {
      name: 'with a request object by reference',
      given: { request_uri: 'http://127.0.0.1/r' },
      error: 'request_uri_not_supported',
      error_description: 'the parameter request_uri is not supported',
    },
    ...[
      'response_type',
      'response_mode',
      'scope',
      'state',
      'code_challenge',
      'code_challenge_method',
      'nonce',
      'prompt',
      'max_age',
      'login_hint',
      'ui_locales',
      'idp_hint',
    ].map((twice) => ({
      name: `with ${twice} given twice`,
      given: { [twice]: ['code', 'code'] },
      error: 'invalid_request',
      error_description: `the parameter ${twice} was given more than once`,
    })),
  ])('$name', ({ given, error, error_description }) => {
    expect(refusalOf(() => parseAuthorizationRequest(parameters(given)))).toEqual({
      error,
      error_description,
    });
  });
});

describe('an authorization request (OAuth 2.1 §4.1.1): read', () => {
  it('with the least it needs', () => {
    expect(parseAuthorizationRequest(parameters())).toEqual({
      code_challenge: CHALLENGE,
      prompt: [],
      resources: [],
    });
  });

  it('with everything', () => {
    const given = {
      response_mode: 'query',
      scope: 'openid  profile openid',
      state: 'xyz',
      resource: ['https://b.example', 'https://a.example/mcp', 'https://b.example'],
      nonce: 'n'.repeat(512),
      prompt: 'consent  login consent',
      max_age: '0',
      login_hint: 'alice@example.com',
      ui_locales: 'fr-CA fr en',
      idp_hint: 'staff',
    };
    // What a pushed request is kept with is all there is to read.
    const kept = parameters(given).only(AUTHORIZATION_PARAMETERS);
    expect(kept.toString()).toBe(parameters(given).toString());
    expect(parseAuthorizationRequest(kept)).toEqual({
      code_challenge: CHALLENGE,
      scope: ['openid', 'profile'],
      state: 'xyz',
      resources: ['https://b.example', 'https://a.example/mcp'],
      nonce: 'n'.repeat(512),
      prompt: ['consent', 'login'],
      max_age: 0,
      login_hint: 'alice@example.com',
      ui_locales: 'fr-CA fr en',
      idp_hint: 'staff',
    });
  });

  it.each([
    { name: 'scope', given: { scope: '  ' } },
    { name: 'scope', given: { scope: '' } },
    { name: 'nonce', given: { nonce: '' } },
    { name: 'max_age', given: { max_age: '' } },
    { name: 'login_hint', given: { login_hint: '' } },
    { name: 'ui_locales', given: { ui_locales: '' } },
    { name: 'idp_hint', given: { idp_hint: '' } },
  ])('without $name when it has no value: $given', ({ name, given }) => {
    expect(parseAuthorizationRequest(parameters(given))).not.toHaveProperty(name);
  });

  it.each([
    { name: 'login_hint', longest: 256 },
    { name: 'ui_locales', longest: 256 },
    { name: 'idp_hint', longest: 64 },
  ])('without a $name that is too long, which is only a hint', ({ name, longest }) => {
    const hint = (length: number): object =>
      parseAuthorizationRequest(parameters({ [name]: 'a'.repeat(length) }));
    expect(hint(longest + 1)).not.toHaveProperty(name);
    expect(hint(longest)).toHaveProperty(name);
  });

  it('without resources that have no value', () => {
    expect(parseAuthorizationRequest(parameters({ resource: ['', ''] })).resources).toEqual([]);
  });

  it('without unknown parameters, once or twice', () => {
    const request = parseAuthorizationRequest(parameters({ audience: ['a', 'b'], isAdmin: '1' }));
    expect(request).toEqual({ code_challenge: CHALLENGE, prompt: [], resources: [] });
  });
});
