/**
 * Where the answer to an authorization request goes, once it is proven that it may go there.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2
 * @module
 */
import type { Person } from '../login/port.ts';
import { redirectUriMiss } from '../policy/redirect-uri-miss.ts';
import { OAuthError } from '../protocol/errors.ts';
import { parseLoopbackUri } from '../protocol/loopback.ts';
import { matchesRegisteredRedirectUri } from '../protocol/redirect-uri-match.ts';
import type { ReadRequest } from './read-request.ts';
import type { Client } from './resolve-client.ts';

/** Where an error may be sent, once client and redirect URI are proven. */
export interface ProvenTarget {
  readonly client: Client;
  readonly redirect_uri: string;
  readonly state?: string;
}

/** @throws {OAuthError} `invalid_request`: not to be sent by redirect. */
export function provenTarget(client: Client, { redirect_uri, state }: ReadRequest): ProvenTarget {
  return {
    client,
    redirect_uri: provenRedirectUri(redirect_uri, client),
    ...(state !== undefined && { state }),
  };
}

/**
 * The redirect URI to answer at. It may be left out only when a single one is registered (OAuth 2.1
 * §2.3.2) that is a whole address: a loopback URI lacks the port of the moment.
 */
function provenRedirectUri(requested: string | undefined, client: Client): string {
  const { redirect_uris } = client.metadata;
  const detail = { client_id: client.client_id };
  if (requested === undefined) {
    const [only, ...others] = redirect_uris;
    if (only === undefined || others.length > 0 || parseLoopbackUri(only)) {
      throw new OAuthError('invalid_request', 'the parameter redirect_uri is missing', { detail });
    }
    return only;
  }
  if (matchesRegisteredRedirectUri(requested, redirect_uris, client)) return requested;
  throw new OAuthError('invalid_request', 'redirect_uri is not registered for this client', {
    parameter: 'redirect_uri',
    detail: { ...detail, ...redirectUriMiss(requested, redirect_uris, client) },
  });
}

/**
 * RFC 9700 §4.11.2: who registers a client must not get an open redirector with it. An error may
 * travel when the login port knows the person, or when it only reaches the person's own machine.
 */
export async function fateOf(
  { redirect_uri }: ProvenTarget,
  person: () => Promise<Person | undefined>,
): Promise<'page' | 'redirect'> {
  if (parseLoopbackUri(redirect_uri)) return 'redirect';
  return (await person()) ? 'redirect' : 'page';
}
