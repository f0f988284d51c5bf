/**
 * Each event that a request leads to, over HTTP: what the log says and what the host is told. Those
 * of an operator's hand are shown where the operator does it.
 */
import { describe, expect, it } from '@jest/globals';
import type { AuditEvent, AuditEventName } from '../../lib/operations/audit-events.ts';
import { subjectDigest } from '../../lib/services/index-grant.ts';
import { MAX_GRANTS_PER_SUBJECT } from '../../lib/storage/store.ts';
import { DAY, newClientId, redeemedGrant } from '../contract/records.ts';
import { allowHosted, HOSTED_URI, registerHosted } from '../support/hosted.ts';
import { createTestApp, ISSUER } from '../support/app.ts';
import { documentedEvents } from '../support/documented-events.ts';
import { createAuditRecorder, eventLines, type AuditRecorder } from '../support/audit-recorder.ts';
import {
  Browser,
  createPkce,
  METADATA,
  obtainCode,
  obtainTokens,
  redemption,
  refreshRequest,
  tokenRequest,
} from '../support/flow.ts';
import { manage, registered, registrationIn, update } from '../support/management.ts';
import { grantTokens, issueCode, type Granted, type IssuedOptions } from './support/grant.ts';
import { FORM_TYPE, JSON_TYPE, send } from './support/send.ts';
import { createTwoApps, createWatchedApp } from './support/watched-app.ts';

const SCOPES = ['openid', 'profile', 'offline_access'];
const BASELINE = [{ scope: 'offline_access', rule: 'global' }];
const REGISTERED: NonNullable<AuditEvent['registered']> = [
  { scope: 'openid', origin: 'requested' },
  { scope: 'offline_access', origin: { baseline: 'global' } },
];
const network = '127.0.0.1';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

interface Told extends Granted {
  readonly audit: AuditRecorder;
}

/** Tokens of alice, and nothing told yet. */
async function granted(given: IssuedOptions = {}): Promise<Told> {
  const audit = createAuditRecorder();
  const made = await grantTokens({
    ...given,
    options: { ...given.options, onEvent: audit.onEvent },
  });
  audit.forget();
  return { ...made, audit };
}

/** What was told, and what it had to be. */
interface Scene {
  readonly told: readonly AuditEvent[];
  readonly lines: ReturnType<typeof eventLines>;
  readonly want: readonly Omit<AuditEvent, 'time'>[];
}

/** What the log and the host were told since the beginning of the last part. */
function sceneOf(
  { audit, log }: Pick<Told, 'audit' | 'log'>,
  want: readonly Omit<AuditEvent, 'time'>[],
): Scene {
  const told = [...audit.events];
  return { told, lines: eventLines(log).slice(-told.length), want };
}

async function registration(): Promise<Scene & { readonly id: string }> {
  const audit = createAuditRecorder();
  const made = createWatchedApp({
    options: { baselineClientScopes: ['offline_access'], onEvent: audit.onEvent },
  });
  const { client_id } = await registered(made.app, { scope: 'openid' });
  const decided = { client_id, requested: ['openid'], baseline: BASELINE, network };
  const same = { ...decided, registered: REGISTERED };
  return {
    id: client_id,
    ...sceneOf({ ...made, audit }, [
      { name: 'client.registered', by: 'client', ...same },
      { name: 'client.expanded', by: 'server', ...same },
    ]),
  };
}

/** By their names: every event that an app, a person or the server itself can cause. */
const SCENES: Readonly<
  Record<
    Exclude<
      AuditEventName,
      | 'client.imported'
      | 'client.blocked'
      | 'client.unblocked'
      | 'registration.closed'
      | 'registration.opened'
      | 'grants.revoked'
      | 'initial_access_token.created'
      | 'initial_access_token.revoked'
      | 'signing_key.published'
      | 'signing_key.replaced'
    >,
    Readonly<Record<string, () => Promise<Scene>>>
  >
