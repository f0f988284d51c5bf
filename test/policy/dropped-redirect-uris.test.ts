import { describe, expect, it } from '@jest/globals';
import { applyRegistrationPolicy, type RegistrationPolicy } from '../../lib/policy/registration.ts';
import { refusalOf } from '../protocol/refusal.ts';

/** Written apart, for lint takes the whole for a program. */
const SCRIPT = 'javascript';

const POLICY: RegistrationPolicy = {
  ownEndpoints: ['https://auth.example.com/oauth/token'],
  confidentialClients: true,
  forceConfidentialRedirectUris: ['https://forced.example/cb'],
  invalidRedirectUris: 'drop',
};

const CURSOR = [
  'cursor://anysphere.cursor-mcp/oauth/callback',
  'https://www.cursor.com/agents/mcp/oauth/callback',
  'http://localhost:8787/callback',
];
const WEB = 'https://app.example.com/cb';

interface Row {
  readonly name: string;
  readonly asked: readonly string[];
  readonly method?: string;
}

const apply = ({ asked, method = 'none' }: Row, policy = POLICY) =>
  applyRegistrationPolicy(
    { redirect_uris: asked, token_endpoint_auth_method: method, kept: {} },
    policy,
  );

const PUBLIC_WORDS =
  'a redirect URI must be https, http on localhost, 127.0.0.1 or [::1], or a private-use scheme, without fragment and written in its normal form';
const CONFIDENTIAL_WORDS =
  "with this token_endpoint_auth_method a redirect URI must be https with a public host; for an app on the person's device it must be 'none'";

const FORCED_WORDS =
  'a client with one of these redirect URIs is confidential here, so that each of them must be https with a public host';

const REFUSED: readonly (Row & { want: string })[] = [
  { name: 'the only one is bad', asked: ['http://app.example.com/cb'], want: PUBLIC_WORDS },
  {
    name: 'all are bad',
    asked: [`${SCRIPT}:alert(1)`, 'http://app.example.com/cb', 'https://a.example/#x'],
    want: PUBLIC_WORDS,
  },
  {
    name: 'only our own endpoint is there',
    asked: ['https://auth.example.com/oauth/token'],
    want: PUBLIC_WORDS,
  },
  {
    name: 'a confidential client has loopback and a scheme of its own only',
    asked: ['http://localhost/cb', 'com.example.app:/cb', 'https://127.0.0.1/cb'],
    method: 'client_secret_basic',
    want: CONFIDENTIAL_WORDS,
  },
  {
    name: 'there are eleven, ten of them good',
    asked: [...Array.from({ length: 10 }, (_, i) => `${WEB}${i}`), 'http://app.example.com/'],
    want: 'at most 10 redirect URIs can be registered',
  },
  {
    name: 'there are eleven, one of them good',
    asked: [...Array.from({ length: 10 }, (_, i) => `http://app.example.com/${i}`), WEB],
    want: 'at most 10 redirect URIs can be registered',
  },
];

const KEPT: readonly (Row & { kept: readonly string[]; as?: string })[] = [
  { name: 'all of Cursor', asked: CURSOR, kept: CURSOR },
  {
    name: 'what is good of Cursor and what is not',
    asked: [
      `${SCRIPT}:alert(1)`,
      CURSOR[0] ?? '',
      'http://app.example.com/cb',
      CURSOR[1] ?? '',
      'cursor:callback',
      CURSOR[2] ?? '',
      'https://auth.example.com/oauth/token',
    ],
    kept: CURSOR,
  },
  {
    name: 'the good ones around an http one that is not loopback',
    asked: [WEB, 'http://app.example.com/cb', 'http://192.168.0.1/cb', 'http://[::1]/cb'],
    kept: [WEB, 'http://[::1]/cb'],
  },
  {
    name: 'the one that is good, in no other spelling',
    asked: ['https://app.example.com/%zz/../cb', 'https://APP.example.com/cb', `${WEB}#`, WEB],
    kept: [WEB],
  },
  {
    name: 'https of a confidential client beside loopback',
    asked: ['http://localhost/cb', WEB, ...CURSOR],
    method: 'client_secret_post',
    kept: [WEB, CURSOR[1] ?? ''],
    as: 'client_secret_post',
  },
  {
    name: 'https of a client that has to be confidential',
    asked: ['http://localhost/cb', 'https://forced.example/cb', 'com.example.app:/cb', WEB],
    kept: ['https://forced.example/cb', WEB],
    as: 'client_secret_post',
  },
  {
    name: 'ten',
    asked: Array.from({ length: 10 }, (_, i) => `${WEB}${i}`),
    kept: Array.from({ length: 10 }, (_, i) => `${WEB}${i}`),
  },
];

describe("invalidRedirectUris: 'drop'", () => {
  it.each(REFUSED)('still refuses when $name (REG-28)', ({ want, ...row }) => {
    expect(refusalOf(() => apply(row))).toEqual({
      error: 'invalid_redirect_uri',
      error_description: want,
    });
  });

  it.each(KEPT)('keeps $name', ({ kept, as = 'none', ...row }) => {
    expect(apply(row)).toMatchObject({ redirect_uris: kept, token_endpoint_auth_method: as });
  });
});

describe("invalidRedirectUris: 'reject'", () => {
  const policy: RegistrationPolicy = { ...POLICY, invalidRedirectUris: 'reject' };
  const hasBad = ({ asked, kept }: (typeof KEPT)[number]): boolean => kept.length < asked.length;

  it.each(KEPT.filter(hasBad))('refuses them all: $name', ({ as = 'none', ...row }) => {
    expect(refusalOf(() => apply(row, policy))).toEqual({
      error: 'invalid_redirect_uri',
      error_description:
        as === 'none' ? PUBLIC_WORDS : row.method === undefined ? FORCED_WORDS : CONFIDENTIAL_WORDS,
    });
  });

  it.each(KEPT.filter((row) => !hasBad(row)))('keeps $name', ({ kept, ...row }) => {
    expect(apply(row, policy)).toMatchObject({ redirect_uris: kept });
  });
});
