/**
 * Checking one client of the configuration, member by member.
 *
 * @module
 */
import { closest } from 'fastest-levenshtein';
import type { AuthorizationServerOptions } from './options.ts';
import { defaultAuthMethod, secretsOf } from './provisioned-clients.ts';
import { ownEndpointsOf } from './registration-check.ts';
import { MAKE_SECRET } from './remedies.ts';
import { GRANT_TYPES, registrableAuthMethods, RESPONSE_TYPES } from '../policy/registration.ts';
import { effectiveScopesSupported, subsetProblem } from '../policy/scope-settings.ts';
import type { AuthMethod } from '../protocol/client.ts';
import { parseClientMetadata } from '../protocol/client-metadata.ts';
import { parseDisplayMetadata } from '../protocol/display-metadata.ts';
import { OAuthError } from '../protocol/errors.ts';
import { isAcceptableRedirectUri } from '../protocol/redirect-uri.ts';
import { isClientId } from '../storage/ids.ts';

type Options = Partial<AuthorizationServerOptions>;

/** Hosts in plain JavaScript, and files, may hold anything. */
export type Given = Readonly<Record<string, unknown>>;

const CLIENT_ID = /^[\x21-\x7B\x7D\x7E]{1,128}$/;
/** What half of the clients encode in the header, and the other half do not (RFC 6749 §2.3.1). */
const READ_IN_TWO_WAYS = /[:%+]/;
const MIN_SECRET_LENGTH = 32;
const VISIBLE = /^[\x21-\x7E]+$/;

const METHODS = registrableAuthMethods({ confidentialClients: true });

/** Members that are read as those of a registration are. */
const ECHOED = [
  ...['client_name', 'client_uri', 'logo_uri', 'tos_uri', 'policy_uri', 'contacts'],
  ...['software_id', 'software_version', 'application_type', 'jwks', 'jwks_uri'],
  ...['token_endpoint_auth_signing_alg', 'require_pushed_authorization_requests'],
];

const MEMBERS = [
  ...['client_id', 'client_secret', 'redirect_uris', 'scope', 'token_endpoint_auth_method'],
  ...['grant_types', 'response_types'],
  ...ECHOED,
];

/** What is wrong with it; empty when it is fine. Never with the value of a secret. */
export function clientMessages(given: Given, options: Options): string[] {
  const messages = [
    ...unknownMembers(given),
    idMessage(given),
    methodMessage(given),
    secretMessage(given),
    keysMessage(given),
    redirectUrisMessage(given, options),
    scopeMessage(given, options),
    wordsMessage(given, 'grant_types', GRANT_TYPES, 'authorization_code'),
    wordsMessage(given, 'response_types', RESPONSE_TYPES, 'code'),
    ...ECHOED.map((name) => readMessage({ [name]: given[name] })),
    ...Object.keys(given)
      .filter((name) => name.includes('#'))
      .map((name) => readMessage({ [name]: given[name] })),
  ];
  return messages.filter((message) => message !== undefined);
}

/** A misspelled one would be silently without effect. */
function unknownMembers(given: Given): string[] {
  return Object.keys(given)
    .filter((name) => !MEMBERS.includes(name) && !isLocalized(name))
    .map((name) => `${JSON.stringify(name)} is no member; did you mean ${closest(name, MEMBERS)}?`);
}

/** Whether it is a member in some language, with a tag that is one. */
function isLocalized(name: string): boolean {
  return parseDisplayMetadata({ [name]: 'https://app.example.com' }).localized !== undefined;
}

/** Whether a value can be told in a message: what is no id may be a secret in the wrong place. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && CLIENT_ID.test(value);
}

/** Ids of other shapes belong to clients that register, and to documents. */
function idMessage({ client_id: id, client_secret }: Given): string | undefined {
  if (!isId(id)) return 'client_id must be 1 to 128 visible ASCII characters without |';
  if (isClientId(id)) return 'client_id must be no UUID such as registered clients have';
  if (/^https?:/i.test(id)) return 'client_id must be no URL: that would be the one of a document';
  return client_secret !== undefined && READ_IN_TWO_WAYS.test(id)
    ? 'client_id must be without :, % and + where there is a secret: clients write them in two ways'
    : undefined;
}

function methodOf(given: Given): unknown {
  return given['token_endpoint_auth_method'] ?? defaultAuthMethod(given);
}

