/**
 * Finding the endpoints, as a client does.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3
 * @module
 */
import { wellKnownUrl } from '../protocol/issuer.ts';
import type { ServerMetadata } from '../protocol/server-metadata.ts';
import { request, type AppUnderTest } from './request.ts';
import { insist, insistOn, isObject } from './strictly.ts';

/** Which server is meant. */
export interface DiscoverOptions {
  /** The issuer identifier. Needed when it has a path. */
  readonly issuer?: string;
}

/**
 * What the server says about itself.
 *
 * @throws {AssertionError} When there is nothing, or the issuer is another one (RFC 8414 §3.3).
 */
export async function discover(
  app: AppUnderTest,
  { issuer }: DiscoverOptions = {},
): Promise<ServerMetadata> {
  const name = 'oauth-authorization-server';
  const url = issuer === undefined ? `/.well-known/${name}` : wellKnownUrl(name, issuer);
  const { status, body } = await request(app, url);
  const remedy = issuer === undefined ? ': pass { issuer } when it has a path' : '';
  insist(status === 200 && isObject(body), `no server metadata at ${url} (${status})${remedy}`);
  const metadata = body as unknown as ServerMetadata;
  const own = issuer ?? new URL(metadata.issuer).origin;
  insistOn(metadata.issuer, own, 'the issuer in the server metadata');
  return metadata;
}
