import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createEnvelopes, UnopenedError, type Envelopes } from '../../lib/tokens/envelope.ts';

const ISSUER = 'https://auth.example.com';
const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];
const TEXT = 'what nobody may read, \u00fcber alles';

function envelopes(secrets: readonly string[], issuer = ISSUER): Envelopes {
  return createEnvelopes({ secrets, issuer, randomBytes });
}

function situationOf(open: () => unknown): string {
  try {
    open();
  } catch (error) {
    if (error instanceof UnopenedError) return error.situation;
    throw error;
  }
  return 'opened';
}

/** The parts of the one copy of an envelope. */
const SEALED = envelopes([A]).seal('signing_keys', TEXT);
const [VERSION = '', ID = '', NONCE = '', BODY = ''] = SEALED.split('.');
const TAG_LENGTH = Math.ceil((16 * 4) / 3);

/** With another bit in the byte at a place, counted from the end when it is negative. */
function flipped(base64url: string, place: number): string {
  const bytes = Buffer.from(base64url, 'base64url');
  const i = place < 0 ? bytes.length + place : place;
  bytes[i] = (bytes[i] ?? 0) ^ 1;
  return bytes.toString('base64url');
}

const bytesOf = (base64url: string): number[] => [...Buffer.from(base64url, 'base64url').keys()];

describe('an envelope that was changed stays closed', () => {
  it.each([
    ...bytesOf(ID).map((i) => ({
      name: `byte ${String(i)} of the id`,
      text: [VERSION, flipped(ID, i), NONCE, BODY].join('.'),
      want: 'unknown secret',
    })),
    ...bytesOf(NONCE).map((i) => ({
      name: `byte ${String(i)} of the nonce`,
      text: [VERSION, ID, flipped(NONCE, i), BODY].join('.'),
      want: 'damaged',
    })),
    ...bytesOf(BODY).map((i) => ({
      name: `byte ${String(i)} of ciphertext and tag`,
      text: [VERSION, ID, NONCE, flipped(BODY, i)].join('.'),
      want: 'damaged',
    })),
    { name: 'a later version', text: ['2', ID, NONCE, BODY].join('.'), want: 'unknown version' },
    { name: 'version 10', text: ['10', ID, NONCE, BODY].join('.'), want: 'unknown version' },
    { name: 'a later version of another form', text: '2.what.ever', want: 'unknown version' },
    { name: 'no version', text: [ID, NONCE, BODY].join('.'), want: 'damaged' },
    { name: 'a part more', text: `${SEALED}.x`, want: 'damaged' },
    { name: 'a part less', text: [VERSION, ID, NONCE].join('.'), want: 'damaged' },
    { name: 'nothing', text: '', want: 'damaged' },
    { name: 'what stands beside it', text: `${SEALED} x`, want: 'damaged' },
    { name: 'a line end', text: `${SEALED}\n`, want: 'damaged' },
    {
      name: 'a shorter tag',
      text: [VERSION, ID, NONCE, BODY.slice(0, -4)].join('.'),
      want: 'damaged',
    },
    {
      name: 'the tag alone',
      text: [VERSION, ID, NONCE, BODY.slice(-TAG_LENGTH)].join('.'),
      want: 'damaged',
    },
    { name: 'padding', text: `${SEALED}=`, want: 'damaged' },
  ])('$name', ({ text, want }) => {
    expect(situationOf(() => envelopes([A]).open('signing_keys', text))).toBe(want);
  });

  it('spare bits at the end included', () => {
    // Two bytes are three characters, of which the last has two bits that say nothing.
    const [text = ''] = ['', '1', '12']
      .map((more) => envelopes([A]).seal('signing_keys', TEXT + more))
      .filter((sealed) => Buffer.from(sealed.split('.')[3] ?? '', 'base64url').length % 3 === 2);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const other = alphabet[alphabet.indexOf(text.at(-1) ?? '') ^ 1] ?? '';
    expect(situationOf(() => envelopes([A]).open('signing_keys', text))).toBe('opened');
    const spelled = text.slice(0, -1) + other;
    expect(situationOf(() => envelopes([A]).open('signing_keys', spelled))).toBe('damaged');
  });
});

describe('an envelope in another place stays closed', () => {
  it('of another issuer', () => {
    const open = (): unknown =>
      envelopes([A], 'https://other.example.com').open('signing_keys', SEALED);
    expect(situationOf(open)).toBe('damaged');
  });

  it('under the name of another secret', () => {
    const [, id = ''] = envelopes([B]).seal('signing_keys', TEXT).split('.');
    const moved = [VERSION, id, NONCE, BODY].join('.');
    expect(situationOf(() => envelopes([A, B]).open('signing_keys', moved))).toBe('damaged');
  });

  it.each([
    { name: 'another secret', sealed: [A], opening: [B] },
    { name: 'several others', sealed: [A], opening: [B, C] },
    { name: 'a secret that was taken out', sealed: [B, C], opening: [A] },
  ])('with $name', ({ sealed, opening }) => {
    const text = envelopes(sealed).seal('signing_keys', TEXT);
    expect(situationOf(() => envelopes(opening).open('signing_keys', text))).toBe('unknown secret');
  });
});

describe('an envelope', () => {
  it.each([
    { sealed: [A], opening: [A], isForAll: true },
    { sealed: [A], opening: [A, B], isForAll: false },
    { sealed: [A, B], opening: [A], isForAll: false },
    { sealed: [A, B], opening: [B], isForAll: false },
    { sealed: [A, B], opening: [B, A], isForAll: true },
    { sealed: [A, B], opening: [B, C], isForAll: false },
    { sealed: [A, A], opening: [A], isForAll: true },
  ])('of $sealed.length secrets opens with any: %#', ({ sealed, opening, isForAll }) => {
    const text = envelopes(sealed).seal('signing_keys', TEXT);
    expect(envelopes(opening).open('signing_keys', text)).toEqual({ text: TEXT, isForAll });
  });

  it('has one copy for each secret, and is another each time', () => {
    const [one, other] = [1, 2].map(() => envelopes([A, B]).seal('signing_keys', TEXT).split(' '));
    expect(one).toHaveLength(2);
    expect(new Set([...(one ?? []), ...(other ?? [])]).size).toBe(4);
  });

  it('shows nothing of its text and of its secret', () => {
    const bytes = SEALED.split('.').map((part) =>
      Buffer.from(part, 'base64url').toString('latin1'),
    );
    expect([SEALED, ...bytes].join()).not.toMatch(/nobody|aaaa/);
    expect(JSON.stringify(new UnopenedError('damaged'))).not.toContain('nobody');
  });

  it('asks for a nonce of 96 bits for each copy', () => {
    const asked: number[] = [];
    const counting = (size: number): Buffer => {
      asked.push(size);
      return randomBytes(size);
    };
    createEnvelopes({ secrets: [A, B], issuer: ISSUER, randomBytes: counting }).seal(
      'signing_keys',
      TEXT,
    );
    expect(asked).toEqual([12, 12]);
  });
});
