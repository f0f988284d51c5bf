/**
 * Checking the options of an upstream login: everything that is wrong, at once.
 *
 * @module
 */
import { isScopeToken } from '../protocol/scope.ts';
import { configuredAddressProblem } from './address.ts';
import { authorizationParameterProblems } from './authorization-parameters.ts';
import type { OAuth2LoginOptions, OidcLoginOptions } from './options.ts';

/** One thing that is wrong. */
export interface UpstreamOptionProblem {
  readonly option: string;
  /** Never the value of a secret. */
  readonly message: string;
}

/** The options of a login cannot be used. Recognised by `code`, as the others are. */
export class UpstreamOptionsError extends TypeError {
  override readonly name = 'UpstreamOptionsError';
  readonly code = 'ERR_DCR_UPSTREAM_OPTIONS';
  readonly problems: readonly UpstreamOptionProblem[];

  /** @param maker - The function that was called. */
  constructor(maker: string, problems: readonly UpstreamOptionProblem[]) {
    const lines = problems.map(({ option, message }) => `  - ${option}: ${message}`);
    super(`${maker} cannot be called with these options:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

const METHODS = ['client_secret_basic', 'client_secret_post', 'none'];
const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i;
/** A member, or a member of a member. */
const FIELD = /^[^.\s]+(?:\.[^.\s]+)*$/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const MAX_LABEL_LENGTH = 100;

const COMMON = [
  'name',
  'label',
  'issuer',
  'clientId',
  'clientSecret',
  'clientAuthentication',
  'scopes',
  'domains',
  'authorizationParameters',
  'allow',
  'scopesOf',
  'active',
];
export const OIDC_OPTIONS: readonly string[] = [...COMMON, 'userinfo'];
export const OAUTH2_OPTIONS: readonly string[] = [
  ...COMMON,
  'authorizationEndpoint',
  'tokenEndpoint',
  'userinfoEndpoint',
  'revocationEndpoint',
  'claims',
  'userinfoHeaders',
  'pkce',
];

/** Hosts in plain JavaScript, and files, may hold anything. */
type Given = Readonly<Record<string, unknown>>;
/** What is wrong with a value, and `undefined` when it is fine. */
type Check = (value: unknown) => string | undefined;

/** @throws {UpstreamOptionsError} */
export function checkOidcOptions(options: OidcLoginOptions): void {
  const given = Object(options) as Given;
  requireNone('oidcLogin', [
    ...unknownOptions(given, OIDC_OPTIONS),
    ...checked(given, {
      issuer: required(issuerProblem),
      scopes: optional((value) => scopesProblem(value) ?? openidProblem(value)),
      name: optional(nameProblem),
      label: optional(labelProblem),
      userinfo: optional(flagProblem),
    }),
    ...commonProblems(given),
  ]);
}

/** @throws {UpstreamOptionsError} */
export function checkOAuth2Options(options: OAuth2LoginOptions): void {
  const given = Object(options) as Given;
  requireNone('oauth2Login', [
    ...unknownOptions(given, OAUTH2_OPTIONS),
    ...checked(given, {
      name: required(nameProblem),
      label: required(labelProblem),
      authorizationEndpoint: required(configuredAddressProblem),
      tokenEndpoint: required(configuredAddressProblem),
      userinfoEndpoint: required(configuredAddressProblem),
      revocationEndpoint: optional(configuredAddressProblem),
      issuer: optional(configuredAddressProblem),
      scopes: optional(scopesProblem),
      claims: optional(claimsProblem),
      userinfoHeaders: optional(headersProblem),
      pkce: optional(flagProblem),
    }),
    ...commonProblems(given),
  ]);
}

function commonProblems(given: Given): UpstreamOptionProblem[] {
  const needsSecret = ['client_secret_basic', 'client_secret_post'];
  const parameters = given['authorizationParameters'] ?? {};
  return [
    ...checked(given, {
      clientId: required((value) => (isVisible(value) ? undefined : 'must be printable ASCII')),
      clientSecret: optional((value) => (isVisible(value) ? undefined : 'must be printable ASCII')),
      clientAuthentication: optional((value) => {
        if (!METHODS.includes(value as string)) return `must be one of ${METHODS.join(', ')}`;
        const isMissing =
          needsSecret.includes(value as string) && given['clientSecret'] === undefined;
        return isMissing ? 'needs a clientSecret' : undefined;
      }),
      domains: optional(domainsProblem),
      allow: optional(functionProblem),
      scopesOf: optional(functionProblem),
      active: optional(functionProblem),
    }),
    ...authorizationParameterProblems(parameters).map((message) => ({
      option: 'authorizationParameters',
      message,
    })),
  ];
}

function requireNone(maker: string, problems: readonly UpstreamOptionProblem[]): void {
  if (problems.length > 0) throw new UpstreamOptionsError(maker, problems);
}

function checked(given: Given, checks: Readonly<Record<string, Check>>): UpstreamOptionProblem[] {
  return Object.entries(checks).flatMap(([option, check]) => {
    const message = check(given[option]);
    return message === undefined ? [] : [{ option, message }];
  });
}

function unknownOptions(given: Given, known: readonly string[]): UpstreamOptionProblem[] {
  return Object.keys(given)
    .filter((option) => !known.includes(option))
    .map((option) => ({ option, message: `is none of ${known.join(', ')}` }));
}

function required(check: Check): Check {
  return (value) => (value === undefined || value === '' ? 'is required' : check(value));
}

function optional(check: Check): Check {
  return (value) => (value === undefined ? undefined : check(value));
}

function issuerProblem(value: unknown): string | undefined {
  const problem = configuredAddressProblem(value);
  if (problem !== undefined) return problem;
  if (String(value).includes('?')) return 'must have no query';
  return String(value).includes('/.well-known/')
    ? 'is the address of a document: the issuer is what that document calls "issuer"'
    : undefined;
}

function nameProblem(value: unknown): string | undefined {
  if (typeof value === 'string' && NAME.test(value)) return undefined;
  return 'must be 1 to 32 lower-case letters, digits and hyphens, beginning with a letter';
}

function labelProblem(value: unknown): string | undefined {
  const isLabel =
    typeof value === 'string' && value.trim() !== '' && !/[\p{Cc}\p{Cs}]/u.test(value);
  if (isLabel && value.length <= MAX_LABEL_LENGTH) return undefined;
  return `must be a text of 1 to ${String(MAX_LABEL_LENGTH)} characters`;
}

function scopesProblem(value: unknown): string | undefined {
  return Array.isArray(value) && value.every(isScopeToken) ? undefined : 'must be a list of scopes';
}

function openidProblem(value: unknown): string | undefined {
  return (value as string[]).includes('openid') ? undefined : 'must contain openid';
}

function domainsProblem(value: unknown): string | undefined {
  const isDomain = (one: unknown): boolean => typeof one === 'string' && DOMAIN.test(one);
  if (Array.isArray(value) && value.every(isDomain)) return undefined;
  return 'must be a list of domains such as example.com';
}

function claimsProblem(value: unknown): string | undefined {
  const { sub, name = [], email = [], ...others } = Object(value) as Given;
  const lists = [sub, name, email].every(
    (list) =>
      Array.isArray(list) && list.every((field) => typeof field === 'string' && FIELD.test(field)),
  );
  const isFine = lists && (sub as unknown[]).length > 0 && Object.keys(others).length === 0;
  return isFine ? undefined : 'must have lists of member names: sub, and if need be name and email';
}

function headersProblem(value: unknown): string | undefined {
  const isHeader = ([name, text]: [string, unknown]): boolean =>
    HEADER_NAME.test(name) && name.toLowerCase() !== 'authorization' && isVisible(text);
  const isFine = Object.entries(Object(value) as Given).every(isHeader);
  return isFine ? undefined : 'must be an object of header names and texts, without Authorization';
}

function flagProblem(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'must be true or false';
}

function functionProblem(value: unknown): string | undefined {
  return typeof value === 'function' ? undefined : 'must be a function';
}

function isVisible(value: unknown): value is string {
  return typeof value === 'string' && /^[\x20-\x7E]+$/.test(value);
}
