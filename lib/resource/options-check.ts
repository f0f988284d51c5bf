/**
 * Checking the options of an API in another process: everything that is wrong, at once.
 *
 * @module
 */
import { issuerProblem } from '../protocol/issuer.ts';
import { resolveResource } from '../protocol/resource.ts';
import { isScopeToken } from '../protocol/scope.ts';
import { configuredAddressProblem } from '../upstream/address.ts';
import { RESOURCE_SERVER_OPTIONS, type ResourceServerOptions } from './options.ts';

/** One thing that is wrong. */
export interface ResourceOptionProblem {
  readonly option: string;
  readonly message: string;
}

/** A `TypeError`, for it is a mistake of the caller; recognised by `code`. */
export class ResourceOptionsError extends TypeError {
  override readonly name = 'ResourceOptionsError';
  readonly code = 'ERR_DCR_RESOURCE_OPTIONS';
  readonly problems: readonly ResourceOptionProblem[];

  constructor(problems: readonly ResourceOptionProblem[]) {
    const lines = problems.map(({ option, message }) => `  - ${option}: ${message}`);
    super(`express-dcr/resource cannot be used with these options:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

const LOG_METHODS = ['debug', 'info', 'warn', 'error'];
const MAX_TOLERANCE_SECONDS = 300;
const MAX_TIMEOUT_SECONDS = 60;

/** Hosts in plain JavaScript may hold anything. */
type Given = Readonly<Record<string, unknown>>;

/** @throws {ResourceOptionsError} With every problem. */
export function checkResourceOptions(options: ResourceServerOptions): void {
  const given = Object(options) as Given;
  const wrong = issuerMessage(given['issuer']);
  const messages: Record<keyof ResourceServerOptions, string | undefined> = {
    issuer: wrong,
    // A path means something only on an issuer that is one.
    resource: wrong === undefined ? resourceMessage(given) : undefined,
    jwksUri:
      given['jwksUri'] === undefined ? undefined : configuredAddressProblem(given['jwksUri']),
    scopesSupported: scopesMessage(given['scopesSupported']),
    clockToleranceSeconds: secondsMessage(given['clockToleranceSeconds'], 0, MAX_TOLERANCE_SECONDS),
    timeoutSeconds: secondsMessage(given['timeoutSeconds'], 1, MAX_TIMEOUT_SECONDS),
    logger: loggerMessage(given['logger']),
  };
  const problems = [
    ...Object.entries(messages).flatMap(([option, message]) =>
      message === undefined ? [] : [{ option, message }],
    ),
    ...unknownOptions(given),
  ];
  if (problems.length > 0) throw new ResourceOptionsError(problems);
}

/** A misspelled `scope` would protect nothing, and nobody would notice. */
function unknownOptions(given: Given): ResourceOptionProblem[] {
  const known: readonly string[] = RESOURCE_SERVER_OPTIONS;
  return Object.keys(given)
    .filter((option) => !known.includes(option))
    .map((option) => ({ option, message: `is no option; there are ${known.join(', ')}` }));
}

function issuerMessage(issuer: unknown): string | undefined {
  return typeof issuer === 'string' ? issuerProblem(issuer) : 'is required: the URL of the server';
}

function resourceMessage({ issuer, resource }: Given): string | undefined {
  if (typeof resource !== 'string') {
    return 'is required: the API, as it stands in the resources of the server';
  }
  try {
    resolveResource(resource, String(issuer));
    return undefined;
  } catch {
    return 'must be a path on the origin of the issuer, or an absolute http(s) URL without user info and fragment, in its normal form';
  }
}

function scopesMessage(scopes: unknown): string | undefined {
  const isList = scopes === undefined || Array.isArray(scopes);
  const isFine = isList && (scopes ?? []).every((scope: unknown) => isScope(scope));
  return isFine ? undefined : 'must be a list of scope tokens';
}

function isScope(scope: unknown): boolean {
  return typeof scope === 'string' && isScopeToken(scope);
}

function secondsMessage(seconds: unknown, min: number, max: number): string | undefined {
  const isFine =
    seconds === undefined || (typeof seconds === 'number' && seconds >= min && seconds <= max);
  return isFine ? undefined : `must be a number of seconds from ${min} to ${max}`;
}

function loggerMessage(logger: unknown): string | undefined {
  const methods = Object(logger) as Given;
  const isFine =
    logger === undefined || LOG_METHODS.every((name) => typeof methods[name] === 'function');
  return isFine ? undefined : `must have the methods ${LOG_METHODS.join(', ')}`;
}
