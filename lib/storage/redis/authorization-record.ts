/**
 * The stored form of an authorization request: its JSON text, and beside it what the store decides.
 *
 * @module
 */
import {
  SCHEMA_VERSION,
  type FoundAuthorization,
  type LoginAttempt,
  type LoginResult,
  type NewAuthorization,
  type PendingAuthorization,
  type RequestedLogin,
} from '../store.ts';
import {
  digest,
  digits,
  flag,
  must,
  object,
  oneOf,
  optional,
  parseObject,
  someText,
  text,
  whole,
  type Unread,
} from './reading.ts';
import { formatResources, parseResources } from './resources-record.ts';

/** All of them are there, or none. */
const ATTEMPT_FIELDS = ['attempt_state', 'attempt_upstream', 'attempt_secrets'];
const LOGIN_FIELDS = ['login_upstream', 'login_person', 'login_tokens'];

/**
 * The request as it came, and nothing that may have been added to the object in passing; its times are
 * fields of their own, for Redis' clock sets them.
 */
export function formatAuthorization(pending: NewAuthorization): string {
  const { login_request: login } = pending;
  return JSON.stringify({
    grant_id: pending.grant_id,
    client_id: pending.client_id,
    redirect_uri: pending.redirect_uri,
    redirect_uri_given: pending.redirect_uri_given,
    scope: pending.scope,
    ...formatResources(pending.resources),
    code_challenge: pending.code_challenge,
    salt: pending.salt,
    state: pending.state,
    nonce: pending.nonce,
    auth_time_not_before: pending.auth_time_not_before,
    ui_locales: pending.ui_locales,
    login_request: login && {
      prompt: login.prompt,
      max_age: login.max_age,
      login_hint: login.login_hint,
    },
    consent_prompted: pending.consent_prompted,
    browser: pending.browser,
  });
}

/** @throws {UnreadableRecordError} */
export function parseAuthorization(
  fields: Readonly<Record<string, string>>,
  grantId: string,
): FoundAuthorization {
  const v = oneOf(Number(fields['v']), SCHEMA_VERSION);
  const record = parseObject(text(fields['record']));
  const pending: PendingAuthorization = {
    v,
    grant_id: oneOf(record['grant_id'], grantId),
    client_id: text(record['client_id']),
    redirect_uri: text(record['redirect_uri']),
    redirect_uri_given: flag(record['redirect_uri_given']),
    scope: text(record['scope']),
    resources: parseResources(record),
    code_challenge: text(record['code_challenge']),
    salt: text(record['salt']),
    ...optional(record, 'state', text),
    ...optional(record, 'nonce', text),
    ...optional(record, 'auth_time_not_before', whole),
    ...optional(record, 'ui_locales', text),
    ...optional(record, 'login_request', requestedLogin),
    ...optional(record, 'consent_prompted', yes),
    browser: text(record['browser']),
    created_at: digits(fields['created_at']),
    expires_at: digits(fields['expires_at']),
  };
  return {
    pending,
    ...optional(fields, 'decision', (value) => oneOf(value, 'allowed', 'denied')),
    ...(hasAny(fields, ATTEMPT_FIELDS) && { attempt: loginAttempt(fields) }),
    ...(hasAny(fields, LOGIN_FIELDS) && { login: loginResult(fields) }),
  };
}

function hasAny(fields: Unread, names: readonly string[]): boolean {
  return names.some((name) => fields[name] !== undefined);
}

function requestedLogin(value: unknown): RequestedLogin {
  const request = object(value);
  return {
    ...optional(request, 'prompt', (prompt) => oneOf(prompt, 'none', 'login', 'select_account')),
    ...optional(request, 'max_age', whole),
    ...optional(request, 'login_hint', text),
  };
}

function loginAttempt(fields: Unread): LoginAttempt {
  return {
    state: digest(fields['attempt_state']),
    upstream: someText(fields['attempt_upstream']),
    secrets: someText(fields['attempt_secrets']),
  };
}

/** Empty when the provider gave none: a script puts it over the tokens of an earlier login. */
function loginResult(fields: Unread): LoginResult {
  const tokens = text(fields['login_tokens']);
  return {
    upstream: someText(fields['login_upstream']),
    person: someText(fields['login_person']),
    ...(tokens !== '' && { tokens }),
  };
}

function yes(value: unknown): true {
  must(flag(value));
  return true;
}
