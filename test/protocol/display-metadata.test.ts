import { describe, expect, it } from '@jest/globals';
import { byLanguage, parseDisplayMetadata } from '../../lib/protocol/display-metadata.ts';
import { refusalOf } from './refusal.ts';

/** Written apart, for lint takes the whole for a program. */
const SCRIPT = 'javascript';

const NAMES = ['client_name', 'client_uri', 'logo_uri', 'tos_uri', 'policy_uri'];
const WEB_URIS = ['client_uri', 'tos_uri', 'policy_uri'];

const refusal = (body: object): object => refusalOf(() => parseDisplayMetadata(body));
const invalid = (error_description: string): object => ({
  error: 'invalid_client_metadata',
  error_description,
});

const TWICE = invalid('a member is there twice in one language');
const TOO_MANY = invalid('at most 50 members can have a language tag');

/** So many members with different tags: `client_name#a`, `client_name#b`. */
function tagged(count: number, value: unknown = 'An app'): object {
  const tag = (i: number): string => `x-${String(i)}`;
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`${NAMES[0] ?? ''}#${tag(i)}`, value]),
  );
}

describe('members in several languages (RFC 7591 §2.2): refused', () => {
  it.each([51, 10_000])('%i tags (REG-25)', (count) => {
    expect(refusal(tagged(count))).toEqual(TOO_MANY);
    expect(refusal(tagged(count, null))).toEqual(TOO_MANY);
  });

  it('51 tags in all members together (REG-25)', () => {
    const body = { ...tagged(50), 'tos_uri#ja': 'https://app.example.com/tos' };
    expect(refusal(body)).toEqual(TOO_MANY);
  });

  it.each([
    ['client_name#ja', 'client_name#JA'],
    ['client_name#pt-BR', 'client_name#pt-br'],
    ['client_uri#zh-Hant-TW', 'client_uri#ZH-hant-tw'],
  ])('one language twice: %s and %s (REG-25)', (one, other) => {
    const value = one.startsWith('client_uri') ? 'https://app.example.com/' : 'An app';
    expect(refusal({ [one]: value, [other]: value })).toEqual(TWICE);
    expect(refusal({ [one]: value, [other]: null })).toEqual(TWICE);
  });

  it.each(
    WEB_URIS.flatMap((name) =>
      [
        `${SCRIPT}:alert(1)`,
        'data:text/html,x',
        'file:///etc/passwd',
        '//app.example.com/',
        'https:app.example.com',
        'https://app.example.com/ x',
        `https://app.example.com/${'a'.repeat(2025)}`,
      ].map((value) => ({ name, value })),
    ),
  )('$name of $value in any language, as without one (REG-25)', ({ name, value }) => {
    const want = invalid(`${name} must be an http or https URL`);
    expect(refusal({ [`${name}#ja`]: value })).toEqual(want);
    expect(refusal({ [name]: value })).toEqual(want);
  });

  it.each(
    NAMES.flatMap((name) =>
      [1, 0, true, false, [], ['text'], {}, { toString: 'text' }].map((value) => ({ name, value })),
    ),
  )('$name that is no text in any language: $value', ({ name, value }) => {
    expect(refusal({ [`${name}#ja`]: value })).toEqual(invalid(`${name} must be a string`));
  });

  it.each([
    { name: 'a line end', value: 'App\nlevel=admin' },
    { name: 'a right-to-left override', value: 'App \u202egnp.exe' },
    { name: 'a zero-width space', value: 'Git\u200bHub' },
    { name: 'half a surrogate pair', value: 'App\ud83dx' },
    { name: 'marks that reach into other lines', value: `A${'\u0300'.repeat(7)}` },
  ])('a client_name with $name in any language', ({ value }) => {
    const want = invalid('client_name has control, bidirectional or invisible characters');
    expect(refusal({ client_name: 'An app', 'client_name#ar': value })).toEqual(want);
  });

  it('a client_name of 257 characters in any language', () => {
    const want = invalid('client_name is longer than 256 characters');
    expect(refusal({ 'client_name#de': 'a'.repeat(257) })).toEqual(want);
  });

  it('without a word of what was sent, the tag included', () => {
    for (const body of [
      { 'client_name#stranger': 1 },
      { 'client_name#stranger': 'a'.repeat(257) },
      { 'tos_uri#stranger': 'stranger' },
    ]) {
      expect(JSON.stringify(refusal(body))).not.toContain('stranger');
    }
  });
});

