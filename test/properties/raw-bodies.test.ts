import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FORM_TYPE, JSON_TYPE, send } from '../http/support/send.ts';
import { createTestApp } from '../support/app.ts';
import { MARK, METADATA_NAMES } from './hostile.ts';
import { expectOAuthRefusal } from './oauth-answer.ts';
import { runs } from './runs.ts';

const { app, log } = createTestApp();

const RIGHT = '{"redirect_uris":["https://app.example.com/cb"],"client_name":"A client"}';

/** Bytes that are no UTF-8, wherever they are put. */
const badBytes = fc
  .constantFrom('ff', 'fe', 'c0af', 'eda080', 'f8888080', 'c3', '80', '00', 'f4908080')
  .map((hex) => Buffer.from(hex, 'hex'));

const bytes = fc.uint8Array({ maxLength: 300 }).map((given) => Buffer.from(given));

/** A right body, cut, and with bytes in between that belong nowhere. */
const spoiled = fc
  .tuple(fc.nat(RIGHT.length - 1), badBytes)
  .map(([place, bad]) => Buffer.concat([Buffer.from(RIGHT.slice(0, place)), bad]));

const notJson = fc.oneof(
  bytes,
  spoiled,
  fc.nat(RIGHT.length - 1).map((length) => Buffer.from(RIGHT.slice(0, length))),
  fc
    .constantFrom('utf16le' as const, 'latin1' as const)
    .map((encoding) => Buffer.from(`\ufeff${RIGHT}`, encoding)),
  fc
    .constantFrom(`${RIGHT}${RIGHT}`, `'${MARK}'`, `{a:${MARK}}`, `<a>${MARK}</a>`, 'NaN', MARK)
    .map((text) => Buffer.from(text)),
);

const notForm = fc.oneof(bytes, spoiled, notJson);

/** Media types that are not the one, or that only look like it. */
const otherType = fc.constantFrom(
  ...['text/plain', 'text/html', 'multipart/form-data; boundary=x', MARK, `application/${MARK}`],
  ...['application/json; charset=utf-16', `application/json; charset=${MARK}`, 'application/jsonx'],
  ...['application/x-www-form-urlencoded; charset=latin1', '*/*', '', ';', 'application/json,a/b'],
);

describe('a body that is not what it says', () => {
  it('is refused at POST /oauth/register when it is no JSON', async () => {
    await fc.assert(
      fc.asyncProperty(notJson, async (body) => {
        const answer = await send(app, 'POST', '/oauth/register', { headers: JSON_TYPE, body });
        const error = expectOAuthRefusal(answer);
        expect(['invalid_client_metadata', 'invalid_redirect_uri']).toContain(error);
        expect(log.at('error')).toEqual([]);
      }),
      runs(80),
    );
  });

  it('is refused at POST /oauth/token when it is no form', async () => {
    await fc.assert(
      fc.asyncProperty(notForm, async (body) => {
        const answer = await send(app, 'POST', '/oauth/token', { headers: FORM_TYPE, body });
        expect(expectOAuthRefusal(answer)).toBe('invalid_request');
        expect(log.at('error')).toEqual([]);
      }),
      runs(80),
    );
  });

  it('is refused at both when its type is another', async () => {
    const path = fc.constantFrom('/oauth/register', '/oauth/token');
    await fc.assert(
      fc.asyncProperty(path, otherType, notJson, async (to, type, body) => {
        const headers = { 'Content-Type': type };
        const answer = await send(app, 'POST', to, { headers, body });
        expect(answer.status).toBe(415);
        expect(expectOAuthRefusal(answer)).toBe('invalid_request');
      }),
      runs(60),
    );
  });
});

describe('a registration that only text can hold', () => {
  const name = fc.constantFrom(...METADATA_NAMES, '__proto__', 'x_unknown');

  it('is answered however deep its members go', async () => {
    const depth = fc.oneof(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 5000, max: 30_000 }),
    );
    await fc.assert(
      fc.asyncProperty(name, depth, fc.boolean(), async (member, levels, list) => {
        const [open, close] = list || levels > 9000 ? ['[', ']'] : ['{"a":', '}'];
        const value = `${open.repeat(levels)}1${close.repeat(levels)}`;
        const body = `${RIGHT.slice(0, -1)},"${member}":${value}}`;
        const answer = await send(app, 'POST', '/oauth/register', { headers: JSON_TYPE, body });
        if (answer.status !== 201) expectOAuthRefusal(answer);
        expect(log.at('error')).toEqual([]);
      }),
      runs(60),
    );
  });

  it('is answered when bytes in it are no UTF-8', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(RIGHT.length), badBytes, async (place, bad) => {
        const [before, after] = [RIGHT.slice(0, place), RIGHT.slice(place)];
        const body = Buffer.concat([Buffer.from(before), bad, Buffer.from(after)]);
        const answer = await send(app, 'POST', '/oauth/register', { headers: JSON_TYPE, body });
        if (answer.status !== 201) expectOAuthRefusal(answer);
        expect(log.at('error')).toEqual([]);
      }),
      runs(80),
    );
  });

  it('is judged by the last of two members of one name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), async (good) => {
        const bad = '"redirect_uris":["http://evil.example/"]';
        const right = '"redirect_uris":["https://app.example.com/cb"]';
        const body = `{${good ? `${bad},${right}` : `${right},${bad}`}}`;
        const answer = await send(app, 'POST', '/oauth/register', { headers: JSON_TYPE, body });
        expect(answer.status).toBe(good ? 201 : 400);
      }),
      runs(4),
    );
  });
});
