import { describe, expect, it } from '@jest/globals';
import { Browser } from '../support/flow.ts';
import { askFrom, fateOf } from '../support/hosted.ts';
import { createDocumentApp, DOCUMENT, documentHost, publish } from './support/document-app.ts';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

const host = documentHost();

describe('for how long a document is kept (J215)', () => {
  it.each([
    { says: 'max-age=600', seconds: 600 },
    { says: 'public, max-age=7200, s-maxage=600', seconds: 600 },
    { says: 'max-age=5', seconds: MINUTE },
    { says: 'no-store', seconds: MINUTE },
    { says: 'private, max-age=600', seconds: MINUTE },
    { says: 'max-age=864000', seconds: DAY },
  ])('$says: $seconds seconds', async ({ says, seconds }) => {
    const id = publish(host(), '/c', {}, { 'cache-control': says });
    const { app, clock } = createDocumentApp(host());
    const browser = new Browser(app, 'alice');
    const fetchesAfterAsking = async (): Promise<number> => {
      expect(fateOf(await askFrom(browser, id))).toBe('asked');
      return host().requests.length;
    };
    expect(await fetchesAfterAsking()).toBe(1);
    // The cache counts the moments since the answer by the real clock: what is left is a little less.
    clock.advance((seconds - 2) * 1000);
    expect(await fetchesAfterAsking()).toBe(1);
    clock.advance(2000);
    expect(await fetchesAfterAsking()).toBe(2);
  });
});

describe('how long a document may be (CIMD-06)', () => {
  it.each([
    { bytes: 5120, want: 'asked' },
    { bytes: 5121, want: '400' },
  ])('$bytes bytes: $want', async ({ bytes, want }) => {
    const client_id = host().url('/long');
    const without = JSON.stringify({ client_id, ...DOCUMENT, x: '' });
    const x = 'x'.repeat(bytes - Buffer.byteLength(without));
    const text = JSON.stringify({ client_id, ...DOCUMENT, x });
    expect(Buffer.byteLength(text)).toBe(bytes);
    host().json('/long', text);
    const { app } = createDocumentApp(host());
    expect(fateOf(await askFrom(new Browser(app, 'alice'), client_id))).toBe(want);
  });
});
