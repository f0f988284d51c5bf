/**
 * What went wrong with a provider, in words of ours.
 *
 * Errors of the library and of Node hold the provider's texts, the claims of a person, and header
 * values with tokens in them. What goes on from here is a fixed sentence and, for the log, a cause
 * made of names, codes and the library's own constant messages.
 *
 * @module
 */
import {
  UpstreamRefusedError,
  UpstreamUnavailableError,
  type UpstreamRefusalCode,
} from './port.ts';

/** Errors whose messages are constants of the library that throws them. */
const CONSTANT_MESSAGES: ReadonlySet<string> = new Set([
  'ClientError',
  'OperationProcessingError',
  'UnsupportedOperationError',
  'ResponseBodyError',
  'WWWAuthenticateChallengeError',
  'AuthorizationResponseError',
  'UnusableAnswerError',
  'RefusedAddressError',
]);

/** Codes of openid-client for an answer that nothing can be made of. */
const UNUSABLE: ReadonlySet<string> = new Set([
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
]);

const NO_ANSWER: ReadonlySet<string> = new Set(['UnusableAnswerError', 'RefusedAddressError']);

/** What authorization and token endpoints say (RFC 6749 §4.1.2.1 and §5.2, OIDC Core §3.1.2.6). */
const REFUSALS: Readonly<Record<string, readonly [UpstreamRefusalCode, string]>> = {
  access_denied: ['access_denied', 'the person or the provider refused the login'],
  temporarily_unavailable: ['temporarily_unavailable', 'the provider cannot log anybody in now'],
  login_required: ['login_required', 'the provider has to ask the person to log in'],
  consent_required: ['consent_required', 'the provider has to ask the person to agree'],
  interaction_required: ['interaction_required', 'the provider has to ask the person something'],
  account_selection_required: ['interaction_required', 'the provider has to ask who it is'],
  invalid_client: ['server_error', 'the provider does not accept the client id and its secret'],
  unauthorized_client: ['server_error', 'the provider does not let this client log people in'],
  invalid_token: ['server_error', 'the provider does not accept the token it has given'],
  invalid_scope: ['server_error', 'the provider does not accept the scopes that are configured'],
  invalid_request: ['server_error', 'the provider does not understand the request'],
  invalid_grant: ['server_error', 'the provider does not accept the code it has given'],
  redirect_uri_mismatch: ['server_error', 'the callback is not registered with the provider'],
};

/** After which only a new login helps: also what providers say who want to see the person again. */
const GRANT_IS_OVER: ReadonlySet<string> = new Set([
  'invalid_grant',
  'bad_refresh_token',
  'login_required',
  'consent_required',
  'interaction_required',
]);

/** Errors of the library that hold an `error` of the provider. */
const ANSWERS: ReadonlySet<string> = new Set(['ResponseBodyError', 'AuthorizationResponseError']);
const CHALLENGE = 'WWWAuthenticateChallengeError';

/** Links of a chain of errors; a ring ends somewhere. */
const MAX_LINKS = 6;

/** The step during which it went wrong. */
export type UpstreamStep = 'discovery' | 'login' | 'refresh' | 'revocation';

/** The error to throw in the place of one that was caught. */
export function failureOf(
  error: unknown,
  step: UpstreamStep,
): UpstreamRefusedError | UpstreamUnavailableError {
  if (error instanceof UpstreamRefusedError || error instanceof UpstreamUnavailableError) {
    return error;
  }
  const links = linksOf(error);
  const options = { cause: causeOf(links) };
  const said = refusalIn(links);
  if (step === 'discovery') {
    return new UpstreamUnavailableError('the discovery document cannot be used', options);
  }
  if (isUnavailable(links, said)) {
    return new UpstreamUnavailableError('the identity provider gave no usable answer', options);
  }
  if (step === 'refresh' && said !== undefined && GRANT_IS_OVER.has(said)) {
    return new UpstreamRefusedError('invalid_grant', 'the person has to log in again', options);
  }
  if (said === undefined) {
    const why = 'the answer of the identity provider does not hold';
    return new UpstreamRefusedError('server_error', why, options);
  }
  const known = Object.hasOwn(REFUSALS, said) ? REFUSALS[said] : undefined;
  const [code, why] = known ?? ['server_error', 'the identity provider refused'];
  // What is wrong with the request the provider says at once; of a failure of its own nobody knows.
  const isAnswer = links.some(({ name }) => name === 'AuthorizationResponseError');
  const isUnseen = isAnswer && code === 'server_error' && said !== 'server_error';
  return new UpstreamRefusedError(isUnseen ? 'invalid_request' : code, why, options);
}

interface Link {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly status?: number;
  readonly error?: string;
}

/** Errors only, and the status of the answer at their end: what else hangs there is the provider's. */
function linksOf(error: unknown): Link[] {
  const links: Link[] = [];
  for (let at = error; isError(at) && links.length < MAX_LINKS; at = at.cause) {
    const { name, message, code, status, error: said } = at as unknown as Record<string, unknown>;
    const last = at.cause instanceof Response ? at.cause.status : status;
    links.push({
      name,
      message,
      ...(typeof code === 'string' && { code }),
      ...(typeof last === 'number' && { status: last }),
      ...(typeof said === 'string' && ANSWERS.has(String(name)) && { error: said }),
      ...(name === CHALLENGE && { error: isOfToken(at) ? 'invalid_token' : 'invalid_client' }),
    } as Link);
  }
  return links;
}

function isOfToken({ cause }: Error): boolean {
  const [challenge] = [cause].flat() as { scheme?: unknown }[];
  return challenge?.scheme === 'bearer';
}

/** In a host's Jest, Node's own errors are of another realm. */
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/** The `error` of an answer, or what a challenge stands for (RFC 6749 §5.2, RFC 6750 §3.1). */
function refusalIn(links: readonly Link[]): string | undefined {
  return links.find(({ error }) => error !== undefined)?.error;
}

function isUnavailable(links: readonly Link[], said: string | undefined): boolean {
  const isAnswer = links.some(({ name }) => name === 'AuthorizationResponseError');
  const status = links.find((link) => link.status !== undefined)?.status ?? 0;
  if (isAnswer) return false;
  return (
    status >= 500 ||
    status === 429 ||
    (said === 'temporarily_unavailable' && status > 0) ||
    links.some(({ name, message, code = '' }) => {
      if (NO_ANSWER.has(name) || UNUSABLE.has(code)) return true;
      // Of an ID token that cannot be read the library says the same as of an answer that is no JSON.
      return code === 'OAUTH_PARSE_ERROR' && message.includes('"response"');
    })
  );
}

/** What may be logged. A library that throws something else of the same name gains nothing by it. */
function causeOf(links: readonly Link[]): Error {
  const words = links.flatMap(({ name, message, code }) => {
    if (CONSTANT_MESSAGES.has(name) && message !== 'something went wrong') return [message];
    if (name === 'TimedOutError') return ['it took too long'];
    return code !== undefined && /^[A-Z][A-Z\d_]+$/.test(code) ? [code] : [];
  });
  const cause = new Error(words.join(': ') || (links[0]?.name ?? 'unknown'));
  cause.name = 'UpstreamFailure';
  return cause;
}
