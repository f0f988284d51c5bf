/**
 * Checking the options: everything that is wrong, at once, before anything starts.
 *
 * @module
 */
import type { ConfigurationProblem } from './configuration-error.ts';
import { PUBLISHED_BEFORE_MS } from '../keys/key-set.ts';
import { VARIABLES } from './option-variables.ts';
import { DEFAULTS, type AuthorizationServerOptions } from './options.ts';
import { LOG_LEVELS } from '../operations/logger.ts';
import { pagesProblems } from '../pages/pages-check.ts';
import { scopeDescriptionsProblem } from '../pages/scope-descriptions.ts';
import { scopeSettingsProblems } from '../policy/scope-settings.ts';
import { registrationProblems } from './registration-check.ts';
import { rateLimitProblems } from './rate-limits-check.ts';
import { MAKE_SECRET, MAKE_SIGNING_KEY } from './remedies.ts';
import { issuerProblem } from '../protocol/issuer.ts';
import { resolveResource } from '../protocol/resource.ts';
import { parseSigningKeys } from '../tokens/signing-keys.ts';

type OptionName = keyof AuthorizationServerOptions;

const MIN_SECRET_BYTES = 32;
/** RFC 6749 §4.1.2: "A maximum authorization code lifetime of 10 minutes is RECOMMENDED." */
const MAX_CODE_TTL_SECONDS = 600;

const UNUSED_CLIENTS = { min: 100, max: 10_000_000 };

const DURATION_OPTIONS = [
  'signingKeyRotationSeconds',
  'accessTokenTtlSeconds',
  'refreshTokenTtlSeconds',
  'grantMaxTtlSeconds',
  'codeTtlSeconds',
  'clientUnusedTtlSeconds',
  'clientIdleTtlSeconds',
  'drainTimeoutSeconds',
] as const satisfies readonly OptionName[];

const LIST_OPTIONS = [
  'scopesSupported',
  'baselineClientScopes',
  'defaultClientScopes',
  'restrictedScopes',
  'resources',
  'initialAccessTokens',
  'forceConfidentialRedirectUris',
] as const satisfies readonly OptionName[];

/** Options that are one word out of a few. */
const CHOICES = {
  unsupportedScopes: ['reject', 'drop'],
  scopeCeiling: ['registered', 'supported'],
  registration: ['open', 'token', 'off'],
  invalidRedirectUris: ['reject', 'drop'],
  refreshTokens: ['offline_access', 'grant_type'],
  logLevel: LOG_LEVELS,
} as const satisfies Partial<Record<OptionName, readonly string[]>>;

/** What is wrong with the options; empty when they are fine. */
export function optionProblems(given: Partial<AuthorizationServerOptions>): ConfigurationProblem[] {
  const unreadable = listProblems(given);
  const options = without(given, unreadable);
  const problems: ConfigurationProblem[] = [];
  const add = (option: OptionName, message: string | undefined): void => {
    if (message !== undefined) problems.push(problemOf(option, message));
  };
  add('issuer', issuerMessage(options.issuer));
  for (const { option, message } of scopeSettingsProblems(options)) add(option, message);
  for (const message of resourceMessages(options)) add('resources', message);
  for (const option of DURATION_OPTIONS) add(option, durationMessage(options[option]));
  add('codeTtlSeconds', codeTtlMessage(options));
  add('clientIdleTtlSeconds', idleTtlMessage(options));
  add('maxUnusedClients', maxUnusedMessage(options.maxUnusedClients));
  add('secret', secretMessage(options));
  add('signingKeys', signingKeysMessage(options));
  add('signingKeyRotationSeconds', rotationMessage(options));
  for (const message of pathMessages(options)) add('paths', message);
  add('scopes', scopeDescriptionsProblem(options.scopes));
  for (const message of pagesProblems(options.pages)) add('pages', message);
  for (const [option, words] of Object.entries(CHOICES)) {
    add(option as keyof typeof CHOICES, choiceMessage(options[option as OptionName], words));
  }
  for (const { option, message } of registrationProblems(options)) add(option, message);
  problems.push(...rateLimitProblems(options.rateLimits));
  // What could not be read is missing too; saying that as well would only confuse.
  const isUnreadable = (name: string): boolean => unreadable.some(({ option }) => option === name);
  return [...unreadable, ...problems.filter(({ option }) => !isUnreadable(option))];
}

/** Hosts in plain JavaScript may pass a text where a list is meant. */
function listProblems(options: Partial<AuthorizationServerOptions>): ConfigurationProblem[] {
  return LIST_OPTIONS.filter((option) => {
    const value: unknown = options[option];
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return value !== undefined && !isList;
  }).map((option) => problemOf(option, 'must be a list of texts'));
}

/** The options that can be looked at further: not `undefined`, and not wrong already. */
function without(
  options: Partial<AuthorizationServerOptions>,
  wrong: readonly ConfigurationProblem[],
): Partial<AuthorizationServerOptions> {
  const isWrong = (name: string): boolean => wrong.some(({ option }) => option === name);
  return Object.fromEntries(
    Object.entries<unknown>({ ...options }).filter(
      ([name, value]) => value !== undefined && !isWrong(name),
    ),
  );
}