describe('members in several languages (RFC 7591 §2.2): read', () => {
  it.each([
    '',
    '#',
    'ja#',
    '#ja',
    'ja#fr',
    '<script>',
    '"><img src=x onerror=alert(1)>',
    "' onload='",
    '__proto__',
    'constructor prototype',
    'ja\n',
    'ja ',
    ' ja',
    'ja_JP',
    'ja-',
    '-ja',
    'ja--JP',
    '1ja',
    'abcdefghi',
    'ja-abcdefghi',
    'a-b-c-d-e-f-g-h-i',
    'fran\u00e7ais',
    '\u202eja',
    '*',
    'aaaaaaaaa',
  ])('nothing under the tag %j, which is none (REG-25)', (tag) => {
    for (const name of NAMES) {
      const value = name === 'client_name' ? 'An app' : 'https://app.example.com/';
      expect(parseDisplayMetadata({ client_name: 'An app', [`${name}#${tag}`]: value })).toEqual({
        client_name: 'An app',
      });
    }
  });

  it('each under the name it has on the wire', () => {
    const localized = {
      'client_name#ja': '\u30a2\u30d7\u30ea',
      'client_name#pt-BR': 'Aplicativo',
      'client_uri#zh-Hant-TW': 'https://app.example.com/tw',
      'logo_uri#de-CH-1996': 'https://app.example.com/ch.png',
      'tos_uri#x-klingon': 'http://app.example.com/tos',
      'policy_uri#a-b-c-d-e-f-g-h': 'https://app.example.com/policy',
    };
    expect(parseDisplayMetadata({ ...localized, client_name: 'An app' })).toEqual({
      client_name: 'An app',
      localized,
    });
  });

  it('50 of them', () => {
    const all = tagged(50);
    expect(parseDisplayMetadata(all)).toEqual({ localized: all });
  });

  it('the same language in different members', () => {
    const localized = { 'client_name#ja': 'App', 'tos_uri#JA': 'https://app.example.com/' };
    expect(parseDisplayMetadata(localized)).toEqual({ localized });
  });

  it.each([null, '', '   ', '\u3164', undefined])('not a client_name of %j', (value) => {
    const body = { client_name: 'An app', 'client_name#ja': value, 'client_name#fr': 'Une app' };
    expect(parseDisplayMetadata(body)).toEqual({
      client_name: 'An app',
      localized: { 'client_name#fr': 'Une app' },
    });
    expect(parseDisplayMetadata({ 'client_name#ja': value })).toEqual({});
  });

  it('without the spaces around a name', () => {
    expect(parseDisplayMetadata({ 'client_name#fr': '  Une app ' })).toEqual({
      localized: { 'client_name#fr': 'Une app' },
    });
  });

  it.each([
    'http://app.example.com/logo.png',
    'https://localhost/logo.png',
    'https://127.0.0.1/logo.png',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/logo.png',
    `${SCRIPT}:alert(1)`,
    'data:image/png;base64,AAAA',
    'https:app.example.com',
  ])('without a logo that a page could not load safely: %s (REG-23)', (logo) => {
    const body = { 'logo_uri#ja': logo, 'logo_uri#fr': 'https://app.example.com/fr.png' };
    expect(parseDisplayMetadata(body)).toEqual({
      localized: { 'logo_uri#fr': 'https://app.example.com/fr.png' },
    });
  });

  it.each([
    'redirect_uris#ja',
    'scope#ja',
    'software_id#ja',
    'jwks_uri#ja',
    'contacts#ja',
    'CLIENT_NAME#ja',
    'client_name',
    'client_names#ja',
    '#ja',
    'client_name-ja',
  ])('nothing of %s, which is in no language', (name) => {
    const body = { client_uri: 'https://app.example.com/', [name]: 'An app' };
    expect(parseDisplayMetadata(body)).not.toHaveProperty('localized');
  });

  it('from own members only', () => {
    const inherited = Object.create({ 'client_name#ja': 'Inherited' }) as object;
    expect(parseDisplayMetadata(inherited)).toEqual({});
    const named: unknown = JSON.parse('{"__proto__":{"client_name#ja":"Inherited"}}');
    expect(parseDisplayMetadata(named as object)).toEqual({});
  });
});

describe('one member by language', () => {
  const localized = {
    'client_name#ja': 'one',
    'client_name#pt-BR': 'two',
    'client_uri#fr': 'https://app.example.com/fr',
  };

  it.each([
    { name: 'client_name', want: { ja: 'one', 'pt-BR': 'two' } },
    { name: 'client_uri', want: { fr: 'https://app.example.com/fr' } },
    { name: 'tos_uri', want: {} },
  ] as const)('is found for $name', ({ name, want }) => {
    expect(byLanguage({ client_name: 'An app', localized }, name)).toEqual(want);
  });

  it('is nothing for a client that speaks no language', () => {
    expect(byLanguage({ client_name: 'An app' }, 'client_name')).toEqual({});
  });
});
