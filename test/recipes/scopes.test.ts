import { describe, expect, it } from '@jest/globals';
import express from 'express';
import supertest from 'supertest';
import { createAuthorizationServer, hostLogin } from '../../lib/index.ts';
import { textOf } from '../house/files.ts';
import { register } from '../support/flow.ts';
import { scopeOptions } from './scopes.ts';

const quiet = (): void => undefined;

const server = createAuthorizationServer({
  ...scopeOptions,
  issuer: 'http://localhost:3000',
  login: hostLogin({ user: () => undefined, url: '/login' }),
  logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
});
const app = express().use(server.router);

const [, table = ''] =
  /\n\| A client registers with .*\n[^\n]+\n([\s\S]*?)\n\n/.exec(
    textOf('docs/app-developers/scopes.md'),
  ) ?? [];
const rows = table.split('\n').map((row) => {
  const [sent = '', answered = ''] = row.split('|').slice(1, -1);
  const [scope, host] = [...sent.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
  const [, want = ''] = /`([^`]+)`/.exec(answered) ?? [];
  return { sent: sent.trim(), scope, host, want };
});

describe('the example of the guide to scopes', () => {
  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(5);
  });

  it.each(rows)('answers a client that registers with $sent: $want', async (row) => {
    const { scope, host, want } = row;
    const redirect_uris = [`https://${host ?? 'client.example'}/callback`];
    const { body } = await register(app, { redirect_uris, scope });
    const { scope: answered, error } = body as { scope?: string; error?: string };
    expect(answered ?? error).toBe(want);
  });

  it('lists in the metadata of the resource what the guide says', async () => {
    const response = await supertest(app).get('/.well-known/oauth-protected-resource');
    const { scopes_supported } = response.body as { scopes_supported: string[] };
    const open = scopeOptions.scopesSupported.filter((scope) => scope !== 'admin:export');
    expect(scopes_supported).toEqual(open.filter((scope) => scope !== 'offline_access'));
    expect(server.metadata.scopes_supported).toEqual(open);
  });
});