/** A problem with an option, named for developers and operators alike. */
export function problemOf(option: OptionName, message: string): ConfigurationProblem {
  const variable = VARIABLES[option];
  return { option, message, ...(variable !== undefined && { variable }) };
}

function issuerMessage(issuer: unknown): string | undefined {
  if (typeof issuer !== 'string' || issuer === '') {
    return 'is required: the public address of this server, such as https://auth.example.com';
  }
  const problem = issuerProblem(issuer);
  // What looks like user info may be a password.
  return problem && (issuer.includes('@') ? problem : `${JSON.stringify(issuer)} ${problem}`);
}

function resourceMessages({
  resources = [],
  issuer,
}: Partial<AuthorizationServerOptions>): string[] {
  if (issuerMessage(issuer) !== undefined || issuer === undefined) return [];
  return resources.flatMap((resource) => {
    try {
      resolveResource(resource, issuer);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
}

function choiceMessage(value: unknown, words: readonly string[]): string | undefined {
  if (value === undefined || words.some((word) => word === value)) return undefined;
  return `${JSON.stringify(value)} is not one of ${words.join(', ')}`;
}

function durationMessage(value: number | undefined): string | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value > 0)) return undefined;
  return `${JSON.stringify(value)} is not a positive number of whole seconds`;
}

function codeTtlMessage(options: Partial<AuthorizationServerOptions>): string | undefined {
  const { codeTtlSeconds = DEFAULTS.codeTtlSeconds } = options;
  if (codeTtlSeconds <= MAX_CODE_TTL_SECONDS) return undefined;
  return `must not be longer than ${String(MAX_CODE_TTL_SECONDS)} seconds`;
}

function idleTtlMessage(options: Partial<AuthorizationServerOptions>): string | undefined {
  const { grantMaxTtlSeconds: grant, clientIdleTtlSeconds: idle } = { ...DEFAULTS, ...options };
  if (idle >= grant) return undefined;
  return `${String(idle)} s is shorter than grantMaxTtlSeconds (${String(grant)} s): a client must outlive its grants`;
}

/** Fewer, and two people at once might be in each other's way; more, and nothing is bounded. */
function maxUnusedMessage(value: unknown): string | undefined {
  const { min, max } = UNUSED_CLIENTS;
  const isWithin = Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
  if (value === undefined || isWithin) return undefined;
  return `${JSON.stringify(value)} is not a whole number from ${String(min)} to ${String(max)}`;
}

function secretMessage({ secret, store }: Partial<AuthorizationServerOptions>): string | undefined {
  const secrets = [secret ?? []].flat();
  if (secrets.length === 0) {
    return store?.shared === true
      ? `is required with a shared store; make one with: ${MAKE_SECRET}`
      : undefined;
  }
  const isShort = secrets.some(
    (value: unknown) => typeof value !== 'string' || Buffer.byteLength(value) < MIN_SECRET_BYTES,
  );
  return isShort
    ? `must have at least ${String(MIN_SECRET_BYTES)} bytes each (spaces and commas separate several); make one with: ${MAKE_SECRET}`
    : undefined;
}

function signingKeysMessage({
  signingKeys,
}: Partial<AuthorizationServerOptions>): string | undefined {
  if (signingKeys === undefined) return undefined;
  try {
    parseSigningKeys(signingKeys);
    return undefined;
  } catch (error) {
    return `${(error as Error).message}; make one with: ${MAKE_SIGNING_KEY}`;
  }
}

/** The previous key is gone before the next is published: otherwise keys would pile up. */
function rotationMessage(options: Partial<AuthorizationServerOptions>): string | undefined {
  const { signingKeyRotationSeconds: given, signingKeys } = options;
  const { signingKeyRotationSeconds: rotation, accessTokenTtlSeconds: ttl } = {
    ...DEFAULTS,
    ...options,
  };
  if (signingKeys !== undefined) {
    return given === undefined
      ? undefined
      : 'has no effect together with signingKeys: leave one of them out';
  }
  // What is no duration is said elsewhere.
  if (durationMessage(rotation) !== undefined || durationMessage(ttl) !== undefined)
    return undefined;
  const published = PUBLISHED_BEFORE_MS / 1000;
  if (rotation > published + ttl) return undefined;
  return `${String(rotation)} s is not longer than the ${String(published)} s for which a key is published before it signs and accessTokenTtlSeconds (${String(ttl)} s) together`;
}

function pathMessages({ paths = {} }: Partial<AuthorizationServerOptions>): string[] {
  const given = Object.fromEntries(
    Object.entries<string | undefined>({ ...paths }).filter(([, path]) => path !== undefined),
  );
  const all = Object.values<string>({ ...DEFAULTS.paths, ...given });
  const malformed = all.filter((path) => !isPath(path) || path.startsWith('/.well-known'));
  const repeated = all.filter((path, index) => all.indexOf(path) !== index);
  return [
    ...malformed.map((path) => `${JSON.stringify(path)} is not a path such as /oauth/token`),
    ...repeated.map((path) => `${JSON.stringify(path)} is used for two endpoints`),
  ];
}

/** No dot segments: a browser takes them away, and the endpoint could never be reached. */
function isPath(path: string): boolean {
  return /^(\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+$/.test(path);
}
