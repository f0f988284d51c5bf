const request = require('supertest');
const { createApp } = require('./app.cjs');
const { flow } = require('./flow.cjs');

const { ISSUER } = process.env;

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
