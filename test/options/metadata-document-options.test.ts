import { describe, expect, it } from '@jest/globals';
import { optionsFromEnv } from '../../lib/env.ts';
import {
  documentsProblems,
  documentsSetting,
} from '../../lib/options/metadata-document-options.ts';

describe('the option clientIdMetadataDocuments', () => {
  it.each([
    { value: 'true', problem: 'must be true, false, or an object that says which hosts count' },
    { value: ['app.example'], problem: 'must be true, false, or an object' },
    { value: null, problem: 'must be true, false, or an object' },
    { value: { host: ['app.example'] }, problem: 'has no member named "host"' },
    { value: { hosts: 'app.example' }, problem: 'hosts must be a list of texts' },
    { value: { hosts: [] }, problem: 'hosts is empty' },
    { value: { hosts: ['https://app.example'] }, problem: 'hosts contains "https://app.example"' },
    { value: { hosts: ['app.example:8443'] }, problem: 'hosts contains "app.example:8443"' },
    { value: { hosts: ['com.example.app:'] }, problem: 'hosts contains "com.example.app:"' },
    { value: { deniedHosts: ['*'] }, problem: 'deniedHosts contains "*"' },
    { value: { deniedHosts: ['APP.example'] }, problem: 'deniedHosts contains "APP.example"' },
    { value: { allowHost: ['app.example'] }, problem: 'allowHost must be a function' },
    { value: { enabled: 'yes' }, problem: 'enabled must be true or false' },
    { value: { enabled: false, hosts: ['app.example'] }, problem: 'is switched off' },
  ])('refuses $value', ({ value, problem }) => {
    expect(documentsProblems(value)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    undefined,
    true,
    false,
    {},
    { enabled: false },
    { hosts: ['app.example', '*.app.example'], deniedHosts: [], allowHost: () => true },
  ])('takes %j', (value) => {
    expect(documentsProblems(value)).toEqual([]);
  });

  it('is off unless it is said, and copied', () => {
    expect(documentsSetting(false)).toBe(false);
    expect(documentsSetting({ enabled: false })).toBe(false);
    const hosts = ['app.example'];
    const setting = documentsSetting({ hosts });
    hosts.push('evil.example');
    expect(setting).toMatchObject({ hosts: { allowed: ['app.example'], denied: [] } });
  });
});

describe('its variables', () => {
  const from = (env: Record<string, string>) =>
    optionsFromEnv({ DCR_ISSUER: 'https://auth.example.com', ...env }).clientIdMetadataDocuments;

  it.each([
    { env: {}, want: undefined },
    { env: { DCR_CLIENT_ID_METADATA_DOCUMENTS: 'true' }, want: true },
    { env: { DCR_CLIENT_ID_METADATA_DOCUMENTS: 'false' }, want: false },
    {
      env: {
        DCR_CLIENT_ID_METADATA_DOCUMENTS: 'true',
        DCR_CLIENT_ID_METADATA_DOCUMENT_HOSTS: 'claude.ai, *.example.com',
        DCR_CLIENT_ID_METADATA_DOCUMENT_DENIED_HOSTS: 'evil.example.com',
      },
      want: {
        enabled: true,
        hosts: ['claude.ai', '*.example.com'],
        deniedHosts: ['evil.example.com'],
      },
    },
  ])('$env', ({ env, want }) => {
    expect(from(env)).toEqual(want);
  });

  it('refuse denied hosts alone: to deny some must not let in all others', () => {
    const DCR_CLIENT_ID_METADATA_DOCUMENT_DENIED_HOSTS = 'evil.example.com';
    const alone = { DCR_CLIENT_ID_METADATA_DOCUMENT_DENIED_HOSTS };
    expect(() => from(alone)).toThrow(
      /\(DCR_CLIENT_ID_METADATA_DOCUMENT_DENIED_HOSTS\): .*DCR_CLIENT_ID_METADATA_DOCUMENTS=true.* \[ERR_DCR_METADATA_DOCUMENTS_INVALID\]/,
    );
    expect(() => from({ ...alone, DCR_CLIENT_ID_METADATA_DOCUMENTS: 'ture' })).not.toThrow(
      /DENIED_HOSTS/,
    );
    expect(from({ ...alone, DCR_CLIENT_ID_METADATA_DOCUMENTS: 'true' })).toEqual({
      ...{ enabled: true, deniedHosts: ['evil.example.com'] },
    });
    expect(from({ ...alone, DCR_CLIENT_ID_METADATA_DOCUMENT_HOSTS: '*.example.com' })).toEqual({
      ...{ hosts: ['*.example.com'], deniedHosts: ['evil.example.com'] },
    });
  });

  it('refuse hosts while documents are off', () => {
    const env = {
      DCR_CLIENT_ID_METADATA_DOCUMENTS: 'false',
      DCR_CLIENT_ID_METADATA_DOCUMENT_HOSTS: 'claude.ai',
    };
    expect(() => from(env)).toThrow(/DCR_CLIENT_ID_METADATA_DOCUMENTS.*switched off/s);
  });
});
