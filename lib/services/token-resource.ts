/**
 * Which API an access token is for: one of those that the person allowed.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2.2
 * @module
 */
import { OAuthError } from '../protocol/errors.ts';
import { findResource } from '../protocol/resource.ts';
import type { GrantRecord } from '../storage/store.ts';

export interface TokenResourceDeps {
  /** The configured spellings of the APIs that tokens can be for. */
  readonly resources: () => readonly string[];
}

/**
 * The resource that a token request names; when it names none, the only one there is. With several a
 * guess would make a token for the wrong API, and a token for all of them could be used by each API
 * at every other one.
 *
 * An API that is not configured any more falls away, and leaves the others.
 *
 * @returns Spelled as the configuration spells it today: by that the API will know it.
 * @throws {OAuthError} `invalid_target`.
 */
export function tokenResource(
  deps: TokenResourceDeps,
  { client_id, resources }: Pick<GrantRecord, 'client_id' | 'resources'>,
  asked: string | undefined,
): string {
  const refused = (description: string): OAuthError =>
    new OAuthError('invalid_target', description, { detail: { client_id } });
  const named = asked === undefined ? undefined : findResource(asked, resources);
  if (asked !== undefined && named === undefined) {
    throw refused('resource is not one of those that were granted');
  }
  const known = deps.resources();
  const left = (named === undefined ? resources : [named]).flatMap(
    (resource) => findResource(resource, known) ?? [],
  );
  const [resource, ...others] = new Set(left);
  if (resource === undefined) throw refused('the resource is not one of this server any more');
  if (others.length > 0) throw refused('several resources were granted: resource must name one');
  return resource;
}
