/**
 * Checking the options: everything that is wrong, at once, before anything starts.
 *
 * @module
 */
import type { ConfigurationProblem } from './configuration-error.ts';
import { finding, findings, type Finding } from '../diagnostics/finding.ts';
import { flagProblem, functionProblem } from './flag-check.ts';
import { durationProblem, lifetimeProblems } from './lifetimes-check.ts';
import { OPTION_NAMES } from './option-names.ts';
import { VARIABLES } from './option-variables.ts';
import { documentsProblems } from './metadata-document-options.ts';
import type { AuthorizationServerOptions } from './options.ts';
import { LOG_LEVELS } from '../operations/logger.ts';
import { pagesProblems } from '../pages/pages-check.ts';
import { scopeDescriptionsProblem } from '../pages/scope-descriptions.ts';
import { nearMiss } from '../policy/near-miss.ts';
import { scopeSettingsProblems } from '../policy/scope-settings.ts';
import { provisionedClientMessages } from './provisioned-clients-check.ts';
import { resourceServerMessages } from './resource-servers.ts';
import { pathMessages } from './paths-check.ts';
import { registrationProblems } from './registration-check.ts';
import { rateLimitProblems } from './rate-limits-check.ts';
import { MAKE_SECRET, MAKE_SIGNING_KEY } from './remedies.ts';
import { issuerProblem } from '../protocol/issuer.ts';
import { resolveResource } from '../protocol/resource.ts';
import { parseSigningKeys } from '../tokens/signing-keys.ts';

type OptionName = keyof AuthorizationServerOptions;

const MIN_SECRET_BYTES = 32;

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
  'redirectHosts',
] as const satisfies readonly OptionName[];

/** Options that are one word out of a few. */
const CHOICES = {
  unsupportedScopes: ['reject', 'drop'],
  scopeCeiling: ['registered', 'supported'],
  reconcile: ['on', 'off'],
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
  const add = (option: OptionName, ...found: readonly (Finding | undefined)[]): void => {
    for (const one of found) if (one !== undefined) problems.push(problemOf(option, one));
  };
  add('issuer', issuerFinding(options.issuer));
  for (const { option, ...found } of scopeSettingsProblems(options)) add(option, found);
  add('resources', ...findings('ERR_DCR_RESOURCE_INVALID', resourceMessages(options)));
  const servers = resourceServerMessages(options, soundIssuer(options));
  add('resourceServers', ...findings('ERR_DCR_RESOURCE_SERVER_INVALID', servers));
  for (const option of DURATION_OPTIONS) add(option, durationProblem(options[option]));
  for (const { option, ...found } of lifetimeProblems(options)) add(option, found);
  add('maxUnusedClients', maxUnusedProblem(options.maxUnusedClients));
  const { requirePushedAuthorizationRequests } = options;
  add('requirePushedAuthorizationRequests', flagProblem(requirePushedAuthorizationRequests));
  add('onEvent', functionProblem(options.onEvent));
  add('secret', secretProblem(options));
  add('signingKeys', signingKeysProblem(options));
  add('paths', ...findings('ERR_DCR_PATH_INVALID', pathMessages(options)));
  const descriptions = scopeDescriptionsProblem(options.scopes);
  add('scopes', finding('ERR_DCR_SCOPE_DESCRIPTION_INVALID', descriptions));
  add('pages', ...findings('ERR_DCR_PAGES_INVALID', pagesProblems(options.pages)));
  for (const [option, words] of Object.entries(CHOICES)) {
    add(option as keyof typeof CHOICES, choiceProblem(options[option as OptionName], words));
  }
  for (const { option, ...found } of registrationProblems(options)) add(option, found);
  const clients = provisionedClientMessages(options);
  add('clients', ...findings('ERR_DCR_CONFIGURED_CLIENT_INVALID', clients));
  const documents = documentsProblems(options.clientIdMetadataDocuments);
  add('clientIdMetadataDocuments', ...findings('ERR_DCR_METADATA_DOCUMENTS_INVALID', documents));
  problems.push(...rateLimitProblems(options.rateLimits));
  // What could not be read is missing too; saying that as well would only confuse.
  const isUnreadable = (name: string): boolean => unreadable.some(({ option }) => option === name);
  return [
    ...unreadable,
    ...problems.filter(({ option }) => !isUnreadable(option)),
    ...unknownProblems(options),
  ];
}

