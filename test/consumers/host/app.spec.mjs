import { afterAll, expect, test } from 'vitest';
import { oidcLogin } from 'express-dcr';
import {
  authorize,
  createTestSetup,
  expectNoSecretsIn,
  expectOAuthError,
  refresh,
  registerClient,
  tokens,
} from 'express-dcr/testing';
import request from 'supertest';
import { createApp } from './app.mjs';
import { flow } from './flow.cjs';

const { ISSUER, PROVIDER_AWAY } = process.env;
const { app, close } = createApp(ISSUER);
afterAll(() => close());

test('registers a client', async () => {
  const { status } = await request(app)
    .post('/oauth/register')
    .send({ redirect_uris: ['http://localhost:8080/callback'] });
  expect(status).toBe(201);
});

test('lets a client and a person all the way to the notes', async () => {
  const listening = app.listen(Number(new URL(ISSUER).port), '127.0.0.1');
  await expect(flow(ISSUER)).resolves.toBe('ann, ann');
  listening.close();
});

test('still lets in a client that registers narrow, as express-dcr/testing sees it', async () => {
  const { options, runtime, login, clock, log } = createTestSetup();
  const scopes = ['offline_access', 'notes:read'];
  const baseline = { scopesSupported: scopes, baselineClientScopes: scopes };
  const over = { ...options, ...baseline, login };
  const { app, close } = createApp('https://app.example.com', over, runtime);

  const client = await registerClient(app, { scope: 'offline_access' });
  const asked = { scope: scopes.join(' ') };
  const had = await tokens(app, client, await authorize(app, client, asked));
  clock.advance({ hours: 2 });
  const late = request(app).get('/notes').auth(had.access_token, { type: 'bearer' });
  await expectOAuthError(late, { status: 401, error: 'invalid_token' });
  const next = await refresh(app, client, had);
  const answer = await request(app).get('/notes').auth(next.access_token, { type: 'bearer' });
  expect(answer.body).toEqual({ sub: 'alice' });

  expectNoSecretsIn(log);
  await close();
});

test('says that an identity provider is away', async () => {
  const { options, runtime, log } = createTestSetup();
  const login = oidcLogin({ issuer: PROVIDER_AWAY, clientId: 'notes' });
  const { app, close } = createApp('https://app.example.com', { ...options, login }, runtime);

  const client = await registerClient(app);
  const away = authorize(app, client, { scope: 'notes:read' });
  await expect(away).rejects.toThrow('(503): "The login is not available at the moment"');
  // That it was asked at all shows that what asks it could be loaded.
  expect(log.at('error')).toMatchObject([
    { fields: { cause: { code: 'ERR_DCR_UPSTREAM_UNAVAILABLE' } } },
  ]);
  expect(log.text()).toContain('ECONNREFUSED');
  await close();
});
