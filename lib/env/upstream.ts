/**
 * The variables that say where people log in: one provider by variables, or several in a file.
 *
 * @module
 */
import { CONFLICT, WITHOUT_EFFECT, type Attempt, type Refuse } from './redis.ts';
import { COMMON, FILE, ISSUER, OAUTH2, type UpstreamVariable } from './upstream-variables.ts';
import { readUpstreamsFile } from './upstreams-file.ts';
import { isSet, namesOf, valueOf, ValueError, type Environment } from './values.ts';
import { oauth2Login } from '../upstream/oauth2-login.ts';
import { oidcLogin } from '../upstream/oidc-login.ts';
import type { OAuth2LoginOptions, OidcLoginOptions } from '../upstream/options.ts';
import { UpstreamOptionsError } from '../upstream/options-check.ts';
import type { UpstreamLogin } from '../upstream/port.ts';
import { parseUrl } from '../protocol/parse-url.ts';

const ONE = [ISSUER, ...COMMON, ...OAUTH2];

export const UPSTREAM_NAMES: readonly string[] = [FILE.name, ...ONE.flatMap(namesOf)];

const WHERE = 'DCR_UPSTREAM_ISSUER or DCR_UPSTREAM_AUTHORIZATION_ENDPOINT';

/** @returns The logins; `undefined` when none is set, or not rightly. */
export function readUpstreams(
  env: Environment,
  attempt: Attempt,
): UpstreamLogin | readonly UpstreamLogin[] | undefined {
  const refuse: Refuse = (variable, message, code) => {
    attempt(variable, () => {
      throw new ValueError(message, code);
    });
  };
  const set = ONE.filter((variable) => isSet(env, variable));
  const path = attempt(FILE.name, () => valueOf(env, FILE));
  if (path !== undefined) {
    for (const { name } of set) {
      refuse(name, `is set beside ${FILE.name}; keep one of them`, CONFLICT);
    }
    return attempt(FILE.name, () => readUpstreamsFile(path));
  }
  if (set.length === 0) return undefined;

  const isOidc = isSet(env, ISSUER);
  const misplaced = set.filter((variable) => isOidc && OAUTH2.includes(variable));
  if (!isOidc && !set.some((variable) => OAUTH2.includes(variable))) {
    for (const { name } of set) {
      refuse(name, `is set without ${WHERE}, so it has no effect`, WITHOUT_EFFECT);
    }
    return undefined;
  }
  for (const { name } of misplaced) {
    const message = 'is set beside DCR_UPSTREAM_ISSUER, whose discovery document says it; keep one';
    refuse(name, message, CONFLICT);
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
    for (const { option, message } of error.problems) {
      refuse(variableOf(option, isOidc), message, error.code);
    }
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
  const url = typeof endpoint === 'string' ? parseUrl(endpoint) : undefined;
  return {
    name: 'oauth2',
    ...(url && { label: url.host }),
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
