/**
 * The two parameters that the authorization request and the token request have in common.
 *
 * @module
 */
import { OAuthError } from './errors.ts';
import type { Parameters } from './parameters.ts';
import {
  malformedScopes,
  MAX_EXPLAINED_SCOPES,
  NOT_A_SCOPE,
  parseScope,
  type Scope,
} from './scope.ts';

/** More than a person can weigh on one page. */
const MAX_RESOURCES = 10;

/**
 * The scopes that a request names; `undefined` when it names none.
 *
 * @throws {OAuthError} `invalid_scope` when the parameter is malformed (RFC 6749 §3.3).
 */
export function readScope(parameters: Parameters): readonly Scope[] | undefined {
  const value = parameters.get('scope');
  if (value === undefined) return undefined;
  const scope = parseScope(value);
  if (scope === undefined) {
    throw new OAuthError('invalid_scope', 'scope is malformed', {
      detail: { explained: whyMalformed(value) },
    });
  }
  return scope.length > 0 ? scope : undefined;
}

/** In the form that every refusal of a scope has in the log. */
function whyMalformed(value: string): readonly object[] {
  return malformedScopes(value)
    .slice(0, MAX_EXPLAINED_SCOPES)
    .map((scope) => ({ scope, code: 'malformed', reason: NOT_A_SCOPE, help: [] }));
}

/**
 * The resources that a request names, each once, in the order of the request; none when it names none.
 *
 * @throws {OAuthError} `invalid_target` when there are too many.
 */
export function readResources(parameters: Parameters): readonly string[] {
  const resources = [...new Set(parameters.all('resource'))];
  if (resources.length > MAX_RESOURCES) {
    throw new OAuthError(
      'invalid_target',
      `at most ${String(MAX_RESOURCES)} resources can be asked for at a time`,
    );
  }
  return resources;
}

/**
 * The one resource that a token is asked for; `undefined` when the request names none. RFC 8707 §2
 * allows several; a token here is for one, so that no API can use it at another.
 *
 * @throws {OAuthError} `invalid_target` when it names more than one.
 */
export function readResource(parameters: Parameters): string | undefined {
  const [resource, ...more] = new Set(parameters.all('resource'));
  if (more.length > 0) {
    throw new OAuthError('invalid_target', 'only one resource can be asked for at a time');
  }
  return resource;
}
