/**
 * Token endpoints that almost do what RFC 6749 §5 says.
 *
 * @module
 */
import type { CustomFetch } from 'openid-client';

/**
 * Makes an answer of the token endpoint what the specification says: errors have an error's status
 * (GitHub's have 200), what is not given is left out and not `null`, and there is no ID token, for
 * nobody could check it.
 */
export function likeOAuth(fetch: CustomFetch, tokenEndpoint: string): CustomFetch {
  return async (address, options) => {
    const response = await fetch(address, options);
    if (address !== tokenEndpoint || !response.ok) return response;
    const { headers } = response;
    const given = await membersOf(response.clone());
    if (!given) return response;
    const isError = typeof given['error'] === 'string' && given['access_token'] === undefined;
    return new Response(JSON.stringify(given), { status: isError ? 400 : 200, headers });
  };
}

async function membersOf(response: Response): Promise<Record<string, unknown> | undefined> {
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    // The library says what is wrong with it.
    return undefined;
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => value !== null && name !== 'id_token'),
  );
}