function isKnown(method: unknown): method is AuthMethod {
  return METHODS.some((known) => known === method);
}

function usesSecret(method: unknown): boolean {
  return typeof method === 'string' && method.startsWith('client_secret_');
}

function methodMessage(given: Given): string | undefined {
  if (isKnown(methodOf(given))) return undefined;
  return `token_endpoint_auth_method must be ${METHODS.join(' or ')}`;
}

function secretMessage(given: Given): string | undefined {
  const { client_secret } = given;
  const isUsed = usesSecret(methodOf(given));
  if (client_secret === undefined) {
    return isUsed ? `client_secret is required; make one with: ${MAKE_SECRET}` : undefined;
  }
  const secrets: readonly unknown[] = secretsOf(given);
  const isStrong = (secret: unknown): boolean =>
    typeof secret === 'string' && secret.length >= MIN_SECRET_LENGTH && VISIBLE.test(secret);
  if (secrets.length === 0 || !secrets.every(isStrong)) {
    return `client_secret must have at least ${String(MIN_SECRET_LENGTH)} visible ASCII characters, each if it is a list; make one with: ${MAKE_SECRET}`;
  }
  if (new Set(secrets).size < secrets.length) return 'client_secret holds the same secret twice';
  return isUsed ? undefined : 'client_secret has no effect with this token_endpoint_auth_method';
}

/** Keys that are left lying would look like protection. */
function keysMessage(given: Given): string | undefined {
  const method = methodOf(given);
  const has = (name: string): boolean => given[name] !== undefined;
  if (!isKnown(method)) return undefined;
  if (has('jwks') && has('jwks_uri')) return 'jwks and jwks_uri exclude each other';
  if (method === 'private_key_jwt') {
    return has('jwks') || has('jwks_uri') ? undefined : 'jwks or jwks_uri is required';
  }
  const useless = ['jwks', 'jwks_uri', 'token_endpoint_auth_signing_alg'].find(has);
  return useless && `${useless} has no effect with this token_endpoint_auth_method`;
}

function redirectUrisMessage(given: Given, options: Options): string | undefined {
  const uris = given['redirect_uris'];
  const isList = Array.isArray(uris) && uris.length > 0;
  if (!isList || !uris.every((uri): uri is string => typeof uri === 'string')) {
    return 'redirect_uris must be a list of URIs';
  }
  const method = methodOf(given);
  const confidential = isKnown(method) && method !== 'none';
  const ownEndpoints = ownEndpointsOf(options);
  const context = { ownEndpoints, confidential, isTrusted: true };
  const refused = uris.filter((uri) => !isAcceptableRedirectUri(uri, context)).map(shown);
  if (refused.length === 0) return undefined;
  const others = confidential
    ? ''
    : ', http on localhost, 127.0.0.1 or [::1], a private-use scheme';
  return `redirect_uris contains ${refused.join(', ')} which ${refused.length === 1 ? 'is' : 'are'} not acceptable: https${others}; without fragment, written in its normal form, no pattern, and none of the endpoints of this server`;
}

/** What looks like user info may be a password. */
function shown(uri: string): string {
  return uri.includes('@') ? 'one with user info' : JSON.stringify(uri);
}

function scopeMessage(given: Given, options: Options): string | undefined {
  const { scope: value } = given;
  const message = readMessage({ scope: value });
  if (message !== undefined) return message;
  const { scope } = parseClientMetadata({ redirect_uris: ['-'], scope: value });
  if (!scope)
    return 'scope is required: all that the client may ask for, for nothing is added to it';
  return subsetProblem('scope', scope, effectiveScopesSupported(options));
}

function wordsMessage(
  given: Given,
  name: string,
  words: readonly string[],
  needed: string,
): string | undefined {
  const value = given[name];
  if (value === undefined) return undefined;
  const isFine = Array.isArray(value) && value.every((word) => words.includes(word as string));
  return isFine && value.includes(needed)
    ? undefined
    : `${name} must be a list of ${words.join(', ')}${words.length > 1 ? `, with ${needed}` : ''}`;
}

/** What a registration with this member would be refused for. */
function readMessage(members: Given): string | undefined {
  try {
    parseClientMetadata({ redirect_uris: ['-'], ...members });
    return undefined;
  } catch (error) {
    if (error instanceof OAuthError) return error.description;
    throw error;
  }
}