> = {
  'client.registered': { 'a registration': registration },
  'client.expanded': { 'a registration that the baseline expands': registration },
  'client.updated': {
    'an update that asks for a secret': async () => {
      const audit = createAuditRecorder();
      const made = createWatchedApp({ options: { onEvent: audit.onEvent } });
      const client = await registered(made.app, { scope: 'openid' });
      audit.forget();
      const metadata = { scope: 'email', redirect_uris: [HOSTED_URI] };
      const confidential = { ...metadata, token_endpoint_auth_method: 'client_secret_basic' };
      registrationIn(await update(made.app, client, confidential));
      const { client_id } = client;
      const set = [{ scope: 'email', origin: 'requested' }] as const;
      const decided = { requested: ['email'], baseline: [], registered: set };
      const more = { ...decided, network, reason: 'secret issued' };
      return sceneOf({ ...made, audit }, [
        { name: 'client.updated', by: 'client', client_id, ...more },
      ]);
    },
  },
  'client.deleted': {
    'a client that ends its registration': async () => {
      const audit = createAuditRecorder();
      const made = createWatchedApp({ options: { onEvent: audit.onEvent } });
      const client = await registered(made.app);
      audit.forget();
      expect((await manage(made.app, 'delete', client)).status).toBe(204);
      const { client_id } = client;
      return sceneOf({ ...made, audit }, [
        { name: 'client.deleted', by: 'client', client_id, network },
      ]);
    },
  },
  'grant.created': {
    'a person who allows': async () => {
      const audit = createAuditRecorder();
      const made = await issueCode({
        query: { scope: 'openid' },
        options: { onEvent: audit.onEvent },
      });
      const { id: client_id, grantId: grant_id } = made;
      const grant = { client_id, subject: 'alice', grant_id, granted: ['openid'] };
      const all = sceneOf({ ...made, audit }, [
        { name: 'grant.created', by: 'person', ...grant, network },
      ]);
      return { ...all, told: all.told.slice(-1), lines: all.lines.slice(-1) };
    },
    'what the person allowed before': async () => {
      const audit = createAuditRecorder();
      const made = createWatchedApp({ options: { onEvent: audit.onEvent } });
      const client_id = await registerHosted(made.app);
      const browser = new Browser(made.app, 'alice');
      await allowHosted(browser, client_id, { scope: 'openid' });
      audit.forget();
      const again = await browser.authorize(client_id, createPkce(), {
        redirect_uri: HOSTED_URI,
        scope: 'openid',
      });
      expect(again.status).toBe(303);
      const grant_id = audit.events[0]?.grant_id ?? '';
      const grant = { client_id, subject: 'alice', grant_id, granted: ['openid'] };
      return sceneOf({ ...made, audit }, [
        { name: 'grant.created', by: 'server', ...grant, network, reason: 'allowed before' },
      ]);
    },
  },
  'consent.denied': {
    'a person who denies': async () => {
      const made = await granted();
      const { app, id: client_id } = made;
      const answer = await new Browser(app, 'bob').decide('deny', client_id, createPkce());
      expect(answer.status).toBe(303);
      return sceneOf(made, [
        { name: 'consent.denied', by: 'person', client_id, subject: 'bob', network },
      ]);
    },
  },
  'grant.revoked': {
    'a client that logs out': async () => {
      const made = await granted();
      const { app, refreshToken: token, id: client_id } = made;
      const body = new URLSearchParams({ token, client_id }).toString();
      expect((await send(app, 'POST', '/oauth/revoke', { headers: FORM_TYPE, body })).status).toBe(
        200,
      );
      return sceneOf(made, [{ ...revoked(made), by: 'client', network }]);
    },
    'a person who takes it back': async () => {
      const made = await granted();
      await made.server.grants.revoke({ subject: 'alice' });
      return sceneOf(made, [{ ...revoked(made), by: 'person' }]);
    },
    'an operator who takes it back': async () => {
      const made = await granted();
      await made.server.grants.revoke({ subject: 'alice', by: 'operator' });
      return sceneOf(made, [{ ...revoked(made), by: 'operator' }]);
    },
    'a refresh for a person who may not any more': async () => {
      let isActive = true;
      const made = await granted({ login: { active: () => isActive } });
      isActive = false;
      expect((await made.refresh(made.refreshToken)).status).toBe(400);
      return sceneOf(made, [{ ...revoked(made), by: 'server', reason: 'person not active' }]);
    },
    'a refresh when no scope is left': async () => {
      const audit = createAuditRecorder();
      const scopesSupported = ['openid', 'offline_access', 'notes:read'];
      const { first, second } = createTwoApps(
        { options: { scopesSupported } },
        { options: { scopesSupported: ['email'], onEvent: audit.onEvent } },
      );
      const tokens = await obtainTokens(first.app, 'notes:read offline_access');
      const { client_id, refresh_token = '' } = tokens;
      expect((await refreshRequest(second.app, client_id, refresh_token)).status).toBe(400);
      const [grant_id = ''] = refresh_token.split('.');
      const grant = { client_id, subject: 'alice', grant_id };
      return sceneOf({ ...second, audit }, [
        { name: 'grant.revoked', by: 'server', ...grant, reason: 'no scope left' },
      ]);
    },
    'one login more than a person can have grants': async () => {
      const made = await granted();
      const { app, id: client_id, store, audit } = made;
      const person = { subjectDigest: subjectDigest(ISSUER, 'alice'), ttlMs: DAY };
      for (let others = 1; others < MAX_GRANTS_PER_SUBJECT; others += 1) {
        const clientId = newClientId();
        const grantId = await redeemedGrant(store, { client_id: clientId, subject: 'alice' });
        await store.grants.index({ grantId, clientId, ...person });
      }
      const code = await obtainCode(app, client_id, createPkce(), { scope: 'openid' });
      const created = { client_id, subject: 'alice', grant_id: code.split('.')[0] ?? '', network };
      return sceneOf({ log: made.log, audit }, [
        { ...revoked(made), by: 'server', reason: 'too many grants' },
        { name: 'grant.created', by: 'person', ...created, granted: ['openid'] },
      ]);
    },
    'an access token of a person who may not any more': async () => {
      let isActive = true;
      const made = await granted({ login: { active: () => isActive } });
      isActive = false;
      const { access_token } = made.tokens;
      const verified = made.server.verifyAccessToken(access_token, { checkRevocation: true });
      await expect(verified).rejects.toMatchObject({ code: 'invalid_token' });
      return sceneOf(made, [{ ...revoked(made), by: 'server', reason: 'person not active' }]);
    },
  },
  'code.replayed': {
    'a code that is redeemed again': async () => {
      const audit = createAuditRecorder();
      const made = await issueCode({
        query: { scope: SCOPES.join(' ') },
        options: { onEvent: audit.onEvent },
      });
      const { app, id: client_id, code, pkce, clock, grantId: grant_id } = made;
      await tokenRequest(app, redemption(client_id, code, pkce));
      clock.advance(10_001);
      audit.forget();
      await tokenRequest(app, redemption(client_id, code, pkce));
      const grant = { client_id, subject: 'alice', grant_id, network };
      return sceneOf({ ...made, audit }, [{ name: 'code.replayed', by: 'client', ...grant }]);
    },
  },
  'refresh.reused': {
    'a refresh token that is used again': async () => {
      const made = await granted();
      await made.rotate(made.refreshToken);
      made.clock.advance(30_001);
      await refreshRequest(made.app, made.id, made.refreshToken);
      return sceneOf(made, [{ ...revoked(made), name: 'refresh.reused', by: 'client', network }]);
    },
  },
};

