import { describe, expect, it } from '@jest/globals';
import { parseClientMetadata } from '../../lib/protocol/client-metadata.ts';
import { refusalOf } from './refusal.ts';

const redirect_uris = ['https://app.example.com/cb'];
const parse = (contacts: unknown): object => parseClientMetadata({ redirect_uris, contacts }).kept;
const refusal = (contacts: unknown): object => refusalOf(() => parse(contacts));
const invalid = (error_description: string): object => ({
  error: 'invalid_client_metadata',
  error_description,
});

const NO_LIST = invalid('contacts must be a list of strings');
const UNSOUND = invalid('contacts must be at most 10 texts of at most 256 visible characters');

describe('contacts (RFC 7591 §2): refused', () => {
  it.each([
    1,
    true,
    false,
    {},
    { 0: 'dev@example.com', length: 1 },
    [1],
    [null],
    ['dev@example.com', null],
    [['dev@example.com']],
    [{ email: 'dev@example.com' }],
    Array.from<string>({ length: 2 }),
  ])('what is no list of texts: %j', (contacts) => {
    expect(refusal(contacts)).toEqual(NO_LIST);
  });

  it.each([
    { name: 'of 257 characters', contacts: ['a'.repeat(257)] },
    { name: 'with a line end', contacts: ['dev@example.com\nBcc: all@example.com'] },
    { name: 'with a null', contacts: ['dev@example.com\0'] },
    { name: 'with an escape', contacts: ['\u001b[2J'] },
    { name: 'with a right-to-left override', contacts: ['\u202emoc.elpmaxe@ved'] },
    { name: 'with a zero-width space', contacts: ['dev@exam\u200bple.com'] },
    { name: 'with half a surrogate pair', contacts: ['dev\ud83d@example.com'] },
    { name: 'after a good one', contacts: ['dev@example.com', '\u2066x'] },
    { name: 'too many', contacts: Array.from({ length: 11 }, (_, i) => `dev${i}@example.com`) },
  ])('$name', ({ contacts }) => {
    expect(refusal(contacts)).toEqual(UNSOUND);
  });

  it('without a word of what was sent', () => {
    expect(JSON.stringify(refusal(['stranger\n']))).not.toContain('stranger');
    expect(JSON.stringify(refusal({ 0: 'stranger' }))).not.toContain('stranger');
  });
});

describe('contacts (RFC 7591 §2): kept', () => {
  it('one that came without a list', () => {
    expect(parse('dev@example.com')).toEqual({ contacts: ['dev@example.com'] });
  });

  it.each([
    { name: 'an address', contacts: ['dev@example.com'] },
    { name: 'addresses of other kinds', contacts: ['https://app.example.com/help', '+1 555 0100'] },
    { name: 'markup, which is a text', contacts: ['<b>"dev" & \'co\'</b>'] },
    { name: 'other scripts', contacts: ['\u6f22\u5b57@\u4f8b\u3048.jp'] },
    { name: '256 characters', contacts: ['a'.repeat(256)] },
    { name: 'ten', contacts: Array.from({ length: 10 }, (_, i) => `dev${i}@example.com`) },
  ])('$name, as sent', ({ contacts }) => {
    expect(parse(contacts)).toEqual({ contacts });
  });

  it('each once, in the order of the client', () => {
    expect(parse(['b@example.com', 'a@example.com', 'b@example.com'])).toEqual({
      contacts: ['b@example.com', 'a@example.com'],
    });
  });

  it('without blanks', () => {
    expect(parse(['', 'a@example.com', '  '])).toEqual({ contacts: ['a@example.com'] });
  });

  it.each([undefined, null, '', [], [''], [' ', '']])(
    'as nothing when there are none: %j',
    (none) => {
      expect(parse(none)).toEqual({});
    },
  );
});
