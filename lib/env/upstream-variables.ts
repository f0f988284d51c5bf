/**
 * The variables about logins at identity providers.
 *
 * @module
 */
import { readUpstreamsFile } from './upstreams-file.ts';
import { parseList, text, ValueError } from './values.ts';
import type { DocumentedVariable } from './variable.ts';

export interface UpstreamVariable extends DocumentedVariable {
  readonly option: string;
}

export const ISSUER: UpstreamVariable = {
  name: 'DCR_UPSTREAM_ISSUER',
  option: 'issuer',
  read: text,
  meaning:
    'Where [people log in](operators.md#login-at-an-identity-provider): the issuer of an OpenID provider, as its discovery document writes it',
  otherwise: 'none: the app has a login of its own',
};

export const COMMON: readonly UpstreamVariable[] = [
  {
    name: 'DCR_UPSTREAM_CLIENT_ID',
    option: 'clientId',
    read: text,
    meaning: 'What the provider calls this server',
    otherwise: 'none; required with a provider',
  },
  {
    name: 'DCR_UPSTREAM_CLIENT_SECRET',
    option: 'clientSecret',
    read: text,
    hasFileTwin: true,
    meaning: 'The secret that goes with it',
    otherwise: 'none: a public client',
  },
  {
    name: 'DCR_UPSTREAM_CLIENT_AUTHENTICATION',
    option: 'clientAuthentication',
    read: text,
    words: ['client_secret_post', 'client_secret_basic', 'none'],
    meaning: 'How it is sent; `none` for not at all',
    otherwise: 'what the provider supports; `none` without a secret',
  },
  {
    name: 'DCR_UPSTREAM_SCOPES',
    option: 'scopes',
    read: parseList,
    meaning: 'What is asked of the provider',
    otherwise: '`openid profile email`; nothing without OpenID Connect',
  },
  {
    name: 'DCR_UPSTREAM_NAME',
    option: 'name',
    read: text,
    meaning:
      'Begins the subject of everybody who logs in there, so it must never change: lower-case letters, digits and hyphens',
    otherwise: '`oidc`, or `oauth2` without OpenID Connect',
  },
  {
    name: 'DCR_UPSTREAM_LABEL',
    option: 'label',
    read: text,
    meaning: 'What people are shown',
    otherwise: 'the host of the provider',
  },
  {
    name: 'DCR_UPSTREAM_DOMAINS',
    option: 'domains',
    read: parseList,
    meaning:
      'People whose `login_hint` ends in one of these domains log in there without being asked where',
  },
  {
    name: 'DCR_UPSTREAM_AUTHORIZATION_PARAMETERS',
    option: 'authorizationParameters',
    read: parseParameters,
    meaning:
      'What to add to each request for authorization, such as `access_type=offline&prompt=consent`',
  },
];

/** Without OpenID Connect. */
export const OAUTH2: readonly UpstreamVariable[] = [
  {
    name: 'DCR_UPSTREAM_AUTHORIZATION_ENDPOINT',
    option: 'authorizationEndpoint',
    read: text,
    meaning:
      'Instead of the issuer, with the next two: the endpoints of a provider without OpenID Connect, such as GitHub. This one is where people log in',
  },
  {
    name: 'DCR_UPSTREAM_TOKEN_ENDPOINT',
    option: 'tokenEndpoint',
    read: text,
    meaning: 'Where such a provider gives tokens',
    otherwise: 'none; required with the one before',
  },
  {
    name: 'DCR_UPSTREAM_USERINFO_ENDPOINT',
    option: 'userinfoEndpoint',
    read: text,
    meaning: 'Where such a provider says who the person is',
    otherwise: 'none; required with the one before',
  },
  {
    name: 'DCR_UPSTREAM_REVOCATION_ENDPOINT',
    option: 'revocationEndpoint',
    read: text,
    meaning: 'Where such a provider revokes tokens, if it does so by RFC 7009',
  },
  {
    name: 'DCR_UPSTREAM_SUBJECT_FIELDS',
    option: 'claims.sub',
    read: parseList,
    meaning:
      'Which member of what its userinfo endpoint answers is the subject; the first that is there counts, and `data.id` is a member of a member',
    otherwise: '`sub id`',
  },
  {
    name: 'DCR_UPSTREAM_NAME_FIELDS',
    option: 'claims.name',
    read: parseList,
    meaning: 'The same for the name',
    otherwise: '`name`',
  },
  {
    name: 'DCR_UPSTREAM_EMAIL_FIELDS',
    option: 'claims.email',
    read: parseList,
    meaning: 'The same for the email address',
    otherwise: '`email`',
  },
];

export const FILE: DocumentedVariable = {
  name: 'DCR_UPSTREAMS_FILE',
  read: readUpstreamsFile,
  meaning: 'Instead of all of these: [several providers](operators.md#several-providers)',
};

/** In the form of a query: `access_type=offline&prompt=consent`. */
function parseParameters(value: string): Record<string, string> {
  const pairs = [...new URLSearchParams(value)];
  const parameters = Object.fromEntries(pairs);
  if (Object.keys(parameters).length === pairs.length) return parameters;
  throw new ValueError('names a parameter twice');
}
