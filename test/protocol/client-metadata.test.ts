import { describe, expect, it } from '@jest/globals';
import { parseClientMetadata } from '../../lib/protocol/client-metadata.ts';
import { refusalOf } from './refusal.ts';

/** Written apart, for lint takes the whole for a program. */
const SCRIPT = 'javascript';

const REDIRECT_URIS = ['https://app.example.com/cb'];

const parse = (more: object = {}): ReturnType<typeof parseClientMetadata> =>
  parseClientMetadata({ redirect_uris: REDIRECT_URIS, ...more });

const invalid = (error_description: string): object => ({
  error: 'invalid_client_metadata',
  error_description,
});

const NOT_AN_OBJECT = invalid('the client metadata must be a JSON object');
const BAD_URIS = {
  error: 'invalid_redirect_uri',
  error_description: 'redirect_uris must be a list of URIs',
};
const BAD_SCOPE = invalid('scope must be a space-delimited string of scope tokens');
const DECEPTIVE = invalid('client_name has control, bidirectional or invisible characters');

const WEB_URIS = ['client_uri', 'tos_uri', 'policy_uri'];
const TEXTS = [
  'token_endpoint_auth_method',
  'client_name',
  ...WEB_URIS,
  'logo_uri',
  'software_id',
  'software_version',
  'application_type',
];

describe('client metadata (RFC 7591 §2): refused', () => {
  it.each([undefined, null, '', 'text', 1, true, [], [{ redirect_uris: REDIRECT_URIS }]])(
    'a body that is no object: %j',
    (body) => {
      expect(refusalOf(() => parseClientMetadata(body))).toEqual(NOT_AN_OBJECT);
    },
  );

  it.each([
    undefined,
    null,
    '',
    'https://app.example.com/cb',
    {},
    { 0: 'https://app.example.com/cb', length: 1 },
    [],
    [''],
    [null],
    [1],
    [['https://app.example.com/cb']],
    [{ href: 'https://app.example.com/cb' }],
    ['https://app.example.com/cb', ''],
    ['https://app.example.com/cb', null],
    Array.from<string>({ length: 2 }),
  ])('redirect_uris that are no list of texts: %j', (redirect_uris) => {
    expect(refusalOf(() => parse({ redirect_uris }))).toEqual(BAD_URIS);
  });

  it.each(
    TEXTS.flatMap((name) =>
      [1, 0, true, false, [], ['text'], {}, { toString: 'text' }].map((value) => ({ name, value })),
    ),
  )('$name that is no text: $value', ({ name, value }) => {
    expect(refusalOf(() => parse({ [name]: value }))).toEqual(invalid(`${name} must be a string`));
  });

  it.each(
    ['grant_types', 'response_types'].flatMap((name) =>
      ['code', 1, {}, { 0: 'code' }, [1], ['code', null], [['code']], true].map((value) => ({
        name,
        value,
      })),
    ),
  )('$name that is no list of texts: $value', ({ name, value }) => {
    const want = invalid(`${name} must be a list of strings`);
    expect(refusalOf(() => parse({ [name]: value }))).toEqual(want);
  });

  it.each([
    { name: 'a number', scope: 1 },
    { name: 'a boolean', scope: false },
    { name: 'an object', scope: { openid: true } },
    { name: 'a malformed token', scope: 'openid "profile"' },
    { name: 'a backslash', scope: 'open\\id' },
    { name: 'a line end', scope: 'openid\nprofile' },
    { name: 'a letter beyond ASCII', scope: 'caf\u00e9' },
    { name: 'a number in a list', scope: ['openid', 1] },
    { name: 'null in a list', scope: ['openid', null] },
    { name: 'a list in a list', scope: [['openid']] },
    { name: 'a malformed token in a list', scope: ['openid', 'a"b'] },
  ])('a scope with $name', ({ scope }) => {
    expect(refusalOf(() => parse({ scope }))).toEqual(BAD_SCOPE);
  });

  it('a client_name of 257 characters', () => {
    expect(refusalOf(() => parse({ client_name: 'a'.repeat(257) }))).toEqual(
      invalid('client_name is longer than 256 characters'),
    );
  });

  it.each([
    { name: 'a line end', client_name: 'App\nlevel=admin' },
    { name: 'a null', client_name: 'App\0' + 'x' },
    { name: 'an escape', client_name: 'App\u001b[2J' },
    { name: 'a delete', client_name: 'App\u007fx' },
    { name: 'a C1 control', client_name: 'App\u0085x' },
    { name: 'a line separator', client_name: 'App\u2028x' },
    { name: 'a paragraph separator', client_name: 'App\u2029x' },
    { name: 'a right-to-left override', client_name: 'App \u202egnp.exe' },
    { name: 'a left-to-right override', client_name: 'App \u202dx' },
    { name: 'an embedding', client_name: 'App \u202ax' },
    { name: 'an isolate', client_name: 'App \u2066x\u2069' },
    { name: 'a right-to-left mark', client_name: 'App\u200fx' },
    { name: 'an Arabic letter mark', client_name: 'App\u061cx' },
    { name: 'a zero-width space', client_name: 'Git\u200bHub' },
    { name: 'a word joiner', client_name: 'Git\u2060Hub' },
    { name: 'a zero-width no-break space', client_name: 'Git\ufeffHub' },
    { name: 'a soft hyphen', client_name: 'Git\u00adHub' },
    { name: 'an invisible plus', client_name: 'Git\u2064Hub' },
    { name: 'a tag', client_name: 'App\u{e0041}' },
    { name: 'an interlinear annotation', client_name: 'App\ufff9x' },
    { name: 'half a surrogate pair', client_name: 'App\ud83dx' },
  ])('a client_name with $name', ({ client_name }) => {
    expect(refusalOf(() => parse({ client_name }))).toEqual(DECEPTIVE);
  });

  it.each(
    WEB_URIS.flatMap((name) =>
      [
        'app.example.com',
        '/about',
        '//app.example.com',
        'ftp://app.example.com',
        `${SCRIPT}:alert(1)`,
        ' javascript:alert(1)',
        'data:image/svg+xml,x',
        'https:/app.example.com',
        'https:app.example.com',
        'https://',
        'https:///app.example.com',
        'https:\\\\app.example.com',
        'https://a.example\\@10.0.0.1/about',
        'https://app.example.com/<about>',
        'https://app.example.com/"about"',
        'https://app.example.com/{about}',
        'https://app.example.com/a b',
        ' https://app.example.com/',
        'https://app.example.com/\n',
        'https://app.example.com/caf\u00e9',
        `https://app.example.com/${'a'.repeat(2025)}`,
      ].map((value) => ({ name, value })),
    ),
  )('$name that is no web address: $value', ({ name, value }) => {
    const want = invalid(`${name} must be an http or https URL`);
    expect(refusalOf(() => parse({ [name]: value }))).toEqual(want);
  });

  it.each(
    ['software_id', 'software_version'].flatMap((name) =>
      ['a'.repeat(257), 'a\nb', 'a\tb', 'caf\u00e9', '\u202e1.0', '1.0\u007f'].map((value) => ({
        name,
        value,
      })),
    ),
  )('$name that is not short printable ASCII: $value', ({ name, value }) => {
    expect(refusalOf(() => parse({ [name]: value }))).toEqual(
      invalid(`${name} must be at most 256 printable ASCII characters`),
    );
  });

  it.each(['service', 'Native', 'web ', 'spa'])('an application_type of %s', (application_type) => {
    expect(refusalOf(() => parse({ application_type }))).toEqual(
      invalid('application_type must be native or web'),
    );
  });

  it('without a word of what was sent', () => {
    for (const stranger of [
      { scope: 'stranger"' },
      { client_name: 'stranger\n' + 'x' },
      { tos_uri: 'stranger' },
      { application_type: 'stranger' },
      { redirect_uris: 'stranger' },
      { grant_types: 'stranger' },
    ]) {
      expect(JSON.stringify(refusalOf(() => parse(stranger)))).not.toContain('stranger');
    }
  });
});

