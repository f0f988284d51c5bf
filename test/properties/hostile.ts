/** What strangers send: values of the wrong kind, names that objects have already, marked texts. */
import fc, { type Arbitrary } from 'fast-check';
import { anyText } from './characters.ts';

/** In every text of a stranger, so that an echo of it can be looked for. No sentence of ours has it. */
export const MARK = 'q7ZxMark9Kv';

/** Names that mean something to the engine rather than to OAuth. */
export const MEMBER_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'toJSON', 'then'];

/** Everything that a client has been seen to register, whether or not it means something here. */
export const METADATA_NAMES = [
  ...['redirect_uris', 'token_endpoint_auth_method', 'grant_types', 'response_types', 'scope'],
  ...['client_name', 'client_name#fr', 'client_name#', 'client_name#zh-Hant-TW', 'client_uri'],
  ...['client_uri#de', 'logo_uri', 'tos_uri', 'policy_uri', 'contacts', 'jwks', 'jwks_uri'],
  ...['software_id', 'software_version', 'software_statement', 'application_type'],
  ...['client_id', 'client_secret', 'client_secret_expires_at', 'registration_access_token'],
  ...['default_max_age', 'require_auth_time', 'subject_type', 'sector_identifier_uri'],
  ...['post_logout_redirect_uris', 'id_token_signed_response_alg', 'request_uris'],
];

export const TOKEN_NAMES = [
  ...['grant_type', 'client_id', 'client_secret', 'code', 'code_verifier', 'redirect_uri'],
  ...[
    'refresh_token',
    'scope',
    'resource',
    'client_assertion',
    'client_assertion_type',
    'audience',
  ],
];

export const AUTHORIZE_NAMES = [
  ...['response_type', 'client_id', 'redirect_uri', 'scope', 'state', 'code_challenge', 'iss'],
  ...['code_challenge_method', 'resource', 'nonce', 'prompt', 'max_age', 'login_hint', 'code'],
  ...['request', 'request_uri', 'response_mode', 'ui_locales', 'claims', 'error', 'return_to'],
];

/** In parts: lint takes the whole for an address of ours. */
const SCRIPT = ['java', 'script:'].join('');

/** Texts that are nearly right, or that break what they are written into. */
export const markedText: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    MARK,
    `https://${MARK}.example/cb`,
    `http://localhost/${MARK}`,
    `${SCRIPT}alert('${MARK}')`,
    `<script>${MARK}</script>`,
    `"><img src=x onerror=${MARK}>`,
    `${MARK}\r\nSet-Cookie: a=b`,
    `${MARK}\u0000\u202e\u200b`,
    `\ud800${MARK}\udfff`,
    `${MARK} openid ${MARK}`,
    `${MARK}"\\`,
    `%00%0d%0a${MARK}%`,
    `\u00e9\u4e2d\u{1f600}${MARK}`,
    `{"a":"${MARK}"}`,
    `${MARK}${'A'.repeat(5000)}`,
  ),
  anyText(20).map((text) => `${text}${MARK}`),
);

/** Texts that are right somewhere. They are no secret, so their echo is no fault. */
const RIGHT = [
  ...['https://app.example.com/cb', 'http://localhost/cb', 'none', 'client_secret_basic', 'code'],
  ...['authorization_code', 'refresh_token', 'openid', 'offline_access', 'native', 'web', 'S256'],
  ...['client_secret_post', 'private_key_jwt', 'someone@example.com', 'query', 'null'],
];
export const rightText: Arbitrary<string> = fc.constantFrom(...RIGHT);

const leaf: Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: markedText },
  { weight: 4, arbitrary: rightText },
  fc.constantFrom<unknown>(null, '', ' ', true, false, 0, -0, 1.5, -1, 9e15, 1e308, [], {}),
);

/** What is joined by a colon for a Basic header: with more colons or none, and no text at all. */
const joined: Arbitrary<Buffer> = fc.oneof(
  fc
    .array(
      fc.oneof(
        fc.constantFrom(':', '%', '+', '%zz', '%ff', '%C3%A9', '%3A', '%00', MARK, '\u00e9'),
        anyText(3),
      ),
      { maxLength: 6 },
    )
    .map((parts) => Buffer.from(parts.join(''))),
  fc
    .constantFrom('ff', 'c3', 'c0ba', 'eda080', 'f4908080')
    .map((hex) => Buffer.concat([Buffer.from(`${MARK}:`), Buffer.from(hex, 'hex')])),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);

/** `Authorization` headers: of the Basic scheme with anything in them, and nearly of it. */
export const authorizationHeader: Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: joined.map((bytes) => `Basic ${bytes.toString('base64')}`) },
  fc
    .tuple(
      fc.constantFrom('basic ', 'BASIC   ', 'Basic', 'Basic\t', 'Basics ', 'Bearer ', 'DPoP ', ''),
      joined,
      fc.constantFrom('', '=', '!', ' ', ',', ', Basic YTpi', '-', '\u00e9', MARK),
    )
    .map(([scheme, bytes, more]) => `${scheme}${bytes.toString('base64')}${more}`),
  fc.base64String().map((text) => `Basic ${text}`),
  markedText,
  anyText(),
);

/** Brackets in brackets, as deep as it is said. */
function nested(depth: number, inside: unknown, list: boolean): unknown {
  let value = inside;
  for (let level = 0; level < depth; level += 1) value = list ? [value] : { a: value };
  return value;
}

const ownMember = fc.oneof(
  fc.constantFrom(...MEMBER_NAMES, 'keys', 'kty', '$ref', '0'),
  markedText,
);

/** A value of any kind that JSON has. `Object.fromEntries` makes `__proto__` a member like others. */
export const anyJson: Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: leaf },
  { weight: 3, arbitrary: fc.array(leaf, { maxLength: 4 }) },
  { weight: 2, arbitrary: fc.array(fc.tuple(ownMember, leaf)).map(Object.fromEntries) },
  fc.tuple(fc.integer({ min: 1, max: 200 }), leaf, fc.boolean()).map((given) => nested(...given)),
  fc.tuple(fc.integer({ min: 5, max: 2000 }), leaf).map(([n, item]) => Array(n).fill(item)),
  fc.jsonValue({ maxDepth: 3 }),
);

/** An object with some of these members, and others that nobody knows. */
export function objectWith(names: readonly string[]): Arbitrary<object> {
  const name = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...names) },
    fc.constantFrom(...MEMBER_NAMES),
    markedText,
  );
  return fc
    .array(fc.tuple(name, anyJson), { maxLength: 8 })
    .map((members) => Object.fromEntries(members) as object);
}

/** A right request, but for the parameters that are given another value. */
export function mixed<Pair extends readonly [name: string, value: string]>(
  right: readonly Pair[],
  more: readonly Pair[],
): Pair[] {
  return [...right.filter(([name]) => !more.some(([other]) => other === name)), ...more];
}

/** Name and value of the parameters of a request, some of them more than once. */
export function pairsWith(names: readonly string[], maxLength = 10): Arbitrary<[string, string][]> {
  const name = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...names) },
    fc.constantFrom(...MEMBER_NAMES, 'scope[]', 'scope[a]'),
    markedText,
  );
  const value = fc.oneof({ weight: 3, arbitrary: markedText }, rightText, fc.constantFrom('', ' '));
  return fc.array(fc.tuple(name, value), { maxLength });
}
