import { describe, expect, it } from '@jest/globals';
import { createScopePolicy } from '../../lib/policy/scope-policy.ts';
import type { RegistrationContext } from '../../lib/services/registration-hook.ts';
import { readDocument } from '../../lib/services/read-document.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

const ID = 'https://chatgpt.example/oauth/client.json';

/** What ChatGPT publishes (row 20). */
const CHATGPT = {
  client_id: ID,
  redirect_uris: ['https://chatgpt.example/connector/oauth/a'],
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
  jwks_uri: 'https://chatgpt.example/oauth/jwks.json',
};

const read = (document: object, more: object = {}) =>
  readDocument(
    {
      registrationPolicy: {
        ownEndpoints: [],
        // So that no client has anything to authenticate with.
        confidentialClients: false,
        forceConfidentialRedirectUris: [],
        invalidRedirectUris: 'reject',
      },
      scopePolicy: createScopePolicy({}),
      logger: createLogRecorder().logger,
      emit: () => undefined,
      ...more,
    },
    ID,
    document,
  );

describe('the authentication method of a document (row 20)', () => {
  it.each([
    { name: 'none, said', methods: { token_endpoint_auth_method: 'none' } },
    { name: 'nothing said (J218)', methods: {} },
    { name: 'a method that this server has not, and none', methods: CHATGPT },
    {
      name: 'a list alone',
      methods: { token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'] },
    },
    {
      name: 'a list with methods that no document can have',
      methods: { token_endpoint_auth_methods_supported: ['client_secret_basic', 'none'] },
    },
  ])('is none with $name', async ({ methods }) => {
    const { client_id, redirect_uris } = CHATGPT;
    const { metadata } = await read({ client_id, redirect_uris, ...methods });
    expect(metadata.token_endpoint_auth_method).toBe('none');
  });

  it.each([
    { token_endpoint_auth_method: 'private_key_jwt' },
    { token_endpoint_auth_methods_supported: ['private_key_jwt'] },
    { token_endpoint_auth_methods_supported: ['client_secret_basic'] },
    { token_endpoint_auth_methods_supported: 'none' },
    { token_endpoint_auth_method: ['none'] },
  ])('%j is refused where nothing of it works', async (methods) => {
    const { client_id, redirect_uris } = CHATGPT;
    await expect(read({ client_id, redirect_uris, ...methods })).rejects.toMatchObject({
      code: 'invalid_client_metadata',
    });
  });

  it('is no secret because the operator wants one: then the client has to register', async () => {
    const registrationPolicy = {
      ownEndpoints: [],
      confidentialClients: true,
      forceConfidentialRedirectUris: CHATGPT.redirect_uris,
      invalidRedirectUris: 'reject',
    };
    const document = { ...CHATGPT, token_endpoint_auth_method: 'none' };
    await expect(read(document, { registrationPolicy })).rejects.toMatchObject({
      description: expect.stringContaining('cannot have a secret'),
    });
  });
});

describe('the authentication method of a document, where clients may have keys (CIMD-23)', () => {
  const registrationPolicy = {
    ownEndpoints: [],
    confidentialClients: true,
    forceConfidentialRedirectUris: [],
    invalidRedirectUris: 'reject',
  };
  const { jwks_uri, ...keyless } = CHATGPT;
  it.each([
    { name: 'the one it prefers', document: CHATGPT, want: 'private_key_jwt' },
    { name: 'another, when there are no keys', document: keyless, want: 'none' },
    {
      name: 'the first of a list',
      document: {
        ...keyless,
        jwks_uri,
        token_endpoint_auth_method: undefined,
        token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
      },
      want: 'private_key_jwt',
    },
  ])('is $name', async ({ document, want }) => {
    const { metadata, secretDigests } = await read(document, { registrationPolicy });
    expect(metadata.token_endpoint_auth_method).toBe(want);
    expect(secretDigests).toEqual([]);
  });

  it.each(['http://chatgpt.example/jwks', 'https://10.0.0.1/jwks', 'https://u:p@a.example/jwks'])(
    'does not come from keys at %s',
    async (address) => {
      const reading = read({ ...CHATGPT, jwks_uri: address }, { registrationPolicy });
      await expect(reading).rejects.toMatchObject({ code: 'invalid_client_metadata' });
    },
  );
});

describe('the word of the host', () => {
  it('is asked for documents too, and what it makes of them counts', async () => {
    const asked: RegistrationContext[] = [];
    const onRegister = (metadata: object, context: RegistrationContext) => {
      asked.push(context);
      return { ...metadata, client_name: 'Amended' };
    };
    const { metadata } = await read(CHATGPT, { onRegister });
    expect(metadata.client_name).toBe('Amended');
    expect(asked).toEqual([{ kind: 'metadata_document', client_id: ID }]);
  });

  it('does not give a document a secret', async () => {
    const onRegister = (metadata: object) => ({
      ...metadata,
      token_endpoint_auth_method: 'client_secret_basic',
    });
    await expect(read(CHATGPT, { onRegister })).rejects.toMatchObject({ name: 'OAuthError' });
  });
});
