import { expect, it } from '@jest/globals';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import supertest from 'supertest';
import { login } from './passport-elsewhere.ts';

passport.serializeUser((person, done) => {
  done(null, person.id);
});
passport.deserializeUser<string>((id, done) => {
  done(null, { id, name: id });
});

const app = express();
app.use(session({ secret: 'of the tests', resave: false, saveUninitialized: false }));
app.use(passport.session(), login);
app.get('/who', (req, res) => {
  res.json({ person: req.user?.id, authTime: req.session.authTime });
});

it('a login of passport elsewhere comes back to where the person was sent from', async () => {
  const agent = supertest.agent(app);
  const return_to = '/oauth/consent?client_id=1&request=2';
  const away = await agent.get('/login').query({ return_to }).expect(302);
  expect(away.headers['location']).toBe('https://provider.example/authorize');
  const back = await agent.get('/login/callback?code=of-alice').expect(303);
  expect(back.headers['location']).toBe(return_to);
  const { body } = await agent.get('/who').expect(200);
  expect(body).toEqual({ person: 'alice', authTime: expect.any(Number) });
});

it('a login of passport elsewhere that fails leads to where failures are told', async () => {
  const agent = supertest.agent(app);
  await agent.get('/login').query({ return_to: '/mcp' }).expect(302);
  const back = await agent.get('/login/callback?code=of-nobody').expect(302);
  expect(back.headers['location']).toBe('/login-failed');
});
