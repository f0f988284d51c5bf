/**
 * The parameters that an operator adds to the requests for authorization.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1
 * @module
 */
import type { UpstreamRequest } from './port.ts';

/** What this server or the person's own client decides for each request. */
const OF_THE_PROTOCOL: ReadonlySet<string> = new Set([
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'code',
  'code_challenge',
  'code_challenge_method',
  'code_verifier',
  'dpop_jkt',
  'grant_type',
  'request',
  'request_uri',
  'registration',
  'max_age',
  'login_hint',
  'id_token_hint',
  'ui_locales',
]);

/** `none` would keep everybody out who has to log in, and `login` could not be told from a client's wish. */
const PROMPTS: readonly string[] = ['consent', 'select_account'];

const MAX_VALUE_LENGTH = 1024;

/** What is wrong with the parameters, each in a sentence; empty when they are fine. */
export function authorizationParameterProblems(parameters: unknown): string[] {
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    return ['must be an object of texts'];
  }
  return Object.entries(parameters as Record<string, unknown>).flatMap(([name, value]) => {
    const said = JSON.stringify(name);
    if (OF_THE_PROTOCOL.has(name.toLowerCase())) return [`${said} is set for each request`];
    if (!/^[\x21-\x7E]+$/.test(name)) return [`${said} is not the name of a parameter`];
    if (typeof value !== 'string' || value === '' || value.length > MAX_VALUE_LENGTH) {
      return [`${said} must be a text of 1 to ${String(MAX_VALUE_LENGTH)} characters`];
    }
    const arePrompts = name !== 'prompt' || value.split(' ').every((one) => PROMPTS.includes(one));
    return arePrompts ? [] : ['"prompt" can be "consent", "select_account" or both'];
  });
}

/**
 * The prompt of one request: what it asks for, and what is always asked for. `none` stands alone
 * (OpenID Connect Core §3.1.2.1).
 */
export function promptOf(
  requested: UpstreamRequest['prompt'],
  always: string | undefined,
): string | undefined {
  if (requested === 'none') return requested;
  const prompts = new Set([requested ?? [], always?.split(' ') ?? []].flat());
  return prompts.size === 0 ? undefined : [...prompts].join(' ');
}
