/**
 * Checking the options about registrations: who may register, and how.
 *
 * @module
 */
import { endpointUrls } from '../http/paths.ts';
import { DEFAULTS, type AuthorizationServerOptions } from './options.ts';
import { effectiveScopesSupported, isRestricted } from '../policy/scope-settings.ts';
import { isAcceptableRedirectUri } from '../protocol/redirect-uri.ts';
import { MAKE_SECRET } from './remedies.ts';

type Options = Partial<AuthorizationServerOptions>;

/** One thing that is wrong. */
export interface RegistrationProblem {
  readonly option:
    | 'initialAccessTokens'
    | 'confidentialClients'
    | 'forceConfidentialRedirectUris'
    | 'restrictedScopes';
  readonly message: string;
}

/** As many characters as 32 random bytes have in base64url. */
const MIN_TOKEN_LENGTH = 43;

/** What fits into an `Authorization` header (RFC 6750 §2.1). */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** What is wrong with them; empty when they are fine. */
export function registrationProblems(options: Options): RegistrationProblem[] {
  const problems: RegistrationProblem[] = [];
  const add = (option: RegistrationProblem['option'], message: string | undefined): void => {
    if (message !== undefined) problems.push({ option, message });
  };
  add('initialAccessTokens', tokensMessage(options));
  add('confidentialClients', confidentialMessage(options));
  add('forceConfidentialRedirectUris', forcedMessage(options));
  add('restrictedScopes', nothingLeftMessage(options));
  return problems;
}

/** Never with the value: it is a secret, also a malformed one. */
function tokensMessage({ registration, initialAccessTokens = [] }: Options): string | undefined {
  if (registration === 'token' && initialAccessTokens.length === 0) {
    return `are required when registration is "token"; make one with: ${MAKE_SECRET}`;
  }
  if ((registration ?? DEFAULTS.registration) === 'open' && initialAccessTokens.length > 0) {
    return 'have no effect while registration is "open": whoever has none can register too';
  }
  const isWeak = initialAccessTokens.some(
    (token) => token.length < MIN_TOKEN_LENGTH || !TOKEN.test(token),
  );
  if (isWeak) {
    return `must have at least ${String(MIN_TOKEN_LENGTH)} characters of base64url each (spaces and commas separate several); make one with: ${MAKE_SECRET}`;
  }
  const isRepeated = new Set(initialAccessTokens).size < initialAccessTokens.length;
  return isRepeated ? 'holds the same token twice' : undefined;
}

function confidentialMessage({ confidentialClients }: Options): string | undefined {
  // Types are no help to a host in plain JavaScript.
  const value: unknown = confidentialClients;
  if (value === undefined || typeof value === 'boolean') return undefined;
  return `${JSON.stringify(value)} is neither true nor false`;
}

function forcedMessage(options: Options): string | undefined {
  const { forceConfidentialRedirectUris: forced, confidentialClients } = {
    ...DEFAULTS,
    ...options,
  };
  if (forced.length > 0 && !confidentialClients) {
    return 'has no effect while confidentialClients is false';
  }
  const ownEndpoints = ownEndpointsOf(options);
  const refused = forced.filter(
    (uri) => !isAcceptableRedirectUri(uri, { ownEndpoints, confidential: true }),
  );
  if (refused.length === 0) return undefined;
  return `contains ${refused.map((uri) => JSON.stringify(uri)).join(', ')} which a confidential client cannot have: https with a public host, without fragment, written in its normal form, no pattern, and none of the endpoints of this server`;
}

/** None when issuer or paths are wrong themselves, which is said elsewhere. */
function ownEndpointsOf({ issuer = '', paths = {} }: Options): readonly string[] {
  const urls = endpointUrls(issuer, { ...DEFAULTS.paths, ...paths });
  return urls.every((url) => URL.canParse(url)) ? urls : [];
}

/** Whoever registers would get a client that can ask for nothing. */
function nothingLeftMessage(options: Options): string | undefined {
  const { registration = DEFAULTS.registration, restrictedScopes = [] } = options;
  const supported = effectiveScopesSupported(options);
  const isLeft = supported.some((scope) => !isRestricted(scope, restrictedScopes));
  if (registration === 'off' || isLeft) return undefined;
  return 'leaves no scope that a client could register: keep one free, or set registration to "off"';
}
