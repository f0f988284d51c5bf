import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metrics, trace } from '@opentelemetry/api';
import { randomBytes, randomUUID } from 'node:crypto';
import { createTestApp } from '../support/app.ts';
import {
  Browser,
  createPkce,
  METADATA,
  refreshRequest,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { manage, registered } from '../support/management.ts';
import { installSdk, type HostSdk } from '../support/telemetry.ts';
import { grantTokens } from './support/grant.ts';
import { send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const REGISTRATIONS = 'express_dcr.registrations';
const REFUSALS = 'express_dcr.refusals';
const EVENTS = 'express_dcr.audit.events';
const DURATION = 'express_dcr.request.duration';

let sdk: HostSdk;

beforeEach(() => {
  sdk = installSdk();
});

afterEach(async () => {
  await sdk.end();
});

describe('the metrics', () => {
  it('count registrations by outcome, and scopes that the baseline added by rule', async () => {
    const { app } = createTestApp({ options: { baselineClientScopes: ['offline_access'] } });
    await register(app, { scope: 'openid' });
    await register(app, { scope: 'openid offline_access' });
    await register(app, { redirect_uris: [] });
    expect(await sdk.of(REGISTRATIONS)).toEqual([
      { attributes: { 'express_dcr.outcome': 'accepted' }, count: 2 },
      {
        attributes: { 'express_dcr.outcome': 'refused', 'error.type': 'invalid_redirect_uri' },
        count: 1,
      },
    ]);
    expect(await sdk.of('express_dcr.scope.expansions')).toEqual([
      {
        attributes: { 'express_dcr.scope': 'offline_access', 'express_dcr.rule': 'global' },
        count: 1,
      },
    ]);
  });

  it('count what happens to grants, by the names of the audit', async () => {
    const made = await grantTokens();
    await made.rotate(made.refreshToken);
    made.clock.advance(30_001);
    await made.refresh(made.refreshToken);
    const events = (await sdk.of(EVENTS)).map(({ attributes, count }) => [
      attributes['express_dcr.event'],
      attributes['express_dcr.actor'],
      count,
    ]);
    expect(events).toEqual([
      ['client.registered', 'client', 1],
      ['grant.created', 'person', 1],
      ['refresh.reused', 'client', 1],
    ]);
  });

  it('count refusals by error and endpoint, also those that a redirect or a page tells', async () => {
    const { app } = createTestApp();
    const id = await registeredClientId(app, { scope: 'openid' });
    const browser = new Browser(app, 'alice');
    await browser.authorize(id, createPkce(), { scope: 'email' });
    await browser.authorize(randomUUID(), createPkce());
    await refreshRequest(app, id, 'no token');
    await send(app, 'GET', '/mcp');
    const refused = (await sdk.of(REFUSALS)).map(({ attributes }) => [
      attributes['http.request.method'],
      attributes['http.route'],
      attributes['http.response.status_code'],
      attributes['error.type'],
    ]);
    expect(refused).toEqual([
      ['GET', '/oauth/authorize', 303, 'invalid_scope'],
      ['GET', '/oauth/authorize', 400, 'invalid_client'],
      ['POST', '/oauth/token', 400, 'invalid_grant'],
      // A route of the host: which, its own metrics say.
      ['GET', undefined, 401, 'invalid_token'],
    ]);
  });

  it('measure each request in seconds, by endpoint and status', async () => {
    const { app } = createTestApp();
    const client = await registered(app);
    await manage(app, 'get', client);
    await send(app, 'OPTIONS', '/oauth/token');
    await send(app, 'PURGE', '/oauth/token');
    const measured = (await sdk.series()).filter(({ name }) => name === DURATION);
    expect(measured.map(({ attributes, unit, count }) => [attributes, unit, count])).toEqual(
      [
        ['POST', '/oauth/register', 201],
        ['GET', '/oauth/register/:client_id', 200],
        ['OPTIONS', '/oauth/token', 204],
        ['_OTHER', '/oauth/token', 405],
      ].map(([method, route, status]) => [
        {
          'http.request.method': method,
          'http.route': route,
          'http.response.status_code': status,
        },
        's',
        1,
      ]),
    );
  });

  it('count what the store cannot do, and the requests that fail for it', async () => {
    const { app, store } = createWatchedApp();
    const id = await registeredClientId(app);
    store.fail();
    await refreshRequest(app, id, `${randomBytes(16).toString('base64url')}.1.x`);
    await register(app);
    const failed = { 'error.type': 'ERR_DCR_STORE_UNAVAILABLE' };
    const errors = await sdk.of('express_dcr.store.errors');
    expect(errors).toContainEqual({
      attributes: { ...failed, 'express_dcr.store.operation': 'clients.find' },
      count: 1,
    });
    expect(errors).toContainEqual({
      attributes: { ...failed, 'express_dcr.store.operation': 'clients.insert' },
      count: 1,
    });
    expect(await sdk.of(REGISTRATIONS)).toContainEqual({
      attributes: { 'express_dcr.outcome': 'failed', 'error.type': 'temporarily_unavailable' },
      count: 1,
    });
    expect((await sdk.of(DURATION)).map(({ attributes }) => attributes['error.type'])).toEqual([
      undefined,
      '503',
      '503',
    ]);
  });

  it('count as refused what comes while an operator has closed registration', async () => {
    const { app, server } = createTestApp();
    await server.clients.closeRegistration();
    expect((await register(app)).status).toBe(503);
    expect(await sdk.of(REGISTRATIONS)).toContainEqual({
      attributes: { 'express_dcr.outcome': 'refused', 'error.type': 'temporarily_unavailable' },
      count: 1,
    });
  });

  it('are no more series, whatever strangers send (LOG-08)', async () => {
    const { app } = createTestApp({ options: { unsupportedScopes: 'drop' } });
    const id = await registeredClientId(app);
    const round = async (text: string): Promise<void> => {
      await register(app, { ...METADATA, client_name: text, scope: `openid ${text}` });
      await register(app, { redirect_uris: [`https://${text}.example/#${text}`] });
      await tokenRequest(app, { grant_type: text, client_id: text });
      await refreshRequest(app, text, text, { scope: text });
      await refreshRequest(app, id, `${text}.1.${text}`);
      await new Browser(app, 'alice').authorize(text, createPkce(), { scope: text, state: text });
      await send(app, 'GET', `/oauth/register/${text}`, {
        headers: { Authorization: `Bearer ${text}`, 'X-Forwarded-For': text, 'User-Agent': text },
      });
      await send(app, 'GET', `/oauth/${text}?${text}=${text}`);
    };
    await round('first');
    const before = (await sdk.series()).length;
    for (let i = 0; i < 20; i += 1) await round(randomBytes(6).toString('hex'));
    expect(before).toBeGreaterThan(5);
    expect(await sdk.series()).toHaveLength(before);
  });
});

describe('the charts of the operator', () => {
  it('are told of refusals too, but for those at routes of the host', async () => {
    const { app, server, store } = createWatchedApp();
    await register(app, { redirect_uris: [] });
    await send(app, 'GET', '/mcp');
    await server.close();
    const [hour] = await store.stats.read(1);
    expect(hour?.counts).toEqual({ 'refused invalid_redirect_uri': 1 });
  });
});

describe('a host', () => {
  it('that installs its SDK after it made the server is told from then on', async () => {
    await sdk.end();
    const { app } = createTestApp();
    await register(app);
    sdk = installSdk();
    await register(app);
    expect(await sdk.of(REGISTRATIONS)).toMatchObject([{ count: 1 }]);
  });

  it('whose SDK throws is served all the same', async () => {
    await sdk.end();
    metrics.setGlobalMeterProvider({
      getMeter() {
        throw new Error('the SDK is broken');
      },
    });
    const { app, log } = createTestApp();
    expect((await register(app)).status).toBe(201);
    expect((await register(app, { redirect_uris: [] })).status).toBe(400);
    expect(log.at('error')).toEqual([]);
  });
});

describe('the traces', () => {
  it('have a span for each request, named by the endpoint, without who asked', async () => {
    const { app } = createTestApp();
    const client = await registered(app);
    await manage(app, 'get', client);
    await refreshRequest(app, client.client_id, 'no token');
    const spans = sdk.spans().map(({ name, attributes }) => ({ name, ...attributes }));
    const request = (method: string, route: string, status: number): object => ({
      name: `${method} ${route}`,
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
    });
    expect(spans).toEqual([
      request('POST', '/oauth/register', 201),
      request('GET', '/oauth/register/:client_id', 200),
      { ...request('POST', '/oauth/token', 400), 'error.type': 'invalid_grant' },
    ]);
    expect(JSON.stringify(spans)).not.toContain(client.client_id);
  });

  it('hold what the host does for a request', async () => {
    const user = (): undefined => {
      trace.getTracer('host').startSpan('look up the session').end();
    };
    const { app } = createTestApp({ login: { user } });
    const id = await registeredClientId(app);
    await new Browser(app).authorize(id, createPkce());
    const [, inner, outer] = sdk.spans();
    expect([inner?.name, outer?.name]).toEqual(['look up the session', 'GET /oauth/authorize']);
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  });

  it('say of a request that failed on our side that it did, and why', async () => {
    const { app, store } = createWatchedApp();
    store.fail();
    await register(app);
    const [span] = sdk.spans();
    expect(span?.status).toEqual({ code: 2 });
    expect(span?.attributes).toMatchObject({ 'error.type': 'temporarily_unavailable' });
  });
});
