import { randomBytes } from 'node:crypto';
import express from 'express';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  authorize,
  expectNoSecretsIn,
  noteSecret,
  refresh,
  registerClient,
  TestBrowser,
  tokens,
} from '../../lib/testing.ts';
import { hostApp, SCOPE, type HostApp } from './bench.ts';

const id = (bytes: number): string => randomBytes(bytes).toString('base64url');

/** What a failed search says. */
function complaintAbout(log: string | object): string {
  try {
    expectNoSecretsIn(log);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('expectNoSecretsIn', () => {
  let host: HostApp;
  afterEach(() => host.server.close());

  it('finds everything that a flow has made, and nothing in the log of the server', async () => {
    host = hostApp();
    const { app, server } = host;
    const client = await registerClient(app, {
      token_endpoint_auth_method: 'client_secret_basic',
      redirect_uris: ['https://app.example.com/cb'],
    });
    const authorization = await authorize(app, client, { scope: SCOPE });
    const had = await tokens(app, client, authorization);
    const next = await refresh(app, client, had);
    expect(server.log.at('debug').length).toBeGreaterThan(0);
    expectNoSecretsIn(server.log);
    for (const [secret, kind] of [
      [client.client_secret, 'a random secret of the server'],
      [client.registration_access_token, 'a random secret of the server'],
      [authorization.code, 'an authorization code'],
      [authorization.code_verifier, 'a code verifier'],
      [had.access_token, 'an access token'],
      [next.refresh_token, 'a refresh token'],
    ] as const) {
      server.log.debug('leaked', { deep: { inside: [`it is ${String(secret)}.`] } });
      expect(complaintAbout(server.log)).toContain(kind);
      expect(complaintAbout(server.log)).not.toContain(secret);
    }
  });
});

describe('a search for secrets', () => {
  it.each([
    { name: 'text', log: (secret: string) => `one line\nanother with ${secret}` },
    { name: 'lines', log: (secret: string) => ['one', `another ${secret}`] },
    { name: 'objects', log: (secret: string) => [{ a: 1 }, { b: { c: secret } }] },
    { name: 'errors', log: (secret: string) => [{ cause: new Error(`no ${secret}`) }] },
    { name: 'an object with entries', log: (secret: string) => ({ entries: [{ secret }] }) },
  ])('goes through $name', ({ log }) => {
    const secret = `the-key-of-an-app-${id(16)}`;
    expectNoSecretsIn(log(secret));
    noteSecret(secret, 'the key of the app');
    expect(complaintAbout(log(secret))).toMatch(/^the log holds a secret:\n {2}the key of the app/);
  });

  it.each([
    { kind: 'an authorization code', secret: `${id(16)}.${id(32)}` },
    { kind: 'a refresh token', secret: `${id(16)}.12.${id(32)}` },
    { kind: 'an authorization code', secret: `-${id(16).slice(1)}.${id(32).slice(1)}-` },
    { kind: 'a refresh token', secret: `-${id(16).slice(1)}.12.${id(32).slice(1)}-` },
    { kind: 'a signed token', secret: `eyJ${id(12)}.eyJ${id(30)}.${id(64)}` },
    { kind: 'a private key', secret: '-----BEGIN PRIVATE KEY-----' },
  ])('knows $kind by its look, whoever made it', ({ kind, secret }) => {
    expect(complaintAbout(`before ${secret} after`)).toBe(
      `the log holds a secret:\n  ${kind} in: before <...> after`,
    );
  });

  it('finds the cookie of a session, and lets one be that scripts may read', async () => {
    const [session, place] = [`a-session-${id(16)}`, `/a/place/to/go/on/${id(16)}`];
    const app = express().get('/', (_req, res) => {
      res.cookie('session', session, { httpOnly: true }).cookie('place', place);
      res.send('welcome');
    });
    await new TestBrowser(app).get('/');
    expect(complaintAbout(`seen: ${session}`)).toContain('the cookie session in: seen: <...>');
    expectNoSecretsIn(`seen: ${encodeURIComponent(place)}`);
  });

  it('lets ids, digests and challenges be', () => {
    expectNoSecretsIn({ client_id: '0f8fad5b-d9cb-469f-a165-70867728950e', grant_id: id(16) });
    expectNoSecretsIn(`digest ${id(32)} of 10.0.0.1`);
  });
});
