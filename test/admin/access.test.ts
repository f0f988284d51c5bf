import { describe, expect, it } from '@jest/globals';
import express from 'express';
import supertest from 'supertest';
import type { AdminRouterOptions } from '../../lib/admin/router.ts';
import { createTestApp } from '../support/app.ts';
import { ADMIN, createAdminApp, HOST, textOf } from './support.ts';

describe('the pages of the operator', () => {
  it.each([undefined, null, {}, { authorize: true }, { authorize: 'yes' }])(
    'are not mounted without somebody who says who is one: %j',
    (options) => {
      const { server } = createTestApp();
      expect(() => server.adminRouter(options as unknown as AdminRouterOptions)).toThrow(
        /^adminRouter: authorize must be a function that says who is an operator/,
      );
    },
  );

  it.each<{ name: string; answer: unknown }>([
    { name: 'no', answer: false },
    { name: 'nothing', answer: undefined },
    { name: 'a text', answer: 'yes' },
    { name: 'an object', answer: {} },
    { name: '1', answer: 1 },
    { name: 'another name', answer: { name: 'alice' } },
    { name: 'a promise of no', answer: Promise.resolve(false) },
  ])('are shown to nobody when the host says $name', async ({ answer }) => {
    const authorize = (() => answer) as AdminRouterOptions['authorize'];
    const { get, post } = createAdminApp({}, { authorize });
    for (const path of ['/', '/clients', '/policy', '/nowhere']) {
      const { status, text } = await get(path);
      expect({ path, status }).toEqual({ path, status: 403 });
      expect(textOf(text)).toContain('These pages are for the operators of this server.');
      expect((await post(path, {})).status).toBe(403);
    }
  });

  it.each<{ name: string; authorize: AdminRouterOptions['authorize'] }>([
    {
      name: 'throws',
      authorize: () => {
        throw new Error('session store away');
      },
    },
    { name: 'rejects', authorize: async () => Promise.reject(new Error('session store away')) },
  ])('are shown to nobody when the host $name, and the log says why', async ({ authorize }) => {
    const { get, log } = createAdminApp({}, { authorize });
    const { status, text } = await get('/');
    expect(status).toBe(503);
    expect(text).not.toContain('session store away');
    expect(JSON.stringify(log.at('error'))).toContain('session store away');
  });

  it.each([undefined, '', 7, 'a'.repeat(201)])(
    'are shown to nobody whose name no audit event can hold, and the log says why: %j',
    async (operator) => {
      const { get, log } = createAdminApp({}, { authorize: () => ({ operator }) as never });
      expect((await get('/')).status).toBe(503);
      expect(JSON.stringify(log.at('error'))).toContain('an operator that is a text');
    },
  );

  it.each([false, true])(
    'leave it to a host that answers itself, here with a redirect: %s',
    async (answer) => {
      const { get, log } = createAdminApp(
        {},
        {
          authorize: (req) => {
            req.res?.redirect(303, '/login');
            return answer;
          },
        },
      );
      const { status, headers } = await get('/');
      expect({ status, location: headers['location'] }).toEqual({
        status: 303,
        location: '/login',
      });
      expect(log.at('error')).toEqual([]);
    },
  );

  it('are shown to operators, at the root of a path or below it', async () => {
    const { get } = createAdminApp();
    expect((await get('')).status).toBe(200);
    expect((await get('/')).status).toBe(200);
    const { status, text } = await get('/nowhere');
    expect(status).toBe(404);
    expect(textOf(text)).toContain('There is no such page.');
  });

  it('have headers of their own, whatever the host has set', async () => {
    const { server } = createTestApp();
    const host = express().use((_req, res, next) => {
      res.set({ 'content-security-policy': 'default-src *', 'x-frame-options': 'ALLOWALL' });
      next();
    });
    host.use(ADMIN, server.adminRouter({ authorize: () => true }));
    const { headers, text } = await supertest(host).get(ADMIN);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-type': 'text/html; charset=utf-8',
    });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(text).not.toMatch(/<script|style=|onclick|https?:\/\/(?!auth\.example\.com)/);
  });
});

describe('a form that changes something', () => {
  const send = (headers: Record<string, string>) =>
    supertest(createAdminApp().host)
      .post(`${ADMIN}/nowhere`)
      .set({ operator: 'yes', host: HOST, ...headers })
      .type('form')
      .send({});

  it.each<{ name: string; headers: Record<string, string> }>([
    { name: 'from nowhere that is known', headers: {} },
    { name: 'of another origin', headers: { origin: 'https://evil.example' } },
    { name: 'of an opaque origin', headers: { origin: 'null' } },
    { name: 'of another site', headers: { 'sec-fetch-site': 'cross-site' } },
    { name: 'of a neighbour', headers: { 'sec-fetch-site': 'same-site' } },
    { name: 'typed into the address bar', headers: { 'sec-fetch-site': 'none' } },
    {
      name: 'of another port',
      headers: { origin: `https://${HOST}:8443` },
    },
  ])('is refused $name', async ({ headers }) => {
    const { status, text } = await send(headers);
    expect(status).toBe(403);
    expect(textOf(text)).toContain('The form came from another site. Nothing was done.');
  });

  it.each<{ name: string; headers: Record<string, string> }>([
    {
      name: 'by a browser',
      headers: { 'sec-fetch-site': 'same-origin', origin: `https://${HOST}` },
    },
    {
      name: 'behind a proxy that names another host',
      headers: {
        'sec-fetch-site': 'same-origin',
        origin: `https://${HOST}`,
        host: '127.0.0.1:3000',
      },
    },
    { name: 'by an old browser', headers: { origin: `https://${HOST}` } },
    { name: 'without TLS, in a network of yours', headers: { origin: `http://${HOST}` } },
  ])('is looked at when it was sent $name', async ({ headers }) => {
    expect((await send(headers)).status).toBe(404);
  });
});
