/**
 * Checking the options about registrations: who may register, and how.
 *
 * @module
 */
import { finding, type Finding } from '../diagnostics/finding.ts';
import { endpointUrls } from '../http/paths.ts';
import { flagProblem, functionProblem, promptFunctionProblem } from './flag-check.ts';
import { DEFAULTS, type AuthorizationServerOptions } from './options.ts';
import { effectiveScopesSupported, isRestricted } from '../policy/scope-settings.ts';
import { isAllowedRedirectHost, isRedirectHostEntry } from '../policy/redirect-hosts.ts';
import { isAcceptableRedirectUri } from '../protocol/redirect-uri.ts';
import { MAKE_SECRET } from './remedies.ts';
import { parseUrl } from '../protocol/parse-url.ts';

type Options = Partial<AuthorizationServerOptions>;

/** One thing that is wrong. */
export interface RegistrationProblem extends Finding {
  readonly option:
    | 'initialAccessTokens'
    | 'confidentialClients'
    | 'forceConfidentialRedirectUris'
    | 'redirectHosts'
    | 'onRegister'
    | 'baseline'
    | 'restrictedScopes';
}

/** As many characters as 32 random bytes have in base64url. */
const MIN_TOKEN_LENGTH = 43;

/** What fits into an `Authorization` header (RFC 6750 §2.1). */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** What is wrong with them; empty when they are fine. */
export function registrationProblems(options: Options): RegistrationProblem[] {
  const problems: RegistrationProblem[] = [];
  const add = (option: RegistrationProblem['option'], found: Finding | undefined): void => {
    if (found !== undefined) problems.push({ option, ...found });
  };
  add('initialAccessTokens', tokensProblem(options));
  add('confidentialClients', flagProblem(options.confidentialClients));
  add('forceConfidentialRedirectUris', forcedProblem(options));
  add('redirectHosts', redirectHostsProblem(options));
  add('onRegister', functionProblem(options.onRegister));
  add('baseline', promptFunctionProblem(options.baseline));
  add('restrictedScopes', nothingLeftProblem(options));
  return problems;
}

/** Never with the value: it is a secret, also a malformed one. */
function tokensProblem({
  registration,
  initialAccessTokens = [],
  store,
}: Options): Finding | undefined {
  // In a shared store there may be some that were minted, now or later.
  if (registration === 'token' && initialAccessTokens.length === 0 && store?.shared !== true) {
    return finding(
      'ERR_DCR_INITIAL_ACCESS_TOKEN_MISSING',
      `are required when registration is "token" and no store is shared; make one with: ${MAKE_SECRET}`,
    );
  }
  if ((registration ?? DEFAULTS.registration) === 'open' && initialAccessTokens.length > 0) {
    return finding(
      'ERR_DCR_OPTION_WITHOUT_EFFECT',
      'have no effect while registration is "open": whoever has none can register too',
    );
  }
  const isWeak = initialAccessTokens.some(
    (token) => token.length < MIN_TOKEN_LENGTH || !TOKEN.test(token),
  );
  if (isWeak) {
    return finding(
      'ERR_DCR_INITIAL_ACCESS_TOKEN_INVALID',
      `must have at least ${String(MIN_TOKEN_LENGTH)} characters of base64url each (spaces and commas separate several); make one with: ${MAKE_SECRET}`,
    );
  }
  const isRepeated = new Set(initialAccessTokens).size < initialAccessTokens.length;
  return isRepeated
    ? finding('ERR_DCR_INITIAL_ACCESS_TOKEN_INVALID', 'holds the same token twice')
    : undefined;
}

function forcedProblem(options: Options): Finding | undefined {
  const { forceConfidentialRedirectUris: forced, confidentialClients } = {
    ...DEFAULTS,
    ...options,
  };
  if (forced.length > 0 && !confidentialClients) {
    return finding(
      'ERR_DCR_OPTION_WITHOUT_EFFECT',
      'has no effect while confidentialClients is false',
    );
  }
  const ownEndpoints = ownEndpointsOf(options);
  const refused = forced.filter(
    (uri) => !isAcceptableRedirectUri(uri, { ownEndpoints, confidential: true }),
  );
  if (refused.length === 0) return undefined;
  return finding(
    'ERR_DCR_REDIRECT_URI_NOT_ACCEPTABLE',
    `contains ${quoted(refused)} which a confidential client cannot have: https with a public host, without fragment, written in its normal form, no pattern, and none of the endpoints of this server`,
  );
}

function redirectHostsProblem(options: Options): Finding | undefined {
  const { redirectHosts, forceConfidentialRedirectUris: forced } = { ...DEFAULTS, ...options };
  if (redirectHosts === undefined) return undefined;
  if (redirectHosts.length === 0) {
    return finding(
      'ERR_DCR_REDIRECT_HOST_INVALID',
      'is empty, so that nothing could register: leave it out, or set registration to "off"',
    );
  }
  const wrong = redirectHosts.filter((entry) => !isRedirectHostEntry(entry));
  if (wrong.length > 0) {
    return finding(
      'ERR_DCR_REDIRECT_HOST_INVALID',
      `contains ${quoted(wrong)} which is neither a host such as app.example.com or localhost, nor *.example.com, nor a private-use scheme such as com.example.app:`,
    );
  }
  const beyond = forced.filter((uri) => !isAllowedRedirectHost(uri, redirectHosts));
  if (beyond.length === 0) return undefined;
  return finding(
    'ERR_DCR_OPTION_CONFLICT',
    `keeps out ${quoted(beyond)} of forceConfidentialRedirectUris`,
  );
}

function quoted(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

/** None when issuer or paths are wrong themselves, which is said elsewhere. */
export function ownEndpointsOf({ issuer = '', paths = {} }: Options): readonly string[] {
  const urls = endpointUrls(issuer, { ...DEFAULTS.paths, ...paths });
  return urls.every((url) => parseUrl(url) !== undefined) ? urls : [];
}

/** Whoever registers would get a client that can ask for nothing. */
function nothingLeftProblem(options: Options): Finding | undefined {
  const { registration = DEFAULTS.registration, restrictedScopes = [] } = options;
  const supported = effectiveScopesSupported(options);
  const isLeft = supported.some((scope) => !isRestricted(scope, restrictedScopes));
  if (registration === 'off' || isLeft) return undefined;
  return finding(
    'ERR_DCR_NO_SCOPE_LEFT',
    'leaves no scope that a client could register: keep one free, or set registration to "off"',
  );
}
