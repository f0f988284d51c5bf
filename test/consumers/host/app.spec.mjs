import { afterAll, expect, test } from 'vitest';
import request from 'supertest';
import { createApp } from './app.mjs';
import { flow } from './flow.cjs';

const { ISSUER } = process.env;
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
