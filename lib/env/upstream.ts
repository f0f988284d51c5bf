/**
 * The variables that say where people log in: one provider by variables, or several in a file.
 *
 * @module
 */
import type { Attempt } from './redis.ts';
import { readUpstreamsFile } from './upstreams-file.ts';
import {
  isSet,
  namesOf,
  parseList,
  valueOf,
  ValueError,
  type Environment,
  type VariableName,
} from './values.ts';
import { oauth2Login } from '../upstream/oauth2-login.ts';
import { oidcLogin } from '../upstream/oidc-login.ts';
import type { OAuth2LoginOptions, OidcLoginOptions } from '../upstream/options.ts';
import { UpstreamOptionsError } from '../upstream/options-check.ts';
import type { UpstreamLogin } from '../upstream/port.ts';

interface UpstreamVariable extends VariableName {
  readonly option: string;
  readonly read: (value: string) => unknown;
}

const text = (value: string): string => value;

const ISSUER = { name: 'DCR_UPSTREAM_ISSUER', option: 'issuer', read: text };

const COMMON: readonly UpstreamVariable[] = [
  { name: 'DCR_UPSTREAM_CLIENT_ID', option: 'clientId', read: text },
  { name: 'DCR_UPSTREAM_CLIENT_SECRET', option: 'clientSecret', read: text, hasFileTwin: true },
  { name: 'DCR_UPSTREAM_CLIENT_AUTHENTICATION', option: 'clientAuthentication', read: text },
  { name: 'DCR_UPSTREAM_SCOPES', option: 'scopes', read: parseList },
  { name: 'DCR_UPSTREAM_NAME', option: 'name', read: text },
  { name: 'DCR_UPSTREAM_LABEL', option: 'label', read: text },
  { name: 'DCR_UPSTREAM_DOMAINS', option: 'domains', read: parseList },
  {
    name: 'DCR_UPSTREAM_AUTHORIZATION_PARAMETERS',
    option: 'authorizationParameters',
    read: parseParameters,
  },
];

/** Without OpenID Connect. */
const OAUTH2: readonly UpstreamVariable[] = [
  { name: 'DCR_UPSTREAM_AUTHORIZATION_ENDPOINT', option: 'authorizationEndpoint', read: text },
  { name: 'DCR_UPSTREAM_TOKEN_ENDPOINT', option: 'tokenEndpoint', read: text },
  { name: 'DCR_UPSTREAM_USERINFO_ENDPOINT', option: 'userinfoEndpoint', read: text },
  { name: 'DCR_UPSTREAM_REVOCATION_ENDPOINT', option: 'revocationEndpoint', read: text },
  { name: 'DCR_UPSTREAM_SUBJECT_FIELDS', option: 'claims.sub', read: parseList },
  { name: 'DCR_UPSTREAM_NAME_FIELDS', option: 'claims.name', read: parseList },
  { name: 'DCR_UPSTREAM_EMAIL_FIELDS', option: 'claims.email', read: parseList },
];

const FILE = { name: 'DCR_UPSTREAMS_FILE' };

const ONE = [ISSUER, ...COMMON, ...OAUTH2];

export const UPSTREAM_NAMES: readonly string[] = [FILE.name, ...ONE.flatMap(namesOf)];

const WHERE = 'DCR_UPSTREAM_ISSUER or DCR_UPSTREAM_AUTHORIZATION_ENDPOINT';

/** @returns The logins; `undefined` when none is set, or not rightly. */
export function readUpstreams(
  env: Environment,
  attempt: Attempt,
): UpstreamLogin | readonly UpstreamLogin[] | undefined {
  const refuse = (variable: string, message: string): void => {
    attempt(variable, () => {
      throw new ValueError(message);
    });
  };
  const set = ONE.filter((variable) => isSet(env, variable));
  const path = attempt(FILE.name, () => valueOf(env, FILE));
  if (path !== undefined) {
    for (const { name } of set) refuse(name, `is set beside ${FILE.name}; keep one of them`);
    return attempt(FILE.name, () => readUpstreamsFile(path));
  }
  if (set.length === 0) return undefined;

  const isOidc = isSet(env, ISSUER);
  const misplaced = set.filter((variable) => isOidc && OAUTH2.includes(variable));
  if (!isOidc && !set.some((variable) => OAUTH2.includes(variable))) {
    for (const { name } of set) refuse(name, `is set without ${WHERE}, so it has no effect`);
    return undefined;
  }
  for (const { name } of misplaced) {
    refuse(name, 'is set beside DCR_UPSTREAM_ISSUER, whose discovery document says it; keep one');
  }
  const { options, isWhole } = read(env, set, attempt);
  // What cannot be read is missing too; saying that as well would only confuse.
  if (misplaced.length > 0 || !isWhole) return undefined;
  try {
    return isOidc
      ? oidcLogin(options as unknown as OidcLoginOptions)
      : oauth2Login(asOAuth2(options) as unknown as OAuth2LoginOptions);
  } catch (error) {
    if (!(error instanceof UpstreamOptionsError)) throw error;
    for (const { option, message } of error.problems) refuse(variableOf(option, isOidc), message);
    return undefined;
  }
}

function read(
  env: Environment,
  variables: readonly UpstreamVariable[],
  attempt: Attempt,
): { options: Record<string, unknown>; isWhole: boolean } {
  const values = variables.map((variable) => {
    const value = attempt(variable.name, () => variable.read(valueOf(env, variable) ?? ''));
    return [variable.option, value] as const;
  });
  return {
    options: Object.fromEntries(values),
    isWhole: values.every(([, value]) => value !== undefined),
  };
}

/** There is no issuer to take a name and a label from: the host of the endpoint stands for it. */
function asOAuth2(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { 'claims.sub': sub, 'claims.name': name, 'claims.email': email, ...others } = options;
  const fields = Object.entries({ sub, name, email }).filter(([, list]) => list !== undefined);
  const endpoint = options['authorizationEndpoint'];
  const isUrl = typeof endpoint === 'string' && URL.canParse(endpoint);
  return {
    name: 'oauth2',
    ...(isUrl && { label: new URL(endpoint).host }),
    ...others,
    ...(fields.length > 0 && {
      claims: {
        sub: ['sub', 'id'],
        name: ['name'],
        email: ['email'],
        ...Object.fromEntries(fields),
      },
    }),
  };
}

function variableOf(option: string, isOidc: boolean): string {
  if (option === 'claims') return 'DCR_UPSTREAM_SUBJECT_FIELDS';
  const found = ONE.find((variable) => variable.option === option);
  return found?.name ?? (isOidc ? ISSUER.name : 'DCR_UPSTREAM_AUTHORIZATION_ENDPOINT');
}

/** In the form of a query: `access_type=offline&prompt=consent`. */
function parseParameters(value: string): Record<string, string> {
  const pairs = [...new URLSearchParams(value)];
  const parameters = Object.fromEntries(pairs);
  if (Object.keys(parameters).length === pairs.length) return parameters;
  throw new ValueError('names a parameter twice');
}
