import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { expectApiError } from '../http/support/expect.ts';
import type { AuditEvent } from '../../lib/operations/audit-events.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { REDIRECT_URI } from '../support/flow.ts';
import { ALIVE, ASKED, connectedApp, fatesAt } from '../support/legs.ts';
import { manage, registered, update } from '../support/management.ts';
import { STORE_KINDS } from '../support/stores.ts';

describe.each(STORE_KINDS)('registration that an operator closes ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let here: TestApp;
  let events: AuditEvent[];

  beforeEach(() => {
    events = [];
    deployment = createDeployment(storeKind, ASKED);
    here = deployment.start({ onEvent: (event) => events.push(event) });
  });
  afterEach(() => deployment.close());

  const register = ({ app }: TestApp = here) =>
    supertest(app)
      .post('/oauth/register')
      .send({ redirect_uris: [REDIRECT_URI] });

  it('tells who comes to come back, and nobody who is there, until it is opened', async () => {
    const app = await connectedApp(here);
    const other = await registered(here.app);
    expect(here.server.clients.registration()).toEqual({ mode: 'open' });
    expect(await here.server.clients.closeRegistration({ reason: 'a flood' })).toBe(true);
    expect(here.server.clients.registration()).toEqual({
      mode: 'open',
      closed: { since: expect.any(Date), reason: 'a flood' },
    });
    const refused = await register();
    expectApiError(refused, 503, 'temporarily_unavailable');
    expect(refused.headers).toHaveProperty('retry-after', '60');
    expect(refused.text).not.toContain('flood');
    expectApiError(await update(here.app, other, {}), 503, 'temporarily_unavailable');
    expect((await manage(here.app, 'get', other)).status).toBe(200);
    expect((await manage(here.app, 'delete', other)).status).toBe(204);
    expect(await fatesAt(here, app)).toEqual(ALIVE);

    expect(await here.server.clients.openRegistration()).toBe(true);
    expect(await here.server.clients.openRegistration()).toBe(false);
    expect((await register()).status).toBe(201);
    const told = events.filter(({ name }) => name.startsWith('registration.'));
    expect(told.map(({ time: _time, ...event }) => event)).toEqual([
      { name: 'registration.closed', by: 'operator', reason: 'a flood' },
      { name: 'registration.opened', by: 'operator' },
    ]);
  });

  it('stays closed to everybody where nobody may register anyway', async () => {
    const off = deployment.start({ registration: 'off' });
    await off.server.clients.closeRegistration();
    expect(off.server.clients.registration()).toMatchObject({ mode: 'off', closed: {} });
    expectApiError(await register(off), 403, 'access_denied');
    await off.server.clients.openRegistration();
    expectApiError(await register(off), 403, 'access_denied');
  });

  it.each(['', 'x'.repeat(201), 7 as never])('is not closed for the reason %j', async (reason) => {
    await expect(here.server.clients.closeRegistration({ reason })).rejects.toThrow(
      'reason must be a text of 1 to 200 characters',
    );
    expect((await register()).status).toBe(201);
  });

  it('is what an instance that starts knows before it answers', async () => {
    await here.server.clients.closeRegistration();
    const late = deployment.start();
    expectApiError(await register(late), 503, 'temporarily_unavailable');
    await here.server.clients.openRegistration();
  });

  if (storeKind.kind === 'memory') return;

  it('is closed and opened at the other instances within seconds', async () => {
    const there = deployment.start();
    expect((await register(there)).status).toBe(201);
    const answers = (status: number): Promise<void> =>
      eventually(async () => expect((await register(there)).status).toBe(status));
    await here.server.clients.closeRegistration();
    await answers(503);
    await here.server.clients.openRegistration();
    await answers(201);
  });
});
