/**
 * Asking an authorization server for its keys.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3
 * @module
 */
import { wellKnownUrl } from '../protocol/issuer.ts';
import { readKeySet, type PublishedKeySet } from '../tokens/published-key-set.ts';
import { configuredAddressProblem, namedAddressProblem } from '../upstream/address.ts';
import { createGuardedFetch } from '../upstream/guarded-fetch.ts';

/** The server answered, and what it says must not be believed, nor what was known of it before. */
export class AnotherIssuerError extends Error {
  override readonly name = 'AnotherIssuerError';
}

/** The server answered, and nothing can be made of it. The message repeats nothing of the answer. */
export class UnusableKeysError extends Error {
  override readonly name = 'UnusableKeysError';
}

export interface Asked {
  readonly issuer: string;
  /** As configured; absent when the server is asked for it. */
  readonly jwksUri?: string | undefined;
  /** For each of the two questions. */
  readonly timeoutMs: number;
}

/**
 * Asks once. The addresses that the app names may be in its own network; one that the metadata names
 * must be near the issuer, or on the internet.
 *
 * @throws {AnotherIssuerError} When the metadata is that of another issuer (RFC 8414 §3.3).
 */
export async function askForKeys({ issuer, jwksUri, timeoutMs }: Asked): Promise<PublishedKeySet> {
  const guarded = (problemWith: (address: string) => string | undefined): GetJson => {
    const get = createGuardedFetch({ problemWith, deadlineMs: timeoutMs });
    return (address) => jsonOf(get(address, { ...GET, body: undefined }));
  };
  const configured = guarded(configuredAddressProblem);
  if (jwksUri !== undefined) return keysOf(await configured(jwksUri));
  const metadata = await configured(wellKnownUrl('oauth-authorization-server', issuer));
  const named = guarded((address) => namedAddressProblem(address, new URL(issuer)));
  return keysOf(await named(jwksUriOf(metadata, issuer)));
}

type GetJson = (address: string) => Promise<unknown>;

const GET = { method: 'GET', headers: { accept: 'application/json' }, redirect: 'manual' } as const;

async function jsonOf(asked: Promise<Response>): Promise<unknown> {
  const response = await asked;
  if (response.status !== 200) throw new UnusableKeysError('the status of the answer is not 200');
  try {
    return await response.json();
  } catch {
    // The parser quotes what it read.
    throw new UnusableKeysError('the answer is not JSON');
  }
}

function jwksUriOf(metadata: unknown, configured: string): string {
  const { issuer, jwks_uri } = Object(metadata) as Readonly<Record<string, unknown>>;
  if (issuer !== configured) {
    throw new AnotherIssuerError('the metadata is that of another issuer than the configured one');
  }
  if (typeof jwks_uri === 'string') return jwks_uri;
  throw new UnusableKeysError('the metadata names no jwks_uri');
}

/** A server whose tokens are to be believed has a key. */
function keysOf(json: unknown): PublishedKeySet {
  const keys = readKeySet(json);
  if (keys.size > 0) return keys;
  throw new UnusableKeysError('the answer holds no key that tokens can be verified with');
}
