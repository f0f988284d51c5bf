const { oidcLogin } = require('express-dcr');
const {
  authorize,
  createTestSetup,
  expectNoSecretsIn,
  expectOAuthError,
  refresh,
  registerClient,
  tokens,
} = require('express-dcr/testing');
const request = require('supertest');
const { createApp } = require('./app.cjs');
const { flow } = require('./flow.cjs');

const { ISSUER, PROVIDER_AWAY } = process.env;

describe('an app with CommonJS', () => {
  let app;
  let close;
  beforeAll(() => ({ app, close } = createApp(ISSUER)));
  afterAll(() => close());

  test('registers a client', async () => {
    const { body, status } = await request(app)
      .post('/oauth/register')
      .send({ redirect_uris: ['http://localhost:8080/callback'] });
    expect(status).toBe(201);
    expect(body).toMatchObject({ client_id: expect.any(String) });
  });

  test('refuses a scope that is not there, in the words of OAuth', async () => {
    const { body, status } = await request(app)
      .post('/oauth/register')
      .send({ redirect_uris: ['http://localhost:8080/callback'], scope: 'notes:burn' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'invalid_client_metadata' });
  });

  test('lets a client and a person all the way to the notes', async () => {
    const listening = app.listen(Number(new URL(ISSUER).port), '127.0.0.1');
    await expect(flow(ISSUER)).resolves.toBe('ann, ann');
    listening.close();
  });
});

describe('an app with CommonJS that is tested with express-dcr/testing', () => {
  const scopes = ['offline_access', 'notes:read'];
  const baseline = { scopesSupported: scopes, baselineClientScopes: scopes };
  const scope = scopes.join(' ');

  test('still lets in a client that registers narrow', async () => {
    const { options, runtime, login, clock, log } = createTestSetup();
    const over = { ...options, ...baseline, login };
    const { app, close } = createApp('https://app.example.com', over, runtime);

    const client = await registerClient(app, { scope: 'offline_access' });
    const had = await tokens(app, client, await authorize(app, client, { scope }));
    const early = await request(app).get('/notes').auth(had.access_token, { type: 'bearer' });
    expect(early.body).toEqual({ sub: 'alice' });

    clock.advance({ hours: 2 });
    const late = request(app).get('/notes').auth(had.access_token, { type: 'bearer' });
    await expectOAuthError(late, { status: 401, error: 'invalid_token' });
    const next = await refresh(app, client, had);
    await request(app).get('/notes').auth(next.access_token, { type: 'bearer' }).expect(200);

    expectNoSecretsIn(log);
    await close();
  });

  test('gives nothing to a client that the person turns away', async () => {
    const { options, runtime, login } = createTestSetup();
    const { app, close } = createApp('https://app.example.com', { ...options, login }, runtime);

    const client = await registerClient(app);
    const bob = login.session({ sub: 'bob', name: 'Bob' });
    const denied = authorize(app, client, { scope: 'notes:read', decision: 'deny', as: bob });
    await expectOAuthError(denied, { error: 'access_denied' });
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
});