/** The end of alice's grant. */
function revoked({
  id: client_id,
  grantId: grant_id,
}: Granted): Pick<AuditEvent, 'name' | 'client_id' | 'subject' | 'grant_id'> {
  return { name: 'grant.revoked', client_id, subject: 'alice', grant_id };
}

describe.each(
  Object.entries(SCENES).flatMap(([name, scenes]) =>
    Object.entries(scenes).map(([scene, play]) => ({ name, scene, play })),
  ),
)('$name: $scene', ({ name, play }) => {
  it('is told once to the log and to the host, with all that belongs to it (LOG-06)', async () => {
    const { told, lines, want } = await play();
    expect(want.map((event) => event.name)).toContain(name);
    const timed = want.map((event) => ({ ...event, time: expect.stringMatching(TIME) }));
    expect(told).toEqual(timed);
    expect(lines.map(({ fields }) => fields)).toEqual(
      want.map(({ name: event, ...fields }) => ({ event, ...fields })),
    );
  });
});

describe('docs/audit-events.md', () => {
  const everywhere = ['name', 'time', 'by', 'client_id'];

  it.each(Object.entries(SCENES))('says all that is in %s, and by whom', async (name, scenes) => {
    const documented = documentedEvents().find((event) => event.name === name);
    for (const play of Object.values(scenes)) {
      const event = (await play()).told.find((one) => one.name === name);
      expect(documented?.by).toEqual(expect.arrayContaining([event?.by]));
      const members = Object.keys(event ?? {}).filter((member) => !everywhere.includes(member));
      expect(documented?.members).toEqual(expect.arrayContaining(members));
    }
  });
});

describe('the network of an event', () => {
  it.each([
    { name: 'one that no limit counts', from: '192.0.2.7', want: '192.0.2.7' },
    { name: 'the /64 of an IPv6 address', from: '2001:db8:1:2:3::4', want: '2001:db8:1:2::/64' },
    {
      name: 'who is at the other end, for what is no address',
      from: 'x{"level":"info"}',
      want: network,
    },
  ])('is $name (LOG-06)', async ({ from, want }) => {
    const audit = createAuditRecorder();
    const { app } = createTestApp({
      options: { onEvent: audit.onEvent, rateLimits: { exempt: ['192.0.2.0/24'] } },
    });
    app.set('trust proxy', 1);
    await send(app, 'POST', '/oauth/register', {
      headers: { ...JSON_TYPE, 'X-Forwarded-For': from },
      body: JSON.stringify(METADATA),
    });
    expect(audit.events).toMatchObject([{ name: 'client.registered', network: want }]);
  });
});
