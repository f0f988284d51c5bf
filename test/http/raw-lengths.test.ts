import { describe, expect, it } from '@jest/globals';
import { METADATA, type Form } from '../support/flow.ts';
import { isRedeemable, issueCode } from './support/grant.ts';
import { exchange, statusesIn } from './support/raw.ts';
import { createWatchedApp } from './support/watched-app.ts';

const METADATA_TEXT = JSON.stringify(METADATA);

/** One request as bytes, which says that its body has another length than it has. */
function post(path: string, type: string, length: number, body: string): string {
  return [
    `POST ${path} HTTP/1.1`,
    'Host: auth.example.com',
    `Content-Type: ${type}`,
    `Content-Length: ${String(length)}`,
    '',
    body,
  ].join('\r\n');
}

const registration = (length: number, body: string): string =>
  post('/oauth/register', 'application/json', length, body);
const redemption = (length: number, body: string): string =>
  post('/oauth/token', 'application/x-www-form-urlencoded', length, body);

const encoded = (form: Form): string =>
  new URLSearchParams(form as Record<string, string>).toString();

const MISSING = [1, 10, 60_000];
/** Each cuts the body at another place. */
const TOO_MANY = [1, 10, 100];

describe('a body that ends before the length that was claimed (HTTP-01)', () => {
  it.each(MISSING)(
    'is no registration, whole as it may look: %i bytes missing',
    async (missing) => {
      const { app, store } = createWatchedApp();
      const bytes = registration(METADATA_TEXT.length + missing, METADATA_TEXT);
      expect(statusesIn(await exchange(app, bytes, true))).toEqual([400]);
      expect(store.writes).toEqual([]);
    },
  );

  it.each(MISSING)('spends no code, whole as it may look: %i bytes missing', async (missing) => {
    const issued = await issueCode();
    const form = encoded(issued.form);
    const bytes = redemption(form.length + missing, form);
    expect(statusesIn(await exchange(issued.app, bytes, true))).toEqual([400]);
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });
});

describe('a body that goes on behind the length that was claimed (HTTP-01)', () => {
  it.each(TOO_MANY)('is no registration where that cuts it: %i bytes too many', async (more) => {
    const { app, store } = createWatchedApp();
    const bytes = registration(METADATA_TEXT.length - more, METADATA_TEXT);
    expect(statusesIn(await exchange(app, bytes))).toEqual([400]);
    expect(store.writes).toEqual([]);
  });

  it.each(TOO_MANY)('spends no code where that cuts it: %i bytes too many', async (more) => {
    const issued = await issueCode();
    const form = encoded(issued.form);
    const bytes = redemption(form.length - more, form);
    expect(statusesIn(await exchange(issued.app, bytes))).toEqual([400]);
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });

  it.each(['x', '{}', '\r\n\r\n{}'])(
    'is at most one registration and one answer with %j behind a whole one',
    async (more) => {
      const { app, store } = createWatchedApp();
      const bytes = registration(METADATA_TEXT.length, `${METADATA_TEXT}${more}`);
      expect(statusesIn(await exchange(app, bytes)).length).toBeLessThanOrEqual(1);
      expect(['', 'clients.insert']).toContain(store.writes.join());
    },
  );

  it.each(['x', '&code=x', '\r\n\r\ngrant_type=x'])(
    'spends a code at most once and has one answer with %j behind a whole one',
    async (more) => {
      const { app, form, store } = await issueCode();
      const body = encoded(form);
      const bytes = redemption(body.length, `${body}${more}`);
      expect(statusesIn(await exchange(app, bytes)).length).toBeLessThanOrEqual(1);
      const redeemed = store.writes.filter((call) => call === 'grants.redeem');
      expect(redeemed.length).toBeLessThanOrEqual(1);
    },
  );
});