describe('client metadata (RFC 7591 §2): read', () => {
  it('with the least it needs', () => {
    expect(parse()).toEqual({ redirect_uris: REDIRECT_URIS, kept: {} });
  });

  it('with everything', () => {
    const kept = {
      client_name: 'An app',
      client_uri: 'https://app.example.com/',
      logo_uri: 'https://app.example.com/logo.png',
      tos_uri: 'http://app.example.com/tos',
      policy_uri: 'HTTPS://APP.example.com/policy?a=1#b',
      software_id: 'an app ~!',
      software_version: '1.2.3',
      application_type: 'native',
    };
    const more = {
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'password', 'authorization_code'],
      response_types: ['code'],
    };
    expect(parse({ ...kept, ...more, scope: 'openid profile' })).toEqual({
      redirect_uris: REDIRECT_URIS,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'password'],
      response_types: ['code'],
      scope: ['openid', 'profile'],
      kept,
    });
  });

  it.each(
    [...TEXTS, 'grant_types', 'response_types', 'scope'].flatMap((name) => [
      { name, value: null },
      { name, value: '' },
      { name, value: undefined },
    ]),
  )('without $name when it is $value', ({ name, value }) => {
    expect(parse({ [name]: value })).toEqual({ redirect_uris: REDIRECT_URIS, kept: {} });
  });

  it('without lists that are empty', () => {
    expect(parse({ grant_types: [], response_types: [] })).toEqual({
      redirect_uris: REDIRECT_URIS,
      kept: {},
    });
  });

  it('with each redirect URI once, in the order of the client', () => {
    const redirect_uris = ['https://b.example/', 'https://a.example/', 'https://b.example/'];
    expect(parse({ redirect_uris }).redirect_uris).toEqual([
      'https://b.example/',
      'https://a.example/',
    ]);
  });

  it.each([
    { name: 'a text', scope: 'openid profile', want: ['openid', 'profile'] },
    {
      name: 'a text with spaces all over',
      scope: '  openid   profile ',
      want: ['openid', 'profile'],
    },
    { name: 'a list', scope: ['openid', 'profile'], want: ['openid', 'profile'] },
    { name: 'a list of one text', scope: ['openid profile'], want: ['openid', 'profile'] },
    { name: 'a list with blanks', scope: ['openid', '', ' ', 'email'], want: ['openid', 'email'] },
    { name: 'a text with duplicates', scope: 'b a b', want: ['b', 'a'] },
    { name: 'a list with duplicates', scope: ['b', 'a b'], want: ['b', 'a'] },
    { name: 'null', scope: null, want: undefined },
    { name: 'an empty text', scope: '', want: undefined },
    { name: 'blanks', scope: '   ', want: undefined },
    { name: 'an empty list', scope: [], want: undefined },
    { name: 'a list of blanks', scope: ['', '  '], want: undefined },
  ])('with the scope of $name', ({ scope, want }) => {
    expect(parse({ scope }).scope).toEqual(want);
  });

  it.each([
    { name: '256 characters', sent: 'a'.repeat(256), want: 'a'.repeat(256) },
    { name: 'spaces around it', sent: '  An app ', want: 'An app' },
    { name: 'markup', sent: '<b>"App" & \'Co\'</b>', want: '<b>"App" & \'Co\'</b>' },
    {
      name: 'Arabic',
      sent: '\u062a\u0637\u0628\u064a\u0642',
      want: '\u062a\u0637\u0628\u064a\u0642',
    },
    {
      name: 'a Persian joiner',
      sent: '\u0645\u06cc\u200c\u062e',
      want: '\u0645\u06cc\u200c\u062e',
    },
    {
      name: 'an emoji of several',
      sent: '\u{1f468}\u200d\u{1f469}\u200d\u{1f467} family',
      want: '\u{1f468}\u200d\u{1f469}\u200d\u{1f467} family',
    },
  ])('with a client_name of $name', ({ sent, want }) => {
    expect(parse({ client_name: sent }).kept).toEqual({ client_name: want });
  });

  it.each([
    { name: 'spaces', client_name: '   ' },
    { name: 'no-break spaces', client_name: '\u00a0\u2003' },
    { name: 'Hangul fillers', client_name: '\u3164\u115f' },
    { name: 'a half-width filler', client_name: '\uffa0' },
    { name: 'Braille blanks', client_name: '\u2800' },
    { name: 'joiners', client_name: '\u200d\u200c' },
  ])('without a client_name of nothing but $name', ({ client_name }) => {
    expect(parse({ client_name }).kept).toEqual({});
  });

  it.each([
    'http://app.example.com/logo.png',
    'https://localhost/logo.png',
    'https://127.0.0.1/logo.png',
    'https://10.0.0.1/logo.png',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/logo.png',
    'https://[fc00::1]/logo.png',
    'https://2130706433/logo.png',
    `${SCRIPT}:alert(1)`,
    'data:image/png;base64,AAAA',
    'ftp://app.example.com/logo.png',
    '//app.example.com/logo.png',
    'https:app.example.com',
    'https:\\\\app.example.com\\logo.png',
    'https://a.example\\@10.0.0.1/logo.png',
    'https://app.example.com/<logo>.png',
    'https://app.example.com/caf\u00e9.png',
    `https://app.example.com/${'a'.repeat(2048)}`,
    'https://[::7f00:1]/logo.png',
  ])('without a logo that a page could not load safely: %s', (logo_uri) => {
    expect(parse({ logo_uri, client_name: 'kept' }).kept).toEqual({ client_name: 'kept' });
  });

  it('with texts at their longest', () => {
    const longest = {
      software_id: 'a'.repeat(256),
      software_version: '~'.repeat(256),
      tos_uri: `https://app.example.com/${'a'.repeat(2024)}`,
    };
    expect(longest.tos_uri).toHaveLength(2048);
    expect(parse(longest).kept).toEqual(longest);
  });

  it('without members that nobody here knows', () => {
    const unknown = {
      client_id: 'mine',
      client_secret: 'mine',
      skip_consent: true,
      software_statement: 'eyJhbGciOiJub25lIn0.e30.',
      'redirect_uris#de': 'https://evil.example/cb',
    };
    expect(parse(unknown)).toEqual({ redirect_uris: REDIRECT_URIS, kept: {} });
  });

  it('from own members only, and through no prototype', () => {
    const body: unknown = JSON.parse(
      '{"redirect_uris":["https://app.example.com/cb"],"__proto__":{"client_name":"Inherited","scope":"admin"}}',
    );
    expect(parseClientMetadata(body)).toEqual({ redirect_uris: REDIRECT_URIS, kept: {} });
    const inherited: unknown = Object.create({ redirect_uris: REDIRECT_URIS });
    expect(refusalOf(() => parseClientMetadata(inherited))).toEqual(BAD_URIS);
    expect({}).not.toHaveProperty('client_name');
  });

  it('from an object without a prototype', () => {
    const body = Object.assign(Object.create(null) as object, { redirect_uris: REDIRECT_URIS });
    expect(parseClientMetadata(body)).toEqual({ redirect_uris: REDIRECT_URIS, kept: {} });
  });
});
