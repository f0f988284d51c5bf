import { createServer } from 'node:http';
import { once } from 'node:events';
import express, { type Express } from 'express';
import { describe, expect, it } from '@jest/globals';
import { request, TestBrowser } from '../../lib/testing.ts';
import { freePort } from '../support/free-port.ts';

function echo(): Express {
  const app = express();
  app.use(express.urlencoded({ extended: false }), express.json());
  app.all('/echo', (req, res) => {
    const { host, authorization, 'x-forwarded-proto': proto } = req.headers;
    const { method, query, body } = req;
    res.json({ method, host, authorization, proto, query, body: (body as unknown) ?? null });
  });
  app.get('/words', (_req, res) => void res.send('words'));
  return app;
}

describe('request', () => {
  it('asks an app, a server that listens or not, and a URL', async () => {
    const app = echo();
    expect(await request(app, '/echo?a=1')).toMatchObject({
      status: 200,
      body: { query: { a: '1' } },
    });
    const server = createServer(app);
    expect((await request(server, '/echo')).status).toBe(200);
    expect(server.listening).toBe(false);
    const port = await freePort();
    await once(server.listen(port, '127.0.0.1'), 'listening');
    expect((await request(server, '/echo')).status).toBe(200);
    const byUrl = await request(`http://127.0.0.1:${String(port)}`, '/echo');
    expect(byUrl.body).toMatchObject({ host: `127.0.0.1:${String(port)}`, method: 'GET' });
    expect(server.listening).toBe(true);
    server.close();
    await once(server, 'close');
    await expect(request(`http://127.0.0.1:${String(port)}`, '/echo')).rejects.toThrow();
  });

  it('sends forms, JSON and tokens, and speaks of an issuer as the proxy before it would', async () => {
    const app = echo();
    const form = { a: 'x y', b: ['1', '2'], c: undefined };
    const posted = await request(app, '/echo', { method: 'POST', form });
    expect(posted.body).toMatchObject({ method: 'POST', body: { a: 'x y', b: ['1', '2'] } });
    const json = await request(app, 'https://auth.example.com/echo', {
      method: 'PUT',
      json: { a: [1] },
      token: 'abc',
    });
    expect(json.body).toMatchObject({
      method: 'PUT',
      body: { a: [1] },
      authorization: 'Bearer abc',
      host: 'auth.example.com',
      proto: 'https',
    });
    expect(await request(app, '/words')).toMatchObject({ text: 'words', body: undefined });
  });
});

describe('a browser', () => {
  const page = `<form action="/save?x=1&amp;y=2" method="POST">
    <input type="hidden" name="csrf" value="a &quot;b&quot;">
    <input type=checkbox name=scope value=one checked><input type="checkbox" name="scope" value="two">
    <input name="name" value=''><button name="decision" value="deny">No</button></form>`;

  it('keeps cookies, drops those that are over, and sends a form as it was filled in', async () => {
    const app = express();
    app.get('/', (_req, res) => {
      res.cookie('kept', '1').cookie('old', '1', { maxAge: 600_000 });
      res.send(page);
    });
    app.get('/out', (_req, res) => void res.clearCookie('old').send('out'));
    app.post('/save', express.urlencoded({ extended: false }), (req, res) => {
      res.json({ query: req.query, body: req.body as unknown, cookie: req.headers.cookie });
    });
    const browser = new TestBrowser(app);
    browser.setCookie('mine', '2');
    const form = await browser.get('/');
    expect((await form.submit({ name: 'alice', decision: 'deny' })).body).toEqual({
      query: { x: '1', y: '2' },
      body: { csrf: 'a "b"', scope: 'one', name: 'alice', decision: 'deny' },
      cookie: 'mine=2; kept=1; old=1',
    });
    const out = await browser.get('/out');
    await expect(async () => out.submit()).rejects.toThrow('there is no form on this page');
    expect((await form.submit()).body).toMatchObject({ cookie: 'mine=2; kept=1' });
  });
});
