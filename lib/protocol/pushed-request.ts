/**
 * The URI that stands for an authorization request which the client has pushed to this server.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9126#section-2.2
 * @module
 */
import type { Parameters } from './parameters.ts';

const PREFIX = 'urn:ietf:params:oauth:request_uri:';

/** @param requestId - Unguessable: whoever knows it can begin the request, and see what it asks for. */
export function formatRequestUri(requestId: string): string {
  return `${PREFIX}${requestId}`;
}

/**
 * The id of the pushed request that stands in the place of all other parameters.
 *
 * @returns `undefined` for a request that is where it should be, in the parameters; also for one by
 * reference to somewhere else, which is refused like any parameter that is not supported.
 * @throws {OAuthError} `invalid_request` when the parameter was given more than once.
 */
export function readPushedRequestId(parameters: Parameters): string | undefined {
  const request_uri = parameters.get('request_uri');
  return request_uri?.startsWith(PREFIX) ? request_uri.slice(PREFIX.length) : undefined;
}
