import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createTestApp, type TestApp } from '../support/app.ts';
import {
  Browser,
  createPkce,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';

/** The fields of the refusals that the log has at debug. */
function refusalsOf({ log }: TestApp): readonly object[] {
  return log
    .at('debug')
    .filter(({ message }) => message === 'request refused')
    .map(({ fields }) => fields);
}

async function authorizeWith(made: TestApp, redirect_uri: string, registered: string) {
  const client_id = await registeredClientId(made.app, { redirect_uris: [registered] });
  const answer = await new Browser(made.app, 'alice').authorize(client_id, createPkce(), {
    redirect_uri,
  });
  return { client_id, answer };
}

describe('the log of a developer, at the level debug', () => {
  it('has what was asked beside what is registered, and what is different', async () => {
    const made = createTestApp();
    const asked = 'http://127.0.0.1:3000/callback';
    const { client_id, answer } = await authorizeWith(made, asked, 'http://localhost/callback');
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('127.0.0.1');
    expect(answer.text).not.toContain('localhost');
    expect(refusalsOf(made)).toEqual([
      expect.objectContaining({
        error: 'invalid_request',
        client_id,
        registered: 'http://localhost/callback',
        asked,
        differs: [expect.stringMatching(/^localhost, 127\.0\.0\.1 and \[::1\] do not stand for/)],
      }),
    ]);
  });

  it('has it for a request that was pushed', async () => {
    const made = createTestApp();
    const client_id = await registeredClientId(made.app, {
      redirect_uris: ['https://app.example.com/cb'],
    });
    const { code_challenge } = createPkce();
    const answer = await supertest(made.app).post('/oauth/par').type('form').send({
      client_id,
      redirect_uri: 'https://app.example.com/cb/',
      response_type: 'code',
      code_challenge,
      code_challenge_method: 'S256',
    });
    expect(answer.body).toEqual({
      error: 'invalid_request',
      error_description: 'redirect_uri is not registered for this client',
    });
    expect(refusalsOf(made)).toEqual([
      expect.objectContaining({ differs: ['one path ends with a slash and the other does not'] }),
    ]);
  });

  it('says of each redirect URI that cannot be registered why, and nothing of the others', async () => {
    const made = createTestApp();
    const redirect_uris = [
      'http://localhost/cb',
      'http://app.example.com/cb',
      'https://app.example.com/cb#top',
      'https://intranet/cb',
    ];
    const { status, body } = await register(made.app, { redirect_uris });
    expect({ status, error: (body as { error?: unknown }).error }).toEqual({
      status: 400,
      error: 'invalid_redirect_uri',
    });
    expect(refusalsOf(made)).toEqual([
      expect.objectContaining({
        refused: [
          {
            uri: 'http://app.example.com/cb',
            why: 'it is http, and not of localhost, 127.0.0.1 or [::1]',
          },
          { uri: 'https://app.example.com/cb#...', why: 'it has a fragment' },
          { uri: 'https://intranet/cb', why: 'its host is not a public one' },
        ],
      }),
    ]);
  });

  it('says which redirect URI leads to a host that is not allowed', async () => {
    const made = createTestApp({ options: { redirectHosts: ['localhost'] } });
    const redirect_uris = ['http://localhost/cb', 'https://app.example.com/cb'];
    expect((await register(made.app, { redirect_uris })).status).toBe(400);
    expect(refusalsOf(made)).toEqual([
      expect.objectContaining({
        refused: [
          { uri: 'https://app.example.com/cb', why: 'its host is not one of redirectHosts' },
        ],
      }),
    ]);
  });

  it('names the scope that a registration may have meant', async () => {
    const made = createTestApp({ options: { scopesSupported: ['notes:read', 'offline_access'] } });
    expect((await register(made.app, { scope: 'notes:raed mail' })).status).toBe(400);
    expect(refusalsOf(made)).toEqual([
      expect.objectContaining({
        unsupported: ['notes:raed', 'mail'],
        nearest: [{ written: 'notes:raed', nearest: 'notes:read' }],
      }),
    ]);
  });

  it('holds no value of a parameter, no user and no fragment, and stays one short line', async () => {
    const made = createTestApp();
    const asked = `http://me:hunter2@localhost/callback?token=hunter2\n${'x'.repeat(300)}#hunter2`;
    await authorizeWith(made, asked, 'http://localhost/callback');
    await register(made.app, { redirect_uris: ['https://u:hunter2@app.example.com/?t=hunter2'] });
    const refusals = refusalsOf(made);
    expect(refusals).toHaveLength(2);
    expect(JSON.stringify(refusals)).not.toContain('hunter2');
    expect(JSON.stringify(refusals).length).toBeLessThan(2_000);
  });

  it('has none of it for a token request, which is no place to try redirect URIs', async () => {
    const made = createTestApp();
    const form = {
      grant_type: 'authorization_code',
      code: 'x',
      redirect_uri: 'http://localhost/cb',
    };
    await tokenRequest(made.app, form);
    expect(JSON.stringify(refusalsOf(made))).not.toContain('localhost');
  });
});