/** A misspelled one would protect nothing, and nobody would notice. */
function unknownProblems(options: object): ConfigurationProblem[] {
  return Object.keys(options)
    .filter((name) => !OPTION_NAMES.includes(name))
    .map((name) => {
      const nearest = nearMiss(name, OPTION_NAMES);
      const message =
        nearest === undefined ? 'is no option' : `is no option; did you mean ${nearest}?`;
      return { option: name, ...finding('ERR_DCR_OPTION_UNKNOWN', message) };
    });
}

/** Hosts in plain JavaScript may pass a text where a list is meant. */
function listProblems(options: Partial<AuthorizationServerOptions>): ConfigurationProblem[] {
  return LIST_OPTIONS.filter((option) => {
    const value: unknown = options[option];
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return value !== undefined && !isList;
  }).map((option) => problemOf(option, finding('ERR_DCR_OPTION_TYPE', 'must be a list of texts')));
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
export function problemOf(option: OptionName, found: Finding): ConfigurationProblem {
  const variable = VARIABLES[option];
  return { option, ...found, ...(variable !== undefined && { variable }) };
}

function issuerFinding(issuer: unknown): Finding | undefined {
  if (typeof issuer !== 'string' || issuer === '') {
    return finding(
      'ERR_DCR_ISSUER_MISSING',
      'is required: the public address of this server, such as https://auth.example.com',
    );
  }
  const problem = issuerProblem(issuer);
  // What looks like user info may be a password.
  const shown =
    problem && (issuer.includes('@') ? problem : `${JSON.stringify(issuer)} ${problem}`);
  return finding('ERR_DCR_ISSUER_INVALID', shown);
}

/** The issuer, for what is held against it; `undefined` while it is wrong itself. */
function soundIssuer({ issuer }: Partial<AuthorizationServerOptions>): string | undefined {
  return issuerFinding(issuer) === undefined ? issuer : undefined;
}

function resourceMessages({
  resources = [],
  ...options
}: Partial<AuthorizationServerOptions>): string[] {
  const issuer = soundIssuer(options);
  if (issuer === undefined) return [];
  return resources.flatMap((resource) => {
    try {
      resolveResource(resource, issuer);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
}

function choiceProblem(value: unknown, words: readonly string[]): Finding | undefined {
  if (value === undefined || words.some((word) => word === value)) return undefined;
  const message = `${JSON.stringify(value)} is not one of ${words.join(', ')}`;
  return finding('ERR_DCR_OPTION_CHOICE', message);
}

/** Fewer, and two people at once might be in each other's way; more, and nothing is bounded. */
function maxUnusedProblem(value: unknown): Finding | undefined {
  const { min, max } = UNUSED_CLIENTS;
  const isWithin = Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
  if (value === undefined || isWithin) return undefined;
  return finding(
    'ERR_DCR_UNUSED_CLIENTS_INVALID',
    `${JSON.stringify(value)} is not a whole number from ${String(min)} to ${String(max)}`,
  );
}

function secretProblem({
  secret,
  store,
}: Partial<AuthorizationServerOptions>): Finding | undefined {
  const secrets = [secret ?? []].flat();
  if (secrets.length === 0) {
    return store?.shared === true
      ? finding(
          'ERR_DCR_SECRET_MISSING',
          `is required with a shared store; make one with: ${MAKE_SECRET}`,
        )
      : undefined;
  }
  const isShort = secrets.some(
    (value: unknown) => typeof value !== 'string' || Buffer.byteLength(value) < MIN_SECRET_BYTES,
  );
  return isShort
    ? finding(
        'ERR_DCR_SECRET_TOO_SHORT',
        `must have at least ${String(MIN_SECRET_BYTES)} bytes each (spaces and commas separate several); make one with: ${MAKE_SECRET}`,
      )
    : undefined;
}

function signingKeysProblem({
  signingKeys,
}: Partial<AuthorizationServerOptions>): Finding | undefined {
  if (signingKeys === undefined) return undefined;
  try {
    parseSigningKeys(signingKeys);
    return undefined;
  } catch (error) {
    return finding(
      'ERR_DCR_SIGNING_KEYS_INVALID',
      `${(error as Error).message}; make one with: ${MAKE_SIGNING_KEY}`,
    );
  }
}
