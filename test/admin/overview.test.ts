import { describe, expect, it } from '@jest/globals';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { createAdminApp, textOf } from './support.ts';

describe('the overview', () => {
  it('says that nothing happened where nothing did', async () => {
    const { get } = createAdminApp();
    const text = textOf((await get('/')).text);
    expect(text).toContain('0 registrations');
    expect(text).toContain('Nothing: no client came with less than the baseline holds.');
  });

  it('has what the instances counted, by scope and rule and by error', async () => {
    const { get, store, clock } = createAdminApp();
    await store.stats.add({
      'client.registered': 7,
      'client.registered expanded': 5,
      // Updates and documents, too.
      'client.expanded': 9,
      'added offline_access global': 9,
      'refused invalid_scope': 3,
    });
    clock.advance(60 * 60 * 1000);
    await store.stats.add({ 'client.registered': 1, 'grant.created': 2 });
    const text = textOf((await get('/')).text);
    for (const said of [
      '8 registrations',
      '5 of them expanded',
      '2 consents given',
      'offline_access global 9',
      'invalid_scope 3',
      'registered (8) expanded by the baseline (5)',
    ]) {
      expect(text).toContain(said);
    }
  });

  it.each<{ registration: 'open' | 'token' | 'off'; says: string }>([
    {
      registration: 'off',
      says: 'Registration is off: no client can register. Those that are known go on as before. DCR_REGISTRATION=off',
    },
    {
      registration: 'token',
      says: 'Registration is for clients with an initial access token. DCR_REGISTRATION=token',
    },
    { registration: 'open', says: 'Overview The last 2 days' },
  ])('says who may register where not everybody may: $registration', async (options) => {
    const { registration, says } = options;
    const initialAccessTokens = registration === 'token' ? ['t'.repeat(43)] : [];
    const { get } = createAdminApp({ options: { registration, initialAccessTokens } });
    expect(textOf((await get('/')).text)).toContain(says);
  });

  it('says that an operator has closed it, when and why', async () => {
    const { get, server } = createAdminApp();
    await server.clients.closeRegistration({ reason: 'a flood <b>' });
    const since = server.clients.registration().closed?.since.toISOString() ?? '';
    const { text } = await get('/');
    expect(textOf(text)).toContain(
      `An operator has closed registration, at ${since}: a flood &lt;b&gt; . No client can register or change its registration until express-dcr registration open`,
    );
    expect(textOf((await get('/policy')).text)).toContain('open, but closed by an operator');
  });

  it('calls the baseline function by its name', async () => {
    const { get, store } = createAdminApp({ options: { baseline: () => [] } });
    await store.stats.add({ 'added email hook': 2 });
    expect(textOf((await get('/')).text)).toContain('email baseline function 2');
    expect((await get('/clients?rule=hook')).text).toContain(
      '<option value="hook" selected>baseline function</option>',
    );
    expect(textOf((await get('/policy')).text)).toContain('Baseline function baseline yes');
  });

  it('goes as far back as it is asked to', async () => {
    const { get, store, clock } = createAdminApp();
    await store.stats.add({ 'client.registered': 3 });
    clock.advance(3 * 24 * 60 * 60 * 1000);
    expect(textOf((await get('/')).text)).toContain('0 registrations');
    expect(textOf((await get('/?hours=168')).text)).toContain('3 registrations');
    expect(textOf((await get('/?hours[]=168')).text)).toContain('0 registrations');
  });

  it('has the conditions of health, in words', async () => {
    const { get } = createAdminApp();
    expect(textOf((await get('/')).text)).toContain(
      'persistence warn Clients and logins are kept in memory only: a restart loses them.',
    );
  });

  it('is not available while the store is away, and says so', async () => {
    const away = Object.assign(new Error('away'), { code: 'ERR_DCR_STORE_UNAVAILABLE' });
    const store = Object.assign(new MemoryStore(), {
      stats: { add: async () => undefined, read: async () => Promise.reject(away) },
    });
    const { get, log } = createAdminApp({ options: { store } });
    const { status, text } = await get('/');
    expect(status).toBe(503);
    expect(textOf(text)).toContain('The store does not answer at the moment.');
    expect(log.at('error')).toHaveLength(1);
  });
});
